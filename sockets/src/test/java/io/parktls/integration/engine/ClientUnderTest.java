package io.parktls.integration.engine;

import java.io.IOException;
import java.net.URI;

/** An HTTP client with the connections that it keeps, which any number of threads may use at once. */
interface ClientUnderTest extends AutoCloseable {
    /**
     * An answer of a server.
     *
     * @param version the version of HTTP, such as {@code HTTP/2}
     */
    record Answer(String version, byte[] body) {}

    /**
     * Sends a POST request, or a GET request if the body is empty, and returns the answer. The client takes {@link
     * Keys#NAMED_HOST} for this machine.
     */
    Answer send(URI uri, byte[] body) throws Exception;

    @Override
    void close() throws IOException;
}
