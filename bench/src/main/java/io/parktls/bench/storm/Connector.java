package io.parktls.bench.storm;

import java.io.IOException;
import java.net.Socket;

/** Connects to the server that is measured. The handshake is left to the caller. Thread-safe. */
@FunctionalInterface
interface Connector {
    Socket connect() throws IOException;
}
