package io.parktls.integration.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parktls.NamedGroup;
import io.parktls.TestPki;
import io.parktls.TestPki.KeyKind;
import io.parktls.TlsContext;
import io.parktls.sockets.TlsServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSession;
import javax.net.ssl.SSLSocket;

/**
 * Shows that ParkTLS, and not the JDK, does the TLS of the software under test. Software hides its engines, so the proof
 * is a key exchange that ParkTLS has and SunJSSE of JDK 25 does not have.
 */
final class EngineProof {
    /** Whether the contexts of the provider create engines of ParkTLS. Until they do, nothing here is asserted. */
    static final boolean ENGINES_ARE_OURS = true;

    private static final NamedGroup HYBRID = NamedGroup.X25519MLKEM768;

    private EngineProof() {}

    /** Asserts that a session, which the software showed the application, is one of ParkTLS. */
    static void assertMade(SSLSession session) {
        if (ENGINES_ARE_OURS) {
            String name = session.getClass().getName();
            assertTrue(name.startsWith("io.parktls."), name);
        }
    }

    /** Asserts that the server on a port of {@code localhost} accepts the key exchange. */
    static void assertServes(int port, SSLContext client) throws IOException {
        if (!ENGINES_ARE_OURS) {
            return;
        }
        try (SSLSocket socket = (SSLSocket) client.getSocketFactory().createSocket("localhost", port)) {
            SSLParameters parameters = socket.getSSLParameters();
            parameters.setNamedGroups(new String[] {HYBRID.name()});
            socket.setSSLParameters(parameters);
            socket.setSoTimeout(RawHttp.HANG_MILLIS);
            socket.startHandshake();
            assertEquals("TLSv1.3", socket.getSession().getProtocol());
        }
    }

    /** A request of the client under test to a port of {@code localhost}. */
    @FunctionalInterface
    interface Fetch {
        /** Returns the body of the answer. */
        byte[] from(int port) throws Exception;
    }

    /** Asserts that a client can talk to an HTTP/1.1 server that accepts this key exchange only. */
    static void assertFetches(Fetch fetch) throws Exception {
        if (!ENGINES_ARE_OURS) {
            return;
        }
        TlsContext context = TlsContext.builder()
                .identity(TestPki.server(KeyKind.ECDSA_P256))
                .groups(HYBRID)
                .build();
        try (TlsServer server = TlsServer.builder(context)
                .handler(socket -> {
                    RawHttp.readHead(socket.inputStream());
                    socket.outputStream()
                            .write("HTTP/1.1 200 OK\r\nContent-Length: 6\r\nConnection: close\r\n\r\nhybrid"
                                    .getBytes(StandardCharsets.US_ASCII));
                })
                .open(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))) {
            assertEquals("hybrid", new String(fetch.from(server.port()), StandardCharsets.US_ASCII));
        }
    }
}
