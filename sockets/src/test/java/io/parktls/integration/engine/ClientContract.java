package io.parktls.integration.engine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parktls.TestPki;
import io.parktls.TestPki.KeyKind;
import io.parktls.integration.ForeignServer;
import io.parktls.integration.WithParkTls;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The tests that each client over an {@code SSLEngine} has to pass with the ParkTLS provider first and no other change.
 * Its peers are Jetty with the JDK's TLS, and {@code openssl s_server}. A subclass makes the client; it is annotated with
 * {@link WithParkTls}.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(value = 300, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
abstract class ClientContract {
    private static final byte[] NOTHING = {};
    private static final byte[] BULK = new byte[10 << 20];

    static {
        new Random(19).nextBytes(BULK);
    }

    private final Application application = new Application();
    private final Application restrictedApplication = new Application();
    private final List<ServerUnderTest> started = new ArrayList<>();
    private @Nullable ServerUnderTest open;
    private @Nullable ServerUnderTest restricted;
    private Path directory = Path.of(".");

    /** Returns a new client. */
    abstract ClientUnderTest open(ClientSetup setup) throws Exception;

    @BeforeAll
    final void startServers(@TempDir Path temporary) throws Exception {
        directory = temporary;
        TestPki.writePem(TestPki.server(KeyKind.ECDSA_P256), temporary);
        open = started(new JettyServer(
                new ServerSetup(application, Keys.server(), false, "SunJSSE"), new MeetingHandler(application)));
        restricted = started(new JettyServer(
                new ServerSetup(restrictedApplication, Keys.server(), true, "SunJSSE"),
                new MeetingHandler(restrictedApplication)));
    }

    @AfterAll
    final void stopServers() throws IOException {
        for (ServerUnderTest server : started) {
            server.close();
        }
    }

    private ServerUnderTest started(ServerUnderTest server) {
        started.add(server);
        return server;
    }

    private static URI uri(String host, @Nullable ServerUnderTest server, String path) {
        if (server == null) {
            throw new IllegalStateException("the server has not been started");
        }
        return URI.create("https://" + host + ":" + server.port() + path);
    }

    private ClientUnderTest openTrusting(@Nullable KeyStore keys, boolean http2) throws Exception {
        return open(new ClientSetup(keys, Keys.authority(), http2));
    }

    private static String text(ClientUnderTest.Answer answer) {
        return new String(answer.body(), StandardCharsets.UTF_8);
    }

    @Test
    @DisplayName("ParkTLS does the client's TLS")
    void parkTlsConnects() throws Exception {
        try (ClientUnderTest client = openTrusting(null, false)) {
            EngineProof.assertFetches(port -> client.send(URI.create("https://localhost:" + port + "/"), NOTHING)
                    .body());
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    @DisplayName("the client sends 10 MB to a server with the JDK's TLS and gets them back")
    void jdk(boolean http2) throws Exception {
        try (ClientUnderTest client = openTrusting(null, http2)) {
            ClientUnderTest.Answer answer = client.send(uri("localhost", open, Application.ECHO), BULK);
            assertArrayEquals(BULK, answer.body());
            assertEquals(http2 ? "HTTP/2" : "HTTP/1.1", answer.version());
            // Over the same connection, if the client keeps it.
            assertEquals("hello", text(client.send(uri("localhost", open, Application.HELLO), NOTHING)));
        }
    }

    @Test
    @DisplayName("the client fetches a page from openssl s_server with each version of TLS")
    void openSsl() throws Exception {
        Path program = ForeignServer.program("openssl", "openssl");
        for (String version : List.of("-tls1_3", "-tls1_2")) {
            try (ForeignServer server = ForeignServer.start(
                            port -> List.of(
                                    program.toString(),
                                    "s_server",
                                    "-accept",
                                    Integer.toString(port),
                                    version,
                                    "-www",
                                    "-cert",
                                    directory.resolve("chain.pem").toString(),
                                    "-key",
                                    directory.resolve("key.pem").toString()),
                            "ACCEPT");
                    ClientUnderTest client = openTrusting(null, false)) {
                ClientUnderTest.Answer answer =
                        client.send(URI.create("https://localhost:" + server.port() + "/"), NOTHING);
                String protocol = version.equals("-tls1_3") ? "TLSv1.3" : "TLSv1.2";
                assertTrue(text(answer).contains(protocol), () -> text(answer));
            }
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    @DisplayName("the client shows its certificate")
    void clientCertificate(boolean http2) throws Exception {
        try (ClientUnderTest client = openTrusting(Keys.client(), http2)) {
            ClientUnderTest.Answer answer = client.send(uri("localhost", restricted, Application.SUBJECT), NOTHING);
            assertEquals("CN=test client", text(answer));
        }
    }

    @Test
    @DisplayName("the client without a certificate is refused, and says so")
    void noClientCertificate() throws Exception {
        int before = restrictedApplication.requests();
        try (ClientUnderTest client = openTrusting(null, false)) {
            assertThrows(
                    Exception.class, () -> client.send(uri("localhost", restricted, Application.SUBJECT), NOTHING));
        }
        assertEquals(before, restrictedApplication.requests());
    }

    @Test
    @DisplayName("the client sends SNI for a name, and none for an address")
    void serverName() throws Exception {
        try (ClientUnderTest client = openTrusting(null, false)) {
            assertEquals(
                    "[type=host_name (0), value=" + Keys.NAMED_HOST + "]",
                    text(client.send(uri(Keys.NAMED_HOST, open, MeetingHandler.SERVER_NAME), NOTHING)));
            assertEquals("[]", text(client.send(uri("127.0.0.1", open, MeetingHandler.SERVER_NAME), NOTHING)));
        }
    }

    @Test
    @DisplayName("the client refuses a certificate for another host")
    void wrongHost() throws Exception {
        assertRefused(Keys.WRONG_HOST, Keys.authority());
    }

    @Test
    @DisplayName("the client refuses a certificate of an unknown authority")
    void unknownAuthority() throws Exception {
        assertRefused("localhost", Keys.unknownAuthority());
    }

    private void assertRefused(String host, KeyStore authorities) throws Exception {
        int before = application.requests();
        for (boolean http2 : List.of(false, true)) {
            try (ClientUnderTest client = open(new ClientSetup(null, authorities, http2))) {
                Exception failure =
                        assertThrows(Exception.class, () -> client.send(uri(host, open, Application.HELLO), NOTHING));
                assertSslException(failure);
            }
        }
        assertEquals(before, application.requests());
    }

    private static void assertSslException(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof SSLException) {
                return;
            }
        }
        throw new AssertionError("no SSLException among the causes of " + failure, failure);
    }

    @Test
    @DisplayName("five hundred virtual threads have a connection each at once")
    void manyAtOnce() throws Exception {
        List<Future<ClientUnderTest.Answer>> answers = new ArrayList<>();
        try (ClientUnderTest client = openTrusting(null, false);
                ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < MeetingHandler.MEETING_SIZE; i++) {
                answers.add(threads.submit(() -> client.send(uri("localhost", open, MeetingHandler.MEETING), NOTHING)));
            }
            for (Future<ClientUnderTest.Answer> answer : answers) {
                assertEquals("met", text(answer.get()));
            }
        }
    }
}
