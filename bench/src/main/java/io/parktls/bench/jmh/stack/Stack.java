package io.parktls.bench.jmh.stack;

import io.parktls.CipherSuite;
import java.io.IOException;

/** A TLS implementation that is configured with certain {@link Terms}. For one thread. */
public abstract class Stack implements AutoCloseable {
    private final Wire wire;
    private final CipherSuite suite;

    /**
     * Creates a stack.
     *
     * @param wire has the kind of buffers that is best for the implementation
     * @param suite the suite to negotiate, which is that of the terms if the implementation can select it
     */
    Stack(Wire wire, CipherSuite suite) {
        this.wire = wire;
        this.suite = suite;
    }

    /** The wire of all its links. */
    public final Wire wire() {
        return wire;
    }

    /** The suite that its links have to negotiate. */
    public final CipherSuite suite() {
        return suite;
    }

    /**
     * Creates a client and a server. The handshake is left to the caller.
     *
     * @param host the host name that the client verifies
     */
    public abstract Link connect(String host) throws IOException;

    /** A remark about a measurement with it, for the table beside the negotiated parameters; empty if there is none. */
    public String remark() {
        return "";
    }

    /** Frees the resources that the garbage collector does not. */
    @Override
    public void close() {}
}
