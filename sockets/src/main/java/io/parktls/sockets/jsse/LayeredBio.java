package io.parktls.sockets.jsse;

import io.parktls.TlsContext;
import io.parktls.sockets.TlsSocket;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import org.jspecify.annotations.Nullable;

/**
 * The socket that an {@link SslSocketAdapter} is layered over.
 *
 * @param socket the connected socket
 * @param consumed bytes that the application has already read from it; null for none
 * @param autoClose whether closing the adapter closes the socket
 */
record LayeredBio(Socket socket, @Nullable InputStream consumed, boolean autoClose) {
    /** Creates a client socket, or a server socket if there is no host. */
    TlsSocket open(TlsContext context, @Nullable String host, int port) throws IOException {
        return host == null
                ? TlsSocket.server(context, socket, consumed, autoClose)
                : TlsSocket.client(context, socket, host, port, autoClose);
    }

    /** Closes the socket of an adapter that was never used. */
    void closeUnused() throws IOException {
        if (autoClose) {
            socket.close();
        }
    }
}
