package io.parktls.integration.engine;

import java.io.IOException;
import java.security.KeyStore;

/** A server on a port of {@code 127.0.0.1}, until it is closed. */
interface ServerUnderTest extends AutoCloseable {
    int port();

    /** Has the server use other identities for connections that it accepts from now on. */
    void renew(KeyStore keys) throws Exception;

    @Override
    void close() throws IOException;
}
