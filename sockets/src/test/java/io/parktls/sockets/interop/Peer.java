package io.parktls.sockets.interop;

import io.parktls.sockets.TlsSocket;
import java.io.IOException;

/** A foreign implementation of TLS, which can run a scenario. */
interface Peer {
    /** Starts a server for one connection, which listens when this method returns. */
    Server serve(Scenario scenario) throws Exception;

    /** Starts a client that connects to the given port of this machine. */
    End connect(Scenario scenario, int port) throws Exception;

    /** The foreign end of a connection. */
    interface End extends AutoCloseable {
        /** Exchanges some data with our end, whose handshake is done. */
        void talk(TlsSocket ours) throws IOException;

        /** Returns the negotiated parameters that the peer reports. */
        Report report();

        /** Returns the failure that the peer reports. */
        String failure();

        @Override
        void close();
    }

    /** A foreign server. */
    interface Server extends End {
        int port();
    }
}
