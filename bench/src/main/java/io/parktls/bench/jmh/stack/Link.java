package io.parktls.bench.jmh.stack;

import java.io.IOException;

/** A client and a server of one stack, in memory. For one thread, which does both sides; one at a time on a wire. */
public interface Link extends AutoCloseable {
    /** Both handshakes, to the end. */
    void handshake() throws IOException;

    /** The client seals {@link Wire#payload()} into one record. */
    void send() throws IOException;

    /** The server opens it into {@link Wire#received()}. */
    void receive() throws IOException;

    /** The server sends as much to the client, which opens it. */
    void reply() throws IOException;

    /** Frees what the garbage collector does not, without a word to the peer. */
    @Override
    void close();
}
