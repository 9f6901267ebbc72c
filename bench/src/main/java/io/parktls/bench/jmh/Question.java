package io.parktls.bench.jmh;

import io.parktls.CipherSuite;
import io.parktls.NamedGroup;
import io.parktls.bench.jmh.stack.KeyKind;
import io.parktls.bench.jmh.stack.Peer;
import io.parktls.bench.jmh.stack.Terms;

/** What is asked of all peers. */
enum Question {
    /** Full handshakes per second. */
    HANDSHAKE {
        @Override
        void answer(Setting setting) {
            HandshakeQuestion.answer(setting);
        }
    },
    /** Megabytes per second, sealed and opened. */
    BULK {
        @Override
        void answer(Setting setting) {
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
    static final String SUN = Peer.SUN_JSSE.toString();
    static final String TCNATIVE = Peer.TCNATIVE.toString();

    abstract void answer(Setting setting);
}
