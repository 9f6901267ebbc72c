package io.parktls.sockets.jsse;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parktls.JdkContext;
import io.parktls.TestContexts;
import io.parktls.TestPki;
import io.parktls.TestPki.KeyKind;
import io.parktls.TlsContext;
import io.parktls.TlsVersion;
import io.parktls.engine.TlsEngineProvider;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.security.AlgorithmConstraints;
import java.security.AlgorithmParameters;
import java.security.CryptoPrimitive;
import java.security.Key;
import java.security.cert.CertificateException;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.HttpsURLConnection;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSession;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.function.Executable;

/** Tests clients and servers of the factories, with each other and with those of SunJSSE. */
@Timeout(value = 300, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
@SuppressWarnings("try") // Sockets are closed to test how the other end reacts.
final class TlsSocketFactoryTest {
    private static final TlsEngineProvider ENGINE = TlsEngineProvider.bouncyCastle();

    private final TlsContext server =
            TestContexts.server(ENGINE).applicationProtocols("http/1.1").build();
    private final SSLSocketFactory clients =
            new TlsSocketFactory(TestContexts.client(ENGINE).build());

    /** Created before each test. */
    private SSLServerSocket listener;

    @BeforeEach
    void listen() throws IOException {
        listen(server);
    }

    private void listen(TlsContext context) throws IOException {
        SSLServerSocket listening = (SSLServerSocket)
                new TlsServerSocketFactory(context).createServerSocket(0, 10, InetAddress.getLoopbackAddress());
        listener = listening;
        Thread.ofVirtual().start(() -> serve(listening));
    }

    @AfterEach
    void close() throws IOException {
        listener.close();
        assertTrue(listener.isClosed());
    }

    /** A minimal HTTP server, which answers a request without a body with its path. */
    private static void serve(SSLServerSocket listening) {
        while (!listening.isClosed()) {
            try {
                Socket socket = listening.accept();
                Thread.ofVirtual().start(() -> reply(socket));
            } catch (IOException e) {
                // The listener or the client was closed.
            }
        }
    }

    private static void reply(Socket socket) {
        try (socket) {
            BufferedReader in = new BufferedReader(new InputStreamReader(socket.getInputStream(), US_ASCII));
            String request = in.readLine();
            if (request == null) {
                return;
            }
            while (!in.readLine().isEmpty()) {}
            String path = request.split(" ")[1];
            String head = "HTTP/1.1 200 OK\r\nContent-Length: " + path.length() + "\r\nConnection: close\r\n\r\n";
            socket.getOutputStream().write((head + path).getBytes(US_ASCII));
        } catch (IOException e) {
            // The client fails too.
        }
    }

    private HttpsURLConnection get(String host) throws IOException {
        URI uri = URI.create("https://" + host + ":" + listener.getLocalPort() + "/hello");
        HttpsURLConnection connection = (HttpsURLConnection) uri.toURL().openConnection();
        connection.setSSLSocketFactory(clients);
        connection.setReadTimeout(60_000);
        return connection;
    }

    private static String request(SSLSocket socket) throws IOException {
        socket.getOutputStream().write("GET /there HTTP/1.1\r\nHost: localhost\r\n\r\n".getBytes(US_ASCII));
        String reply = new String(socket.getInputStream().readAllBytes(), UTF_8);
        return reply.substring(reply.indexOf("\r\n\r\n") + 4);
    }

    @Test
    void httpsUrlConnection() throws Exception {
        HttpsURLConnection connection = get("localhost");
        try (InputStream body = connection.getInputStream()) {
            assertEquals(200, connection.getResponseCode());
            assertEquals("TLS_AES_128_GCM_SHA256", connection.getCipherSuite());
            assertArrayEquals(TestPki.server(KeyKind.ECDSA_P256).chain().toArray(), connection.getServerCertificates());
            assertEquals("/hello", new String(body.readAllBytes(), UTF_8));
        }
    }

    @Test
    void httpsUrlConnectionVerifiesTheHost() throws Exception {
        listenWithAWrongHost();
        HttpsURLConnection connection = get("localhost");
        assertUnverified(connection::connect);
    }

    @Test
    void aFailedHandshakeClosesTheSocket() throws Exception {
        listenWithAWrongHost();
        SSLSocket socket = (SSLSocket) clients.createSocket("localhost", listener.getLocalPort());
        assertUnverified(socket::startHandshake);
        assertTrue(socket.isClosed());
    }

    private void listenWithAWrongHost() throws IOException {
        listener.close();
        listen(TestContexts.server(ENGINE)
                .identity(TestPki.wrongHost(KeyKind.ECDSA_P256))
                .build());
    }

    @Test
    void connected() throws Exception {
        try (SSLSocket socket = (SSLSocket) clients.createSocket("localhost", listener.getLocalPort())) {
            assertEquals("/there", request(socket));
            SSLSession session = socket.getSession();
            assertTrue(session.isValid());
            assertEquals("TLSv1.3", session.getProtocol());
            assertEquals("localhost", session.getPeerHost());
            assertEquals(listener.getLocalPort(), session.getPeerPort());
            assertNotNull(session.getPeerPrincipal());
            assertEquals(listener.getLocalSocketAddress(), socket.getRemoteSocketAddress());
            assertTrue(socket.getTcpNoDelay());
            assertTrue(socket.isConnected());
        }
    }

    @Test
    void layeredOverAnotherSocket() throws Exception {
        Socket plain = new Socket(InetAddress.getLoopbackAddress(), listener.getLocalPort());
        try (SSLSocket socket = (SSLSocket) clients.createSocket(plain, "localhost", 0, true)) {
            assertEquals("/there", request(socket));
        }
        assertTrue(plain.isClosed());
    }

    @Test
    void layeredWithoutAutoCloseLeavesTheOtherOpen() throws Exception {
        try (Socket plain = new Socket(InetAddress.getLoopbackAddress(), listener.getLocalPort())) {
            SSLSocket socket = (SSLSocket) clients.createSocket(plain, "localhost", 0, false);
            assertEquals("/there", request(socket));
            socket.close();
            assertTrue(socket.isClosed());
            assertFalse(plain.isClosed());
        }
    }

    @Test
    void listenersAreNotifiedOfTheHandshake() throws Exception {
        CountDownLatch heard = new CountDownLatch(1);
        try (SSLSocket socket = (SSLSocket) clients.createSocket("localhost", listener.getLocalPort())) {
            socket.addHandshakeCompletedListener(event -> {
                if (event.getSocket() == socket && event.getSession().isValid()) {
                    heard.countDown();
                }
            });
            socket.startHandshake();
            socket.startHandshake();
            assertTrue(heard.await(60, TimeUnit.SECONDS));
        }
    }

    @Test
    void soTimeout() throws Exception {
        try (SSLSocket socket = (SSLSocket) clients.createSocket("localhost", listener.getLocalPort())) {
            socket.setSoTimeout(100);
            assertThrows(
                    SocketTimeoutException.class, () -> socket.getInputStream().read());
        }
        try (Socket plain = new Socket(InetAddress.getLoopbackAddress(), listener.getLocalPort());
                SSLSocket socket = (SSLSocket) clients.createSocket(plain, "localhost", 0, false)) {
            socket.startHandshake();
            socket.setSoTimeout(100);
            assertThrows(
                    SocketTimeoutException.class, () -> socket.getInputStream().read());
            socket.setSoTimeout(0);
            assertEquals("/there", request(socket));
        }
    }

    @Test
    void aFailedHandshakeMakesAnInvalidSession() throws Exception {
        SSLSocketFactory distrustful = new TlsSocketFactory(TestContexts.client(ENGINE)
                .trust(TestPki.trust(KeyKind.RSA_2048))
                .build());
        try (SSLSocket socket = (SSLSocket) distrustful.createSocket("localhost", listener.getLocalPort())) {
            SSLSession session = socket.getSession();
            assertFalse(session.isValid());
            assertEquals("SSL_NULL_WITH_NULL_NULL", session.getCipherSuite());
            assertThrows(SSLException.class, socket::startHandshake);
        }
    }

    // ---- negotiation

    @Test
    void parametersChooseAmongWhatTheContextAllows() throws Exception {
        try (SSLSocket socket = (SSLSocket) clients.createSocket("localhost", listener.getLocalPort())) {
            SSLParameters parameters = socket.getSSLParameters();
            assertEquals("HTTPS", parameters.getEndpointIdentificationAlgorithm());
            parameters.setProtocols(new String[] {"TLSv1.2"});
            parameters.setCipherSuites(new String[] {"TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384"});
            parameters.setApplicationProtocols(new String[] {"h2", "http/1.1"});
            parameters.setServerNames(List.of(new SNIHostName("example.test")));
            socket.setSSLParameters(parameters);
            assertArrayEquals(new String[] {"TLSv1.2"}, socket.getEnabledProtocols());
            assertEquals(null, socket.getApplicationProtocol());
            assertEquals("/there", request(socket));
            assertEquals("TLSv1.2", socket.getSession().getProtocol());
            assertEquals(
                    "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384",
                    socket.getSession().getCipherSuite());
            assertEquals("http/1.1", socket.getApplicationProtocol());
            assertEquals("localhost", socket.getSession().getPeerHost());
        }
    }

    /** As in the JDK, a certificate for the host or for the name that is sent as SNI is accepted. */
    @Test
    void aServerNameOrTheHostIsVerified() throws Exception {
        try (SSLSocket socket = (SSLSocket) clients.createSocket("localhost", listener.getLocalPort())) {
            SSLParameters parameters = socket.getSSLParameters();
            parameters.setServerNames(List.of(new SNIHostName("other.test")));
            socket.setSSLParameters(parameters);
            socket.startHandshake();
        }
        listenWithAWrongHost();
        try (SSLSocket socket = (SSLSocket) clients.createSocket("localhost", listener.getLocalPort())) {
            SSLParameters parameters = socket.getSSLParameters();
            parameters.setServerNames(List.of(new SNIHostName("other.test")));
            socket.setSSLParameters(parameters);
            assertUnverified(socket::startHandshake);
        }
    }

    private static void assertUnverified(Executable call) {
        Throwable cause = assertThrows(SSLHandshakeException.class, call);
        while (cause != null && !(cause instanceof CertificateException)) {
            cause = cause.getCause();
        }
        assertNotNull(cause, "no CertificateException among the causes");
    }

    @Test
    void endpointIdentificationCanBeEnabledButNotDisabled() throws Exception {
        SSLSocketFactory careless = new TlsSocketFactory(
                TestContexts.client(ENGINE).verifyHost(false).build());
        listenWithAWrongHost();
        try (SSLSocket socket = (SSLSocket) careless.createSocket("localhost", listener.getLocalPort())) {
            assertEquals("/there", request(socket));
        }
        try (SSLSocket socket = (SSLSocket) careless.createSocket("localhost", listener.getLocalPort())) {
            SSLParameters parameters = new SSLParameters();
            parameters.setEndpointIdentificationAlgorithm("HTTPS");
            socket.setSSLParameters(parameters);
            assertUnverified(socket::startHandshake);
        }
        for (String algorithm : List.of("", "LDAPS")) {
            try (SSLSocket socket = (SSLSocket) clients.createSocket("localhost", listener.getLocalPort())) {
                SSLParameters parameters = new SSLParameters();
                parameters.setEndpointIdentificationAlgorithm(algorithm);
                socket.setSSLParameters(parameters);
                assertUnverified(socket::startHandshake);
            }
        }
    }

    @Test
    void noSuiteForAnyProtocol() throws Exception {
        try (SSLSocket socket = (SSLSocket) clients.createSocket("localhost", listener.getLocalPort())) {
            socket.setEnabledProtocols(new String[] {"TLSv1.3"});
            socket.setEnabledCipherSuites(new String[] {"TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256"});
            assertThrows(SSLHandshakeException.class, socket::startHandshake);
        }
    }

    /** Code for JSSE changes settings between bind and accept. */
    @Test
    void aServerAsksForCertificates() throws Exception {
        TlsContext asking = TestContexts.server(ENGINE).trust(TestPki.trust()).build();
        SSLSocketFactory known = new TlsSocketFactory(TestContexts.client(ENGINE)
                .identity(TestPki.client(KeyKind.ECDSA_P256))
                .build());
        try (SSLServerSocket strict = (SSLServerSocket)
                new TlsServerSocketFactory(asking).createServerSocket(0, 10, InetAddress.getLoopbackAddress())) {
            strict.setNeedClientAuth(true);
            strict.setEnabledProtocols(new String[] {"TLSv1.2"});
            for (SSLSocketFactory factory : List.of(known, clients)) {
                CompletableFuture<SSLSession> accepted = CompletableFuture.supplyAsync(() -> {
                    try (SSLSocket socket = (SSLSocket) strict.accept()) {
                        assertTrue(socket.getNeedClientAuth());
                        assertFalse(socket.getUseClientMode());
                        return socket.getSession();
                    } catch (IOException e) {
                        throw new UncheckedIOException(e);
                    }
                });
                try (SSLSocket socket = (SSLSocket) factory.createSocket("localhost", strict.getLocalPort())) {
                    assertEquals(factory == known, socket.getSession().isValid());
                }
                SSLSession session = accepted.get();
                if (factory == known) {
                    assertEquals("TLSv1.2", session.getProtocol());
                    assertEquals("CN=test client", session.getPeerPrincipal().getName());
                } else {
                    assertThrows(SSLPeerUnverifiedException.class, session::getPeerCertificates);
                }
            }
        }
    }

    @Test
    void unsupportedSettingsAreRefused() throws Exception {
        try (SSLSocket socket = (SSLSocket) clients.createSocket()) {
            assertThrows(IllegalArgumentException.class, () -> socket.setEnabledProtocols(new String[] {"TLSv1.1"}));
            assertThrows(
                    IllegalArgumentException.class, () -> socket.setEnabledCipherSuites(new String[] {"TLS_NONE"}));
            assertUnsupported(() -> listener.setNeedClientAuth(true));
        }
        SSLSocketFactory narrow = new TlsSocketFactory(
                TestContexts.client(ENGINE, TlsVersion.TLS_1_3).build());
        try (SSLSocket socket = (SSLSocket) narrow.createSocket()) {
            assertThrows(IllegalArgumentException.class, () -> socket.setEnabledProtocols(new String[] {"TLSv1.2"}));
        }
    }

    private static void assertUnsupported(Executable call) {
        assertNotNull(assertThrows(UnsupportedOperationException.class, call).getMessage());
    }

    /** The JSSE engine cannot apply them to the chain, and no setting is ignored without a word. */
    @Test
    void constraintsNeedAnEngineWithOverrides() throws Exception {
        SSLSocketFactory jsse = new TlsSocketFactory(
                TestContexts.client(TlsEngineProvider.jsse()).build());
        try (SSLSocket socket = (SSLSocket) jsse.createSocket()) {
            SSLParameters parameters = socket.getSSLParameters();
            parameters.setAlgorithmConstraints(new AlgorithmConstraints() {
                @Override
                public boolean permits(
                        Set<CryptoPrimitive> primitives, String algorithm, AlgorithmParameters parameters) {
                    return true;
                }

                @Override
                public boolean permits(Set<CryptoPrimitive> primitives, Key key) {
                    return true;
                }

                @Override
                public boolean permits(
                        Set<CryptoPrimitive> primitives, String algorithm, Key key, AlgorithmParameters parameters) {
                    return true;
                }
            });
            assertUnsupported(() -> socket.setSSLParameters(parameters));
        }
    }

    // ---- closing

    @Test
    void closeEndsAReader() throws Exception {
        try (SSLSocket socket = (SSLSocket) clients.createSocket("localhost", listener.getLocalPort())) {
            socket.startHandshake();
            CompletableFuture<Integer> reading = new CompletableFuture<>();
            Thread reader = Thread.ofVirtual().start(() -> {
                try {
                    reading.complete(socket.getInputStream().read());
                } catch (IOException e) {
                    reading.completeExceptionally(e);
                }
            });
            while (reader.getState() != Thread.State.WAITING) {
                Thread.yield();
            }
            socket.close();
            assertInstanceOf(
                    IOException.class,
                    assertThrows(ExecutionException.class, reading::get).getCause());
            assertTrue(socket.isClosed());
            assertThrows(SocketException.class, socket::getInputStream);
            assertThrows(SocketException.class, socket::startHandshake);
            assertTrue(socket.getSession().isValid());
        }
    }

    @Test
    void closedBeforeItIsUsed() throws Exception {
        SSLSocket socket = (SSLSocket) clients.createSocket("localhost", listener.getLocalPort());
        socket.close();
        socket.close();
        assertThrows(SocketException.class, socket::startHandshake);
        SSLSocket unconnected = (SSLSocket) clients.createSocket();
        assertThrows(SocketException.class, unconnected::getOutputStream);
        assertThrows(SocketException.class, unconnected::startHandshake);
        unconnected.close();
        assertThrows(SocketException.class, () -> unconnected.connect(listener.getLocalSocketAddress()));
    }

    // ---- SunJSSE as the peer

    @Test
    void jdkClient() throws Exception {
        SSLContext jdk = JdkContext.of(null);
        for (String protocol : List.of("TLSv1.2", "TLSv1.3")) {
            try (SSLSocket socket =
                    (SSLSocket) jdk.getSocketFactory().createSocket("localhost", listener.getLocalPort())) {
                socket.setEnabledProtocols(new String[] {protocol});
                assertEquals("/there", request(socket));
                assertEquals(protocol, socket.getSession().getProtocol());
            }
        }
    }

    @Test
    void jdkServerAndHalfClose() throws Exception {
        SSLContext jdk = JdkContext.of(TestPki.server(KeyKind.ECDSA_P256));
        try (SSLServerSocket server = (SSLServerSocket)
                jdk.getServerSocketFactory().createServerSocket(0, 10, InetAddress.getLoopbackAddress())) {
            CompletableFuture<byte[]> asked = CompletableFuture.supplyAsync(() -> {
                try (Socket socket = server.accept()) {
                    byte[] question = socket.getInputStream().readAllBytes();
                    socket.getOutputStream().write(new byte[1 << 20]);
                    return question;
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
            try (SSLSocket socket = (SSLSocket) clients.createSocket("localhost", server.getLocalPort())) {
                socket.getOutputStream().write(new byte[100_000]);
                socket.shutdownOutput();
                assertTrue(socket.isOutputShutdown());
                assertFalse(socket.isInputShutdown());
                assertThrows(IOException.class, () -> socket.getOutputStream().write(1));
                assertEquals(1 << 20, socket.getInputStream().readAllBytes().length);
            }
            assertEquals(100_000, asked.get().length);
        }
    }

    /** The connection begins in plain text, and the end that connected becomes the TLS server. */
    @Test
    void startTls() throws Exception {
        SSLSocketFactory upgrading = new TlsSocketFactory(server);
        try (ServerSocket plain = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                Socket here = new Socket(plain.getInetAddress(), plain.getLocalPort());
                Socket there = plain.accept();
                SSLSocket tls = (SSLSocket) upgrading.createSocket(there, null, 0, false)) {
            there.getOutputStream().write('+');
            assertEquals('+', here.getInputStream().read());
            tls.setUseClientMode(false);
            CompletableFuture<Void> serving = CompletableFuture.runAsync(() -> reply(tls));
            try (SSLSocket client = (SSLSocket) clients.createSocket(here, "localhost", 0, false)) {
                assertEquals("/there", request(client));
            }
            serving.get();
            assertFalse(here.isClosed());
        }
    }
}
