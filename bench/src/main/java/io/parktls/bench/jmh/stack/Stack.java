package io.parktls.bench.jmh.stack;

import io.parktls.CipherSuite;
import java.io.IOException;

/** A TLS implementation, set up for certain {@link Terms}. For one thread. */
public interface Stack extends AutoCloseable {
    /** What its links send their bytes over. */
    Wire wire();

    /** What its links are to negotiate. */
    CipherSuite suite();

    /**
     * A new client and a new server that have yet to shake hands.
     *
     * @param host whom the client means to reach
     */
    Link connect(String host) throws IOException;

    /** Frees what the garbage collector does not. */
    @Override
    default void close() {}
}
