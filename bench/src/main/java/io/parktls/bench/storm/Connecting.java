package io.parktls.bench.storm;

import java.io.IOException;
import java.net.Socket;

/** Makes connections to a contender's server, their handshakes still to be done. */
@FunctionalInterface
interface Connecting {
    Socket connect() throws IOException;
}
