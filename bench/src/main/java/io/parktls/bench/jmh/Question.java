package io.parktls.bench.jmh;

import io.parktls.CipherSuite;
import io.parktls.NamedGroup;
import io.parktls.bench.jmh.stack.KeyKind;
import io.parktls.bench.jmh.stack.Peer;
import io.parktls.bench.jmh.stack.Terms;
import java.io.IOException;
import java.util.List;

/** What is asked of all peers. */
enum Question {
    /** Full handshakes per second, with an ECDSA certificate. */
    ECDSA {
        @Override
        void answer(Setting setting) throws IOException {
            HandshakeQuestion.answerEcdsa(setting);
        }
    },
    /** Full handshakes per second, with an RSA certificate. */
    RSA {
        @Override
        void answer(Setting setting) throws IOException {
            HandshakeQuestion.answerRsa(setting);
        }
    },
    /** Full handshakes per second, with a post-quantum group. */
    HYBRID {
        @Override
        void answer(Setting setting) throws IOException {
            HandshakeQuestion.answerHybrid(setting);
        }
    },
    /** Megabytes per second, sealed and opened. */
    BULK {
        @Override
        void answer(Setting setting) throws IOException {
            BulkQuestion.answer(setting);
        }
    },
    /** What records and handshakes allocate. */
    ALLOC {
        @Override
        void answer(Setting setting) {
            AllocationQuestion.answer(setting);
        }
    },
    /** What idle connections hold. */
    IDLE {
        @Override
        void answer(Setting setting) {
            IdleQuestion.answer(setting);
        }
    };

    /** Where nothing else is said. */
    static final Terms USUAL = new Terms(KeyKind.ECDSA_P256, NamedGroup.X25519, CipherSuite.TLS_AES_128_GCM_SHA256);

    static final String OURS = Peer.PARKTLS.toString();
    static final String NATIVE = Peer.PARKTLS_NATIVE.toString();
    static final String SUN = Peer.SUN_JSSE.toString();
    static final String TCNATIVE = Peer.TCNATIVE.toString();

    /** Whom all are compared with, where nothing else is said. */
    static final List<String> REFERENCES = List.of(SUN, TCNATIVE);

    abstract void answer(Setting setting) throws IOException;
}
