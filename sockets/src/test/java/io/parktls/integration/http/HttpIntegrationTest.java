package io.parktls.integration.http;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.parktls.TestPki;
import io.parktls.TestPki.KeyKind;
import io.parktls.TlsIdentity;
import io.parktls.integration.WithParkTls;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Stream;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Tests HTTP clients with HTTP servers, with the provider in first place and no other change. */
@WithParkTls
@Timeout(value = 300, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class HttpIntegrationTest {
    private static final KeyKind KIND = KeyKind.ECDSA_P256;
    private static final Duration LONG = Duration.ofSeconds(120);
    private static final byte[] BODY = "what the client says".getBytes(StandardCharsets.UTF_8);

    /** The certificates of the servers. A server of each kind runs with each of them. */
    private enum Certificate {
        GOOD(TestPki.server(KIND)),
        CLIENT_REQUIRED(TestPki.server(KIND)),
        WRONG_HOST(TestPki.wrongHost(KIND)),
        GOOD_FOR_OTHERS(TestPki.wrongHost(KIND)),
        UNKNOWN_CA(TestPki.unknownCa(KIND)),
        EXPIRED(TestPki.expired(KIND));

        private final TlsIdentity identity;

        Certificate(TlsIdentity identity) {
            this.identity = identity;
        }
    }

    private record Key(ServerKind kind, Certificate certificate) {}

    private static final Map<Key, RunningServer> SERVERS = new ConcurrentHashMap<>();
    private static final Map<Certificate, Requests> REQUESTS = new ConcurrentHashMap<>();

    /** The servers log each connection that a client breaks off. The references keep the levels from being collected. */
    private static final List<Logger> QUIET = Stream.of("fi.iki.elonen", "io.helidon", "mockwebserver3", "okhttp3")
            .map(Logger::getLogger)
            .toList();

    @BeforeAll
    static void start() throws IOException {
        QUIET.forEach(logger -> logger.setLevel(Level.OFF));
        for (Certificate certificate : Certificate.values()) {
            TestTls tls = TestTls.server(certificate.identity);
            ParkTls.assertProvides(tls.context());
            Requests requests = new Requests();
            REQUESTS.put(certificate, requests);
            boolean clientCertificate = certificate == Certificate.CLIENT_REQUIRED;
            for (ServerKind kind : ServerKind.values()) {
                if (!clientCertificate || kind.clientCertificates()) {
                    SERVERS.put(new Key(kind, certificate), kind.start(tls.context(), requests, clientCertificate));
                }
            }
        }
    }

    @AfterAll
    static void stop() {
        REQUESTS.values().forEach(Requests::close);
        SERVERS.values().forEach(RunningServer::close);
        QUIET.forEach(logger -> logger.setLevel(null));
        SERVERS.clear();
        REQUESTS.clear();
    }

    static final List<Arguments> ALL = Stream.of(ClientKind.values())
            .flatMap(client ->
                    Stream.of(ServerKind.values()).filter(client::canCall).map(server -> Arguments.of(client, server)))
            .toList();

    static final List<Arguments> ALL_WITH_CLIENT_CERTIFICATES = ALL.stream()
            .filter(pair -> ((ServerKind) pair.get()[1]).clientCertificates())
            .toList();

    private static URI uri(ServerKind server, Certificate certificate, String path) {
        return URI.create(
                "https://localhost:" + SERVERS.get(new Key(server, certificate)).port() + path);
    }

    /** Larger than some records and than the buffers of the sockets. */
    @ParameterizedTest
    @FieldSource("ALL")
    void echo(ClientKind kind, ServerKind server) throws IOException {
        byte[] body = new byte[1 << 20];
        new Random(1).nextBytes(body);
        TestTls tls = TestTls.client();
        ParkTls.assertProvides(tls.context());
        try (HttpClientUnderTest client = kind.open(tls, LONG)) {
            HttpAnswer answer = client.post(uri(server, Certificate.GOOD, Requests.ECHO), body);
            assertArrayEquals(body, answer.body());
            assertEquals(kind.protocol(server), answer.protocol());
            ParkTls.assertMade(answer.session());
            assertEquals(
                    Certificate.GOOD.identity.chain().getFirst(),
                    answer.session().getPeerCertificates()[0]);
            assertInstanceOf(X509Certificate[].class, answer.session().getPeerCertificates());
            assertEquals("TLSv1.3", answer.session().getProtocol());
        }
    }

    /** The clients look for a connection that is stale before they use it again, in ways of their own. */
    @ParameterizedTest
    @FieldSource("ALL")
    void connectionsAreReused(ClientKind kind, ServerKind server) throws IOException {
        try (HttpClientUnderTest client = kind.open(TestTls.client(), LONG)) {
            URI uri = uri(server, Certificate.GOOD, Requests.ECHO);
            HttpAnswer first = client.post(uri, BODY);
            for (int i = 0; i < 3; i++) {
                HttpAnswer next = client.post(uri, BODY);
                assertArrayEquals(BODY, next.body());
                assertEquals(first.session(), next.session());
            }
        }
    }

    @ParameterizedTest
    @FieldSource("ALL_WITH_CLIENT_CERTIFICATES")
    void clientCertificate(ClientKind kind, ServerKind server) throws IOException {
        URI uri = uri(server, Certificate.CLIENT_REQUIRED, Requests.ECHO);
        try (HttpClientUnderTest client = kind.open(TestTls.clientWithIdentity(), LONG)) {
            HttpAnswer answer = client.post(uri, BODY);
            assertArrayEquals(BODY, answer.body());
            assertEquals(
                    TestPki.client(KIND).chain().getFirst(), answer.session().getLocalCertificates()[0]);
        }
    }

    @ParameterizedTest
    @FieldSource("ALL_WITH_CLIENT_CERTIFICATES")
    void noClientCertificate(ClientKind kind, ServerKind server) {
        Requests requests = REQUESTS.get(Certificate.CLIENT_REQUIRED);
        int before = requests.count();
        try (HttpClientUnderTest client = kind.open(TestTls.client(), LONG)) {
            assertThrows(
                    IOException.class,
                    () -> client.post(uri(server, Certificate.CLIENT_REQUIRED, Requests.ECHO), BODY));
        }
        assertEquals(before, requests.count());
    }

    @ParameterizedTest
    @FieldSource("ALL")
    void wrongHost(ClientKind kind, ServerKind server) {
        assertInstanceOf(kind.wrongHost(), failure(kind, server, Certificate.WRONG_HOST));
    }

    /** The provider verifies a host only if the client says so: the clients have a verifier of their own here. */
    @ParameterizedTest
    @EnumSource
    void wrongHostWithVerifier(ClientKind kind) throws IOException {
        URI uri = uri(ServerKind.MOCK_WEB_SERVER, Certificate.GOOD_FOR_OTHERS, Requests.ECHO);
        try (HttpClientUnderTest client = kind.open(TestTls.clientForAnyHost(), LONG)) {
            HttpAnswer answer = client.post(uri, BODY);
            assertArrayEquals(BODY, answer.body());
            ParkTls.assertMade(answer.session());
        }
    }

    /** The JDK does not have this group, so a server that accepts it runs on ParkTLS. */
    @ParameterizedTest
    @EnumSource
    void serverHasHybridGroup(ServerKind kind) throws IOException {
        int port = SERVERS.get(new Key(kind, Certificate.GOOD)).port();
        try (SSLSocket socket =
                (SSLSocket) TestTls.client().context().getSocketFactory().createSocket("localhost", port)) {
            SSLParameters parameters = socket.getSSLParameters();
            parameters.setNamedGroups(new String[] {"X25519MLKEM768"});
            socket.setSSLParameters(parameters);
            socket.setSoTimeout(Math.toIntExact(LONG.toMillis()));
            socket.startHandshake();
            assertEquals("TLSv1.3", socket.getSession().getProtocol());
        }
    }

    @ParameterizedTest
    @FieldSource("ALL")
    void unknownAuthority(ClientKind kind, ServerKind server) {
        assertUnverified(failure(kind, server, Certificate.UNKNOWN_CA));
    }

    @ParameterizedTest
    @FieldSource("ALL")
    void expired(ClientKind kind, ServerKind server) {
        assertUnverified(failure(kind, server, Certificate.EXPIRED));
    }

    /** OkHttp tries again with TLS 1.2 unless the direct cause is the certificate's. */
    private static void assertUnverified(SSLException failure) {
        assertInstanceOf(SSLHandshakeException.class, failure);
        assertInstanceOf(CertificateException.class, failure.getCause());
    }

    /** Returns the failure of a request that must not arrive. */
    private static SSLException failure(ClientKind kind, ServerKind server, Certificate certificate) {
        try (HttpClientUnderTest client = kind.open(TestTls.client(), LONG)) {
            SSLException failure =
                    assertThrows(SSLException.class, () -> client.post(uri(server, certificate, Requests.ECHO), BODY));
            assertEquals(0, REQUESTS.get(certificate).count());
            return failure;
        }
    }

    @ParameterizedTest
    @FieldSource("ALL")
    void readTimeout(ClientKind kind, ServerKind server) {
        try (HttpClientUnderTest client = kind.open(TestTls.client(), Duration.ofMillis(500))) {
            assertThrows(
                    SocketTimeoutException.class,
                    () -> client.post(uri(server, Certificate.GOOD, Requests.SILENT), BODY));
        }
    }

    /** Each client once, each server at least once: all pairs take minutes. */
    static Stream<Arguments> pairs() {
        return Stream.of(
                Arguments.of(ClientKind.URL_CONNECTION, ServerKind.NANO_HTTPD),
                Arguments.of(ClientKind.OKHTTP_HTTP_2, ServerKind.HELIDON),
                Arguments.of(ClientKind.OKHTTP_HTTP_1, ServerKind.MOCK_WEB_SERVER),
                Arguments.of(ClientKind.HTTP_CLIENT_5, ServerKind.NANO_HTTPD),
                Arguments.of(ClientKind.GRPC_OVER_OKHTTP, ServerKind.MOCK_WEB_SERVER));
    }

    /** Each request is answered when all have arrived, so all are there at once. */
    @ParameterizedTest
    @MethodSource("pairs")
    void manyAtOnce(ClientKind kind, ServerKind server) throws Exception {
        URI uri = uri(server, Certificate.GOOD, Requests.MEETING + kind + server);
        List<Future<HttpAnswer>> answers = new ArrayList<>();
        try (HttpClientUnderTest client = kind.open(TestTls.client(), LONG);
                ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < Requests.MEETING_SIZE; i++) {
                byte[] body = ("request " + i).getBytes(StandardCharsets.UTF_8);
                answers.add(threads.submit(() -> client.post(uri, body)));
            }
            for (int i = 0; i < answers.size(); i++) {
                HttpAnswer answer = answers.get(i).get();
                assertEquals("request " + i, new String(answer.body(), StandardCharsets.UTF_8));
                ParkTls.assertMade(answer.session());
            }
        }
    }
}
