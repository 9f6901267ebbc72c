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
record UnderlyingSocket(Socket socket, @Nullable InputStream consumed, boolean autoClose) {
    TlsSocket client(TlsContext context, @Nullable String host, int port) throws IOException {
        return TlsSocket.client(context, socket, host, port, autoClose);
    }

    TlsSocket server(TlsContext context) throws IOException {
        return TlsSocket.server(context, socket, consumed, autoClose);
    }

    /** Closes the socket of an adapter that was never used. */
    void closeUnused() throws IOException {
        if (autoClose) {
            socket.close();
        }
    }
}
