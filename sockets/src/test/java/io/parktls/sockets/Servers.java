package io.parktls.sockets;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import io.parktls.TestContexts;
import io.parktls.TlsContext;
import io.parktls.engine.TlsEngineProvider;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;

/** Creates servers under test, and clients for them. */
final class Servers {
    static final TlsEngineProvider ENGINE = TlsEngineProvider.bouncyCastle();

    private Servers() {}

    /** Returns the builder of an echo server. */
    static TlsServer.Builder echoing() {
        return serving(TestContexts.server(ENGINE).build()).handler(Servers::echo);
    }

    /** Returns the builder of a server without a handler. The handshake timeout is long, for busy machines. */
    static TlsServer.Builder serving(TlsContext context) {
        return TlsServer.builder(context).handshakeTimeout(Task.HANG);
    }

    /** Sends back all received data. */
    static void echo(TlsSocket socket) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(1_024);
        while (socket.read(buffer.clear()) >= 0) {
            socket.write(buffer.flip());
        }
    }

    static TlsContext client() {
        return TestContexts.client(ENGINE).build();
    }

    static TlsSocket connect(TlsServer server) throws IOException {
        return connect(server, client());
    }

    static TlsSocket connect(TlsServer server, TlsContext context) throws IOException {
        return connect(server, context, TestContexts.HOST);
    }

    static TlsSocket connect(TlsServer server, TlsContext context, String host) throws IOException {
        return TlsSocket.client(context, SocketChannel.open(server.localAddress()), host, 0);
    }

    /** Asserts that the server serves a connection. */
    static void assertEchoes(TlsSocket socket) throws IOException {
        byte[] sent = {1, 2, 3};
        socket.write(ByteBuffer.wrap(sent));
        assertArrayEquals(sent, socket.inputStream().readNBytes(sent.length));
    }

    /** Asserts that the server serves a new client. */
    static void assertServes(TlsServer server) throws IOException {
        try (TlsSocket socket = connect(server)) {
            assertEchoes(socket);
        }
    }
}
