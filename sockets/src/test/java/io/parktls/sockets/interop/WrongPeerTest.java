package io.parktls.sockets.interop;

import static io.parktls.TestPki.KeyKind.ECDSA_P256;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parktls.CipherSuite;
import io.parktls.NamedGroup;
import io.parktls.TestPki;
import io.parktls.TlsAlert;
import io.parktls.TlsContext;
import io.parktls.TlsHandshakeException;
import io.parktls.TlsTruncatedException;
import io.parktls.engine.TlsEngineProvider;
import io.parktls.sockets.TlsServerSocket;
import io.parktls.sockets.TlsSocket;
import java.io.IOException;
import java.net.ConnectException;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import javax.net.ssl.SSLException;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Tests peers that do not speak TLS, do not listen, or disconnect during the handshake. */
@Timeout(300)
@SuppressWarnings("try") // Ends are closed to test how the other end reacts.
class WrongPeerTest {
    private static final byte[] ALERT_DECODE_ERROR = {21, 3, 3, 0, 2, 2, 50};
    private static final int HANDSHAKE_RECORD = 22;

    static Stream<Named<TlsEngineProvider>> engines() {
        return Ours.ENGINES.stream();
    }

    // ---- other protocols

    static Stream<Arguments> servers() {
        return Stream.of(
                        List.of("HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n", "an HTTP response"),
                        List.of("SSH-2.0-OpenSSH_9.2p1\r\n", "SSH"),
                        List.of("220 mail.example.test ESMTP\r\n", "SMTP or FTP, which may want STARTTLS first"),
                        List.of("* OK IMAP4rev1 ready\r\n", "IMAP, which may want STARTTLS first"),
                        List.of("hello, world\r\n", "plain text"))
                .flatMap(banner -> engines().map(engine -> Arguments.of(banner.get(1), banner.get(0), engine)));
    }

    @ParameterizedTest(name = "{0}: {2}")
    @MethodSource("servers")
    void serverOfAnotherProtocol(String looksLike, String banner, TlsEngineProvider engine) throws Exception {
        try (Plain theirs = Plain.serving(socket -> {
                    socket.getOutputStream().write(banner.getBytes(StandardCharsets.US_ASCII));
                    return socket.getInputStream().readAllBytes();
                });
                TlsSocket ours = Ours.client(client(engine), Scenario.NAME, theirs.port())) {
            assertNotTls(looksLike, assertThrows(TlsHandshakeException.class, ours::doHandshake));
            ours.close();
            byte[] got = theirs.result();
            assertEquals(HANDSHAKE_RECORD, got[0]);
            int hello = 5 + ((got[3] & 0xFF) << 8 | got[4] & 0xFF);
            assertEquals(hello + 7, got.length, "the ClientHello and an alert");
            assertEquals(TlsAlert.UNEXPECTED_MESSAGE.code(), got[hello + 6]);
        }
    }

    /** curl sends a request without TLS and receives an alert, which it treats as an HTTP/0.9 response. */
    @ParameterizedTest
    @MethodSource("engines")
    void httpClient(TlsEngineProvider engine) throws Exception {
        try (TlsServerSocket listening = Ours.server(server(engine));
                ForeignPeer curl = ForeignPeer.start(List.of(
                        "curl",
                        "--silent",
                        "--show-error",
                        "--noproxy",
                        "*",
                        "http://127.0.0.1:" + Ours.port(listening)));
                TlsSocket ours = Ours.accept(listening)) {
            assertNotTls("an HTTP request", assertThrows(TlsHandshakeException.class, ours::doHandshake));
            ours.close();
            int unsupportedProtocol = 1;
            assertEquals(unsupportedProtocol, curl.awaitExit(), curl::toString);
        }
    }

    private static void assertNotTls(String looksLike, TlsHandshakeException e) {
        assertEquals("not TLS: looks like " + looksLike, e.getMessage());
        assertEquals(TlsAlert.UNEXPECTED_MESSAGE, e.alert().orElseThrow());
        assertFalse(e.isAlertReceived());
    }

    // ---- peers that do not listen or disconnect

    @Test
    void connectionRefused() throws Exception {
        int port;
        try (ServerSocket free = new ServerSocket(0)) {
            port = free.getLocalPort();
        }
        ConnectException e =
                assertThrows(ConnectException.class, () -> TlsSocket.connect(TlsContext.client(), "127.0.0.1", port));
        assertTrue(e.getMessage().contains("refused"), e.getMessage());
        assertTrue(e.getMessage().contains(String.valueOf(port)), e.getMessage());
    }

    @ParameterizedTest
    @MethodSource("engines")
    void clientIsReset(TlsEngineProvider engine) throws Exception {
        try (Plain theirs = Plain.serving(socket -> {
                    socket.getInputStream().read();
                    socket.setSoLinger(true, 0);
                    socket.close();
                    return new byte[0];
                });
                TlsSocket ours = Ours.client(client(engine), Scenario.NAME, theirs.port())) {
            assertReset(ours);
        }
    }

    @ParameterizedTest
    @MethodSource("engines")
    void serverIsReset(TlsEngineProvider engine) throws Exception {
        try (TlsServerSocket listening = Ours.server(server(engine));
                Socket theirs = new Socket("127.0.0.1", Ours.port(listening));
                TlsSocket ours = Ours.accept(listening)) {
            theirs.getOutputStream().write(HANDSHAKE_RECORD);
            theirs.setSoLinger(true, 0);
            theirs.close();
            assertReset(ours);
        }
    }

    /** Asserts that a reset is not reported as an SSLException, and that later calls throw the same exception. */
    private static void assertReset(TlsSocket ours) {
        IOException e = assertThrows(IOException.class, ours::doHandshake);
        assertFalse(e instanceof SSLException, e.toString());
        assertTrue(e.getMessage().contains("reset"), e.toString());
        assertEquals(e, assertThrows(IOException.class, ours::doHandshake));
    }

    @ParameterizedTest
    @MethodSource("engines")
    void clientIsCutInMidHandshake(TlsEngineProvider engine) throws Exception {
        byte[] halfAServerHello = {22, 3, 3, 0, 90, 2, 0, 0, 86, 3, 3};
        try (Plain theirs = Plain.serving(socket -> {
                    readRecord(socket);
                    socket.getOutputStream().write(halfAServerHello);
                    socket.shutdownOutput();
                    return socket.getInputStream().readAllBytes();
                });
                TlsSocket ours = Ours.client(client(engine), Scenario.NAME, theirs.port())) {
            assertTruncated(ours);
            ours.close();
            assertArrayEquals(ALERT_DECODE_ERROR, theirs.result());
        }
    }

    @ParameterizedTest
    @MethodSource("engines")
    void serverIsCutInMidHandshake(TlsEngineProvider engine) throws Exception {
        byte[] halfAClientHello = {22, 3, 1, 0, (byte) 200, 1, 0, 0, (byte) 196, 3, 3};
        try (TlsServerSocket listening = Ours.server(server(engine));
                Socket theirs = new Socket("127.0.0.1", Ours.port(listening));
                TlsSocket ours = Ours.accept(listening)) {
            theirs.getOutputStream().write(halfAClientHello);
            theirs.shutdownOutput();
            assertTruncated(ours);
            ours.close();
            assertArrayEquals(ALERT_DECODE_ERROR, theirs.getInputStream().readAllBytes());
        }
    }

    /** openssl is killed after the handshake, and so sends no close_notify. */
    @ParameterizedTest
    @MethodSource("engines")
    void opensslServerDies(TlsEngineProvider engine) throws Exception {
        Scenario scenario = Scenario.with(CipherSuite.TLS_AES_128_GCM_SHA256, NamedGroup.X25519, ECDSA_P256)
                .withName();
        try (ForeignPeer theirs = ForeignPeer.start(OpenSsl.server(scenario))) {
            try (TlsSocket ours = Ours.client(scenario.clientContext(engine), Scenario.NAME, OpenSsl.port(theirs))) {
                Talk.say(ours, "hello");
                theirs.awaitText("hello");
                theirs.close();
                TlsTruncatedException e = assertThrows(
                        TlsTruncatedException.class, () -> ours.inputStream().read());
                assertTrue(e.getMessage().contains("without close_notify"), e.getMessage());
            }
        }
    }

    private static void assertTruncated(TlsSocket ours) {
        TlsTruncatedException e = assertThrows(TlsTruncatedException.class, ours::doHandshake);
        assertTrue(e.getMessage().contains("in mid-handshake"), e.getMessage());
        assertEquals(TlsAlert.DECODE_ERROR, e.alert().orElseThrow());
        assertFalse(e.isAlertReceived());
    }

    // ---- both ends

    private static TlsContext.Builder client(TlsEngineProvider engine) {
        return TlsContext.builder().engine(engine).trust(TestPki.trust());
    }

    private static TlsContext.Builder server(TlsEngineProvider engine) {
        return TlsContext.builder().engine(engine).identity(TestPki.server(ECDSA_P256));
    }

    private static void readRecord(Socket socket) throws IOException {
        byte[] header = socket.getInputStream().readNBytes(5);
        socket.getInputStream().readNBytes((header[3] & 0xFF) << 8 | header[4] & 0xFF);
    }

    /** A server that does not speak TLS. */
    private record Plain(ServerSocket listening, CompletableFuture<byte[]> done) implements AutoCloseable {
        interface Behaviour {
            byte[] meet(Socket client) throws IOException;
        }

        static Plain serving(Behaviour behaviour) throws IOException {
            ServerSocket listening = new ServerSocket(0);
            return new Plain(listening, Jdk.run(() -> {
                try (Socket client = listening.accept()) {
                    return behaviour.meet(client);
                }
            }));
        }

        int port() {
            return listening.getLocalPort();
        }

        /** Returns the data that the server received; throws if it failed. */
        byte[] result() throws Exception {
            return done.get(Ours.PATIENCE.toSeconds(), TimeUnit.SECONDS);
        }

        @Override
        public void close() throws IOException {
            listening.close();
        }
    }
}
