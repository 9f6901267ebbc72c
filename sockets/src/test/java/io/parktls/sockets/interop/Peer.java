package io.parktls.sockets.interop;

import io.parktls.sockets.TlsSocket;
import java.io.IOException;

/** A foreign implementation of TLS, which can be asked to play a scenario. */
interface Peer {
    /** Starts a server for one connection; it listens when this returns. */
    Server serve(Scenario scenario) throws Exception;

    /** Starts a client that connects to that port of this machine. */
    End connect(Scenario scenario, int port) throws Exception;

    /** The foreign end of a connection. */
    interface End extends AutoCloseable {
        /** Sends a little there and back; our handshake is done. */
        void talk(TlsSocket ours) throws IOException;

        /** What it says was negotiated. */
        Report report();

        /** What it says went wrong. */
        String failure();

        @Override
        void close();
    }

    /** A foreign server. */
    interface Server extends End {
        int port();
    }
}
