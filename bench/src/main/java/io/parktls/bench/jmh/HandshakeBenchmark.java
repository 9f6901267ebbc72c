package io.parktls.bench.jmh;

import io.parktls.CipherSuite;
import io.parktls.NamedGroup;
import io.parktls.bench.jmh.stack.KeyKind;
import io.parktls.bench.jmh.stack.Link;
import io.parktls.bench.jmh.stack.Peer;
import io.parktls.bench.jmh.stack.Pki;
import io.parktls.bench.jmh.stack.Stack;
import io.parktls.bench.jmh.stack.StackCheck;
import io.parktls.bench.jmh.stack.Terms;
import java.io.IOException;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** Does TLS 1.3 handshakes, full or resumed ones, both sides on one thread. */
@State(Scope.Thread)
@SuppressWarnings("NullAway.Init") // JMH sets the fields
public class HandshakeBenchmark {
    @Param("PARKTLS")
    public Peer peer;

    @Param("ECDSA_P256")
    public KeyKind key;

    @Param("X25519")
    public NamedGroup group;

    /** Whether each handshake resumes a session of the one before. */
    @Param("false")
    public boolean resumed;

    private Stack stack;

    @Setup
    public void open() throws IOException {
        stack = StackCheck.open(peer, new Terms(key, group, CipherSuite.TLS_AES_128_GCM_SHA256, resumed));
    }

    @Benchmark
    public Object handshake(CpuTime cpu) throws IOException {
        cpu.count();
        if (resumed) {
            stack.wire().watchServerHello();
        }
        try (Link link = stack.connect(Pki.HOST)) {
            link.handshake();
            if (resumed) {
                stack.wire().requireResumed();
            }
            return link;
        }
    }

    @TearDown
    public void close() {
        stack.close();
    }
}
