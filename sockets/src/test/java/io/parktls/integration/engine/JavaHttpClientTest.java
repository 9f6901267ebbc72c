package io.parktls.integration.engine;

import io.parktls.integration.WithParkTls;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ProxySelector;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import org.junit.jupiter.api.DisplayName;

/** Tests the JDK's {@code HttpClient}. It knows {@link Keys#NAMED_HOST} by a proxy only. */
@WithParkTls
@DisplayName("java.net.http")
class JavaHttpClientTest extends ClientContract {
    @Override
    ClientUnderTest open(ClientSetup setup) throws IOException {
        return new Client(setup);
    }

    private static final class Client implements ClientUnderTest {
        private final TunnelProxy proxy = new TunnelProxy();
        private final HttpClient direct;
        private final HttpClient proxied;

        Client(ClientSetup setup) throws IOException {
            direct = builder(setup).build();
            proxied = builder(setup)
                    .proxy(ProxySelector.of(new InetSocketAddress("127.0.0.1", proxy.port())))
                    .build();
        }

        private static HttpClient.Builder builder(ClientSetup setup) {
            return HttpClient.newBuilder()
                    .sslContext(Keys.context(setup.keys(), setup.authorities()))
                    .version(setup.http2() ? HttpClient.Version.HTTP_2 : HttpClient.Version.HTTP_1_1);
        }

        @Override
        public Answer send(URI uri, byte[] body) throws IOException, InterruptedException {
            HttpRequest.Builder request = HttpRequest.newBuilder(uri);
            if (body.length > 0) {
                request.POST(BodyPublishers.ofByteArray(body));
            }
            HttpClient client = Keys.NAMED_HOST.equals(uri.getHost()) ? proxied : direct;
            HttpResponse<byte[]> response = client.send(request.build(), BodyHandlers.ofByteArray());
            return new Answer(response.version() == HttpClient.Version.HTTP_2 ? "HTTP/2" : "HTTP/1.1", response.body());
        }

        @Override
        public void close() throws IOException {
            try (proxy) {
                direct.close();
                proxied.close();
            }
        }
    }
}
