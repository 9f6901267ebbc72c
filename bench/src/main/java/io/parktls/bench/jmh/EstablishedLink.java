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
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** A connection whose handshake is done. */
@State(Scope.Thread)
@SuppressWarnings("NullAway.Init") // JMH sets the fields
public class EstablishedLink {
    @Param("PARKTLS")
    public Peer peer;

    @Param("TLS_AES_128_GCM_SHA256")
    public CipherSuite suite;

    private Stack stack;
    private Link link;

    @Setup
    public void open() throws IOException {
        stack = StackCheck.open(peer, new Terms(KeyKind.ECDSA_P256, NamedGroup.X25519, suite));
    }

    /** Connects anew for each iteration, so that no stack reaches the limit at which it updates its keys. */
    @Setup(Level.Iteration)
    public void connect(IterationTurn turn) throws IOException {
        stack.wire().reset();
        link = stack.connect(Pki.HOST);
        link.handshake();
    }

    Link link() {
        return link;
    }

    @TearDown(Level.Iteration)
    public void disconnect() {
        link.close();
    }

    @TearDown
    public void close(IterationTurn turn) {
        turn.remark(stack.remark());
        stack.close();
    }
}
