package io.parktls.integration.http;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.parktls.TestPki;
import io.parktls.TestPki.KeyKind;
import io.parktls.integration.WithParkTls;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import javax.net.ssl.SSLException;
import mockwebserver3.Dispatcher;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import mockwebserver3.RecordedRequest;
import okhttp3.Headers;
import okio.Buffer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Tests HTTP clients through a proxy: each of them layers TLS over a socket whose address is not that of the server.
 * MockWebServer is both, the proxy and the server behind it.
 */
@WithParkTls
@Timeout(value = 300, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class HttpProxyTest {
    private static final Duration LONG = Duration.ofSeconds(120);
    private static final byte[] BODY = "through a tunnel".getBytes(StandardCharsets.UTF_8);

    private final MockWebServer server = new MockWebServer();
    private final Queue<List<String>> serverNames = new ConcurrentLinkedQueue<>();

    @BeforeEach
    void start() throws IOException {
        server.useHttps(
                TestTls.server(TestPki.server(KeyKind.ECDSA_P256)).context().getSocketFactory());
        server.setDispatcher(new Tunnel());
        server.start(InetAddress.getByName("localhost"), 0);
    }

    @AfterEach
    void stop() {
        server.close();
    }

    /** Answers one CONNECT request, then requests over TLS on the same connection. */
    private final class Tunnel extends Dispatcher {
        private volatile boolean connected;

        /** MockWebServer asks, before each request, whether the connection is still without TLS. */
        @Override
        public MockResponse peek() {
            MockResponse.Builder response = new MockResponse.Builder();
            return connected ? response.build() : response.inTunnel().build();
        }

        @Override
        public MockResponse dispatch(RecordedRequest request) {
            if (request.getMethod().equals("CONNECT")) {
                connected = true;
                return new MockResponse.Builder().inTunnel().build();
            }
            serverNames.add(request.getHandshakeServerNames());
            MockResponse.Builder response =
                    new MockResponse.Builder().code(200).body(new Buffer().write(request.getBody()));
            if (Requests.GRPC.equals(request.getHeaders().get("content-type"))) {
                response.setHeader("content-type", Requests.GRPC).trailers(Headers.of("grpc-status", "0"));
            }
            return response.build();
        }
    }

    private HttpClientUnderTest open(ClientKind kind) {
        InetSocketAddress address = new InetSocketAddress("localhost", server.getPort());
        return kind.open(TestTls.client(), LONG, new Proxy(Proxy.Type.HTTP, address));
    }

    /** The host that is verified, and sent as the server name, is that of the URL, not the proxy's. */
    @ParameterizedTest
    @EnumSource
    void tunnel(ClientKind kind) throws IOException {
        try (HttpClientUnderTest client = open(kind)) {
            HttpAnswer answer = client.post(URI.create("https://example.test/echo/now"), BODY);
            assertArrayEquals(BODY, answer.body());
            assertEquals("example.test", answer.session().getPeerHost());
            ParkTls.assertMade(answer.session());
        }
        assertEquals(List.of(List.of("example.test")), List.copyOf(serverNames));
    }

    @ParameterizedTest
    @EnumSource
    void wrongHost(ClientKind kind) {
        try (HttpClientUnderTest client = open(kind)) {
            SSLException failure = assertThrows(
                    SSLException.class, () -> client.post(URI.create("https://other.test/echo/now"), BODY));
            assertInstanceOf(kind.wrongHost(), failure);
        }
        assertEquals(List.of(), List.copyOf(serverNames));
    }
}
