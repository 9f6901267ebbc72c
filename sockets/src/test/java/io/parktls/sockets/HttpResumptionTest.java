package io.parktls.sockets;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.parktls.TestContexts;
import io.parktls.TlsVersion;
import io.parktls.sockets.jsse.ParkTlsProvider;
import io.parktls.sockets.jsse.contract.Credentials;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.ByteBuffer;
import java.time.Duration;
import javax.net.ssl.HttpsURLConnection;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Tests that the JDK's HTTP clients resume sessions over sockets and engines of the provider, in the server's view. */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class HttpResumptionTest {
    private static final byte[] RESPONSE =
            "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok".getBytes(US_ASCII);

    private static final int REQUESTS = 4;

    private static TlsServer server(TlsVersion version) throws IOException {
        return Servers.serving(TestContexts.server(Servers.ENGINE, version).build())
                .handler(HttpResumptionTest::respond)
                .open(Transport.loopback());
    }

    /** Reads the head of a request, responds and closes the connection, so that the next request needs another one. */
    private static void respond(TlsSocket socket) throws IOException {
        InputStream in = socket.inputStream();
        int blank = 0;
        while (blank < 4) {
            int next = in.read();
            if (next < 0) {
                return;
            }
            blank = next == '\r' || next == '\n' ? blank + 1 : 0;
        }
        socket.write(ByteBuffer.wrap(RESPONSE));
    }

    private static SSLContext client() throws Exception {
        SSLContext context = SSLContext.getInstance("TLS", new ParkTlsProvider());
        context.init(null, Credentials.ANONYMOUS.trustManagers(), null);
        return context;
    }

    private static URI uri(TlsServer server) {
        return URI.create("https://localhost:" + server.port() + "/");
    }

    private static void assertResumed(TlsServer server) {
        TlsServerStatistics seen = server.statistics();
        assertEquals(REQUESTS, seen.handshakes(), seen::toString);
        assertEquals(REQUESTS - 1, seen.resumed(), seen::toString);
    }

    @ParameterizedTest
    @EnumSource
    void httpsUrlConnection(TlsVersion version) throws Exception {
        SSLContext client = client();
        try (TlsServer server = server(version)) {
            for (int i = 0; i < REQUESTS; i++) {
                HttpsURLConnection connection =
                        (HttpsURLConnection) uri(server).toURL().openConnection();
                connection.setSSLSocketFactory(client.getSocketFactory());
                connection.setReadTimeout((int) Task.HANG.toMillis());
                try (InputStream body = connection.getInputStream()) {
                    assertEquals("ok", new String(body.readAllBytes(), US_ASCII));
                }
            }
            assertResumed(server);
        }
    }

    @ParameterizedTest
    @EnumSource
    void httpClient(TlsVersion version) throws Exception {
        try (TlsServer server = server(version);
                HttpClient client = HttpClient.newBuilder().sslContext(client()).build()) {
            HttpRequest request = HttpRequest.newBuilder(uri(server))
                    .timeout(Duration.ofMinutes(1))
                    .build();
            for (int i = 0; i < REQUESTS; i++) {
                assertEquals("ok", client.send(request, BodyHandlers.ofString()).body());
            }
            assertResumed(server);
        }
    }
}
