package io.parktls.integration.resumption;

import io.parktls.sockets.interop.Scenario;
import java.io.IOException;
import java.util.Optional;

/** A server of another implementation, which answers each request with a page and closes the connection. */
interface ForeignServer {
    /** Returns why this server cannot resume the sessions of a scenario; empty if it can. */
    default Optional<String> unable(Scenario scenario) {
        return Optional.empty();
    }

    Running start(Scenario scenario) throws Exception;

    /** A server that listens. */
    interface Running extends AutoCloseable {
        int port();

        /**
         * Asserts that the server reports whether the handshake was a full one or resumed a session, and which client
         * it has authenticated.
         *
         * @param page the page that the server sent in this connection
         * @param client the subject of the client's certificate; empty if it has none
         */
        void assertReports(String page, boolean resumed, String client);

        @Override
        void close() throws IOException;
    }
}
