package io.parktls.sockets;

/** Serves the connections of a {@link TlsServer}. The server calls it from many threads at once. */
@FunctionalInterface
public interface TlsHandler {
    /**
     * Serves one connection, on a virtual thread of its own. When this method returns or throws, the server closes the
     * socket, with close_notify if TLS has not failed.
     *
     * @param socket the connection, with the handshake done and the server's timeouts set; the handler may change the
     *     timeouts and may close the socket
     * @throws Exception if the handler fails; the server logs the exception and closes this connection only
     */
    void handle(TlsSocket socket) throws Exception;
}
