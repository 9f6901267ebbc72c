package io.parktls.integration.engine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.parktls.TestPki;
import io.parktls.integration.WithParkTls;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.logging.Level;
import java.util.logging.Logger;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The tests that each server over an {@code SSLEngine} has to pass with the ParkTLS provider first and no other change.
 * A subclass starts the server; it is annotated with {@link WithParkTls}.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(value = 300, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
abstract class ServerContract {
    /** The number of connections that are open at once. */
    private static final int MANY = 500;

    private static final byte[] BULK = new byte[10 << 20];

    static {
        new Random(19).nextBytes(BULK);
    }

    private final Application application = new Application();
    private final Application restrictedApplication = new Application();

    /** The references keep the levels from being collected. */
    private final List<Logger> silenced = new ArrayList<>();

    private final List<ServerUnderTest> started = new ArrayList<>();
    private @Nullable ServerUnderTest open;
    private @Nullable ServerUnderTest restricted;
    private Path directory = Path.of(".");

    /** Starts a server on a free port. */
    abstract ServerUnderTest start(ServerSetup setup) throws Exception;

    /** Returns why the server has no HTTP/2, or null if it has. */
    @Nullable
    String withoutHttp2() {
        return null;
    }

    /** Returns the names of the server's loggers that write a line for each client that breaks off. */
    List<String> loggers() {
        return List.of();
    }

    /** Returns whether the server closes the connection after a request with {@code Connection: close}. */
    boolean closesIfAsked() {
        return true;
    }

    /** Starts a server that can use other certificates while it runs. Some servers need other settings for that. */
    ServerUnderTest startRenewable(ServerSetup setup) throws Exception {
        return start(setup);
    }

    /** Returns whether the server keeps {@link #MANY} connections after their first request. */
    boolean keepsMany() {
        return true;
    }

    @BeforeAll
    final void startServers(@TempDir Path temporary) throws Exception {
        directory = temporary;
        for (String name : loggers()) {
            Logger logger = Logger.getLogger(name);
            logger.setLevel(Level.OFF);
            silenced.add(logger);
        }
        Files.writeString(authority(), TestPki.pem(TestPki.authorities()));
        Files.writeString(temporary.resolve("unknown.pem"), Keys.unknownAuthorityPem());
        TestPki.writePem(Keys.clientIdentity(), Files.createDirectory(temporary.resolve("client")));
        open = started(start(new ServerSetup(application, Keys.server(), false, null)));
        restricted = started(start(new ServerSetup(restrictedApplication, Keys.server(), true, null)));
    }

    @AfterAll
    final void stopServers() throws IOException {
        for (ServerUnderTest server : started) {
            server.close();
        }
        silenced.forEach(logger -> logger.setLevel(null));
    }

    private ServerUnderTest started(ServerUnderTest server) {
        started.add(server);
        return server;
    }

    private Path authority() {
        return directory.resolve("ca.pem");
    }

    private static int port(@Nullable ServerUnderTest server) {
        if (server == null) {
            throw new IllegalStateException("the server has not been started");
        }
        return server.port();
    }

    private String url(String path) {
        return "https://localhost:" + port(open) + path;
    }

    private String restrictedUrl(String path) {
        return "https://localhost:" + port(restricted) + path;
    }

    private void assumeSpoken(HttpClient.Version version) {
        assumeTrue(version != HttpClient.Version.HTTP_2 || withoutHttp2() == null, withoutHttp2());
    }

    /** Returns curl's option for a version. */
    private static String option(HttpClient.Version version) {
        return version == HttpClient.Version.HTTP_2 ? "--http2" : "--http1.1";
    }

    @Test
    @DisplayName("ParkTLS does the server's TLS")
    void parkTlsServes() throws Exception {
        EngineProof.assertServes(port(open), Keys.context(null, Keys.authority()));
        EngineProof.assertServes(port(restricted), Keys.context(Keys.client(), Keys.authority()));
    }

    @ParameterizedTest
    @EnumSource
    @DisplayName("curl sends 10 MB and gets them back")
    void curl(HttpClient.Version version) throws Exception {
        assumeSpoken(version);
        Path body = Files.write(directory.resolve("body"), BULK);
        Path answer = directory.resolve("answer");
        Program curl = Program.curl(
                authority(),
                List.of(
                        option(version),
                        "--data-binary",
                        "@" + body,
                        "--output",
                        answer.toString(),
                        "--write-out",
                        "%{http_code} HTTP/%{http_version}",
                        url(Application.ECHO)));
        assertEquals("200 HTTP/" + (version == HttpClient.Version.HTTP_2 ? "2" : "1.1"), curl.output());
        assertArrayEquals(BULK, Files.readAllBytes(answer));
    }

    @ParameterizedTest
    @EnumSource
    @DisplayName("a client with the JDK's TLS sends 10 MB and gets them back")
    void jdk(HttpClient.Version version) throws Exception {
        assumeSpoken(version);
        try (HttpClient client = jdkClient(null, version)) {
            HttpRequest request = HttpRequest.newBuilder(URI.create(url(Application.ECHO)))
                    .POST(BodyPublishers.ofByteArray(BULK))
                    .build();
            HttpResponse<byte[]> answer = client.send(request, BodyHandlers.ofByteArray());
            assertEquals(version, answer.version());
            assertArrayEquals(BULK, answer.body());
        }
    }

    @Test
    @DisplayName("openssl s_client with each version of TLS gets an answer, and the end of the connection")
    void openSsl() throws Exception {
        for (String version : List.of("-tls1_3", "-tls1_2")) {
            List<String> arguments = new ArrayList<>(List.of(
                    version,
                    "-connect",
                    "127.0.0.1:" + port(open),
                    "-servername",
                    "localhost",
                    "-verify_hostname",
                    "localhost",
                    "-CAfile",
                    authority().toString()));
            String request = "GET /hello HTTP/1.1\r\nHost: localhost:" + port(open) + "\r\n";
            Program client = closesIfAsked()
                    ? Program.openSslClient(request + "Connection: close\r\n\r\n", arguments)
                    : Program.openSslClientUntil("hello", request + "\r\n", arguments);
            assertTrue(client.output().contains("HTTP/1.1 200"), client::output);
            assertTrue(client.output().contains("hello"), client::output);
            assertEquals(0, client.exit(), client::output);
        }
    }

    @Test
    @DisplayName("the server chooses the certificate by SNI")
    void serverName() throws Exception {
        Program other = curlFor(Keys.OTHER_HOST);
        assertEquals("hello", other.output());
        assertEquals(0, other.exit());
        assertEquals("hello", curlFor("localhost").output());
    }

    @Test
    @DisplayName("curl refuses the certificate for another host, and the server goes on")
    void wrongHost() throws Exception {
        int before = application.requests();
        Program curl = curlFor("nowhere.test");
        // CURLE_PEER_FAILED_VERIFICATION
        assertEquals(60, curl.exit(), curl::output);
        assertEquals(before, application.requests());
        assertEquals("hello", curlFor("localhost").output());
    }

    private Program curlFor(String host) throws IOException, InterruptedException {
        return Program.curl(
                authority(),
                List.of(
                        "--resolve",
                        host + ":" + port(open) + ":127.0.0.1",
                        "https://" + host + ":" + port(open) + Application.HELLO));
    }

    @Test
    @DisplayName("a client refuses an unknown authority, and the server goes on")
    void unknownAuthority() throws Exception {
        int before = application.requests();
        Program curl = Program.curl(directory.resolve("unknown.pem"), List.of(url(Application.HELLO)));
        assertEquals(60, curl.exit(), curl::output);
        try (HttpClient client = HttpClient.newBuilder()
                .sslContext(Keys.jdkContext(null, Keys.unknownAuthority()))
                .build()) {
            assertThrows(IOException.class, () -> client.send(hello(url(Application.HELLO)), BodyHandlers.ofString()));
        }
        assertEquals(before, application.requests());
        assertEquals("hello", curlFor("localhost").output());
    }

    @ParameterizedTest
    @EnumSource
    @DisplayName("the server gets the certificate of a client with the JDK's TLS")
    void clientCertificate(HttpClient.Version version) throws Exception {
        assumeSpoken(version);
        try (HttpClient client = jdkClient(Keys.client(), version)) {
            HttpResponse<String> answer =
                    client.send(hello(restrictedUrl(Application.SUBJECT)), BodyHandlers.ofString());
            assertEquals("CN=test client", answer.body());
            assertEquals(version, answer.version());
        }
    }

    @ParameterizedTest
    @EnumSource
    @DisplayName("the server gets curl's certificate")
    void curlCertificate(HttpClient.Version version) throws Exception {
        assumeSpoken(version);
        Path files = directory.resolve("client");
        Program curl = Program.curl(
                authority(),
                List.of(
                        option(version),
                        "--cert",
                        files.resolve("chain.pem").toString(),
                        "--key",
                        files.resolve("key.pem").toString(),
                        restrictedUrl(Application.SUBJECT)));
        assertEquals("CN=test client", curl.output());
    }

    @Test
    @DisplayName("the server refuses a client without certificate")
    void noClientCertificate() throws Exception {
        int before = restrictedApplication.requests();
        try (HttpClient client = jdkClient(null, HttpClient.Version.HTTP_1_1)) {
            assertThrows(
                    IOException.class,
                    () -> client.send(hello(restrictedUrl(Application.SUBJECT)), BodyHandlers.ofString()));
        }
        for (String version : List.of("--tlsv1.3", "--tls-max=1.2")) {
            List<String> arguments = new ArrayList<>(List.of(version.split("=")));
            arguments.add(restrictedUrl(Application.SUBJECT));
            Program curl = Program.curl(authority(), arguments);
            assertTrue(curl.exit() != 0, curl::output);
        }
        assertEquals(before, restrictedApplication.requests());
    }

    @Test
    @DisplayName("five hundred virtual threads have a connection each at once")
    void manyAtOnce() throws Exception {
        SSLContext context = Keys.context(null, Keys.authority());
        CountDownLatch connected = new CountDownLatch(MANY);
        List<Future<String>> answers = new ArrayList<>();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < MANY; i++) {
                answers.add(threads.submit(() -> talkTogether(context, connected)));
            }
        }
        for (Future<String> answer : answers) {
            assertEquals("hello", answer.get());
        }
    }

    /** Requests once when all have completed their handshakes, and once more if the server keeps the connection. */
    private String talkTogether(SSLContext context, CountDownLatch connected) throws Exception {
        try (SSLSocket socket = (SSLSocket) context.getSocketFactory().createSocket("localhost", port(open))) {
            socket.setSoTimeout(RawHttp.HANG_MILLIS);
            socket.startHandshake();
            connected.countDown();
            assertTrue(connected.await(RawHttp.HANG_MILLIS, TimeUnit.MILLISECONDS), "not all have connected");
            assertEquals("hello", RawHttp.get(socket, Application.HELLO));
            return keepsMany() ? RawHttp.get(socket, Application.HELLO) : "hello";
        } catch (Throwable e) {
            // The others need not wait for this one.
            while (connected.getCount() > 0) {
                connected.countDown();
            }
            throw e;
        }
    }

    @Test
    @DisplayName("new connections get the renewed certificate, and open ones go on")
    void renewal() throws Exception {
        KeyStore before = Keys.server();
        KeyStore after = Keys.renewedServer();
        SSLContext context = Keys.jdkContext(null, Keys.authority());
        try (ServerUnderTest server = startRenewable(new ServerSetup(new Application(), before, false, null));
                SSLSocket first = (SSLSocket) context.getSocketFactory().createSocket("localhost", server.port())) {
            first.setSoTimeout(RawHttp.HANG_MILLIS);
            assertEquals("hello", RawHttp.get(first, Application.HELLO));
            assertEquals(Keys.certificate(before, Keys.MAIN), first.getSession().getPeerCertificates()[0]);
            server.renew(after);
            // A context of its own: a session of the other one would be resumed, with its certificate.
            SSLContext fresh = Keys.jdkContext(null, Keys.authority());
            try (SSLSocket second = (SSLSocket) fresh.getSocketFactory().createSocket("localhost", server.port())) {
                second.setSoTimeout(RawHttp.HANG_MILLIS);
                assertEquals("hello", RawHttp.get(second, Application.HELLO));
                assertEquals(
                        Keys.certificate(after, Keys.MAIN), second.getSession().getPeerCertificates()[0]);
            }
            assertEquals("hello", RawHttp.get(first, Application.HELLO));
        }
    }

    private static HttpRequest hello(String url) {
        return HttpRequest.newBuilder(URI.create(url)).build();
    }

    private static HttpClient jdkClient(@Nullable KeyStore keys, HttpClient.Version version) {
        return HttpClient.newBuilder()
                .sslContext(Keys.jdkContext(keys, Keys.authority()))
                .version(version)
                .build();
    }
}
