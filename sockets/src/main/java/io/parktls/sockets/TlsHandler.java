package io.parktls.sockets;

/** What a {@link TlsServer} does with a connection. Called by many threads at once. */
@FunctionalInterface
public interface TlsHandler {
    /**
     * Serves one connection, on a virtual thread of its own. The handshake is done. When it returns or throws, the server
     * closes the socket, with close_notify if TLS has not failed.
     *
     * @param socket established, with the server's time limits set; the handler may change them, and may close it
     * @throws Exception what it likes: it ends this connection and no other, and is logged
     */
    void handle(TlsSocket socket) throws Exception;
}
