package io.parktls.integration.resumption;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parktls.sockets.interop.Ours;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.security.cert.X509Certificate;
import java.util.function.Supplier;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;

/** A server of foreign {@link SSLEngine}s, which serves one connection after the other. */
final class EngineServer implements ForeignServer.Running {
    private final ServerSocket listening = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
    private final Supplier<SSLEngine> engines;

    EngineServer(Supplier<SSLEngine> engines) throws IOException {
        this.engines = engines;
        Thread.ofPlatform().daemon().name("foreign server").start(this::serve);
    }

    private void serve() {
        while (!listening.isClosed()) {
            try {
                Socket socket = listening.accept();
                socket.setSoTimeout((int) Ours.PATIENCE.toMillis());
                answer(engines.get(), socket);
            } catch (IOException e) {
                // The client has failed, which fails the test; or the test has closed this server.
            }
        }
    }

    private static void answer(SSLEngine engine, Socket socket) throws IOException {
        try (EngineSocket connection = new EngineSocket(engine, socket)) {
            connection.handshake();
            connection.readUntil("\n\n");
            connection.write(Page.of("see the client", client(engine.getSession())));
        }
    }

    static String client(SSLSession session) {
        try {
            return Page.name((X509Certificate) session.getPeerCertificates()[0]);
        } catch (SSLPeerUnverifiedException e) {
            return "";
        }
    }

    @Override
    public int port() {
        return listening.getLocalPort();
    }

    /** Java's sessions do not tell whether they are resumed. */
    @Override
    public void assertReports(String page, boolean resumed, String client) {
        assertTrue(page.contains("client '" + client + "'"), page);
    }

    @Override
    public void close() throws IOException {
        listening.close();
    }
}
