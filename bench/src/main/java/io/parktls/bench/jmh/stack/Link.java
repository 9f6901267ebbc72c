package io.parktls.bench.jmh.stack;

import java.io.IOException;

/**
 * A connection between a client and a server of one stack, in memory. For one thread, which does both sides. A wire has
 * one at a time.
 */
public interface Link extends AutoCloseable {
    /** Does the handshake of both sides. */
    void handshake() throws IOException;

    /** The client seals {@link Wire#payload()} into one record. */
    void send() throws IOException;

    /** The server opens the record into {@link Wire#received()}. */
    void receive() throws IOException;

    /** The server seals the same payload into a record, and the client opens it. */
    void reply() throws IOException;

    /** Frees the resources that the garbage collector does not, without sending anything. */
    @Override
    void close();
}
