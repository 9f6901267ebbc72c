package io.parktls.sockets.interop;

import io.parktls.TlsContext;
import io.parktls.engine.TlsEngineProvider;
import io.parktls.sockets.TlsServerSocket;
import io.parktls.sockets.TlsSocket;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Named;

/** Creates our ends of connections on this machine, with timeouts in case a test hangs. */
public final class Ours {
    public static final Duration PATIENCE = Duration.ofSeconds(120);

    static final List<Named<TlsEngineProvider>> ENGINES = List.of(
            Named.of("Bouncy Castle", TlsEngineProvider.bouncyCastle()), Named.of("JSSE", TlsEngineProvider.jsse()));

    private Ours() {}

    /** Returns a connected client, whose handshake has not begun. */
    static TlsSocket client(TlsContext.Builder context, String host, int port) throws IOException {
        return client(context.build(), host, port);
    }

    public static TlsSocket client(TlsContext context, String host, int port) throws IOException {
        return patient(TlsSocket.client(context, SocketChannel.open(loopback(port)), host, port));
    }

    /** Returns a listening server. */
    static TlsServerSocket server(TlsContext.Builder context) throws IOException {
        TlsServerSocket server = TlsServerSocket.open(context.build(), loopback(0));
        server.acceptTimeout(PATIENCE);
        return server;
    }

    /** Accepts the next client of a server. The handshake has not begun. */
    static TlsSocket accept(TlsServerSocket server) throws IOException {
        return patient(server.accept());
    }

    static int port(TlsServerSocket server) {
        return server.port();
    }

    public static InetSocketAddress loopback(int port) {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
    }

    private static TlsSocket patient(TlsSocket socket) {
        socket.handshakeTimeout(PATIENCE);
        socket.readTimeout(PATIENCE);
        socket.writeTimeout(PATIENCE);
        return socket;
    }
}
