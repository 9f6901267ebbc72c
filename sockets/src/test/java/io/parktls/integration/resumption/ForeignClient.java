package io.parktls.integration.resumption;

import io.parktls.sockets.interop.Scenario;
import java.nio.file.Path;
import java.util.Optional;

/** A client of another implementation, which connects several times and resumes its session. */
interface ForeignClient {
    /** Returns why this client cannot resume a session of a scenario; empty if it can. */
    default Optional<String> unable(Scenario scenario) {
        return Optional.empty();
    }

    /**
     * Connects several times, requests a page, and fails if the client reports that it has not resumed the first
     * session in all following handshakes.
     *
     * @param directory an empty directory for the client's files
     * @return the number of connections, at least two
     */
    int connect(Scenario scenario, int port, Path directory) throws Exception;
}
