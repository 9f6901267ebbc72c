package io.parktls.bench.jmh.stack;

import io.parktls.CipherSuite;
import java.io.IOException;

/** A TLS implementation, set up for certain {@link Terms}. For one thread. */
public abstract class Stack implements AutoCloseable {
    private final Wire wire;
    private final CipherSuite suite;

    /**
     * A stack.
     *
     * @param wire with buffers as the implementation likes them
     * @param suite what to negotiate: that of the terms, where the implementation leaves a choice
     */
    Stack(Wire wire, CipherSuite suite) {
        this.wire = wire;
        this.suite = suite;
    }

    /** What its links send their bytes over. */
    public final Wire wire() {
        return wire;
    }

    /** What its links are to negotiate. */
    public final CipherSuite suite() {
        return suite;
    }

    /**
     * A new client and a new server that have yet to shake hands.
     *
     * @param host whom the client means to reach
     */
    public abstract Link connect(String host) throws IOException;

    /** Frees what the garbage collector does not. */
    @Override
    public void close() {}
}
