package io.parktls.bench.jmh;

import io.parktls.CipherSuite;
import io.parktls.NamedGroup;
import io.parktls.bench.jmh.stack.KeyKind;
import io.parktls.bench.jmh.stack.Peer;
import io.parktls.bench.jmh.stack.Terms;
import java.io.IOException;
import java.util.List;

/** The questions that are answered for all peers, each by a table. */
enum Question {
    /** Full handshakes per second, with an ECDSA certificate. */
    ECDSA(HandshakeQuestion::answerEcdsa),
    /** Full handshakes per second, with an RSA certificate. */
    RSA(HandshakeQuestion::answerRsa),
    /** Full handshakes per second, with a post-quantum group. */
    HYBRID(HandshakeQuestion::answerHybrid),
    /** Resumed handshakes per second. */
    RESUMED(ResumedQuestion::answer),
    /** Full handshakes per second, through {@code SSLSocket}s. */
    SOCKETS(SocketQuestion::answer),
    /** Full handshakes and megabytes per second, through {@code SSLEngine}s. */
    ENGINES(EngineQuestion::answer),
    /** Megabytes per second, sealed and opened. */
    BULK(BulkQuestion::answer),
    /** Heap allocated by records and handshakes. */
    ALLOC(AllocationQuestion::answer),
    /** Heap held by idle connections. */
    IDLE(IdleQuestion::answer);

    /** The default parameters. */
    static final Terms USUAL = new Terms(KeyKind.ECDSA_P256, NamedGroup.X25519, CipherSuite.TLS_AES_128_GCM_SHA256);

    static final String OURS = Peer.PARKTLS.toString();
    static final String NATIVE = Peer.PARKTLS_NATIVE.toString();
    static final String SUN = Peer.SUN_JSSE.toString();
    static final String TCNATIVE = Peer.TCNATIVE.toString();

    /** The default references that all peers are compared with. */
    static final List<String> REFERENCES = List.of(SUN, TCNATIVE);

    private interface Answer {
        void to(Setting setting) throws IOException;
    }

    @SuppressWarnings("ImmutableEnumChecker") // they hold no state
    private final Answer answer;

    Question(Answer answer) {
        this.answer = answer;
    }

    /** Measures, and prints the tables. */
    void answer(Setting setting) throws IOException {
        answer.to(setting);
    }
}
