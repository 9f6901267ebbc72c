package io.parktls.integration.http;

import java.io.IOException;
import java.net.URI;

/** A client with the connections that it keeps. */
interface HttpClientUnderTest extends AutoCloseable {
    /** Sends a POST request, and returns the whole answer. */
    HttpAnswer post(URI uri, byte[] body) throws IOException;

    @Override
    void close();
}
