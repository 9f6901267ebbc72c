package io.parktls.integration.engine;

import io.parktls.integration.WithParkTls;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.util.concurrent.TimeUnit;
import org.apache.hc.client5.http.SystemDefaultDnsResolver;
import org.apache.hc.client5.http.async.methods.SimpleHttpRequest;
import org.apache.hc.client5.http.async.methods.SimpleHttpResponse;
import org.apache.hc.client5.http.config.TlsConfig;
import org.apache.hc.client5.http.impl.async.CloseableHttpAsyncClient;
import org.apache.hc.client5.http.impl.async.HttpAsyncClients;
import org.apache.hc.client5.http.impl.nio.PoolingAsyncClientConnectionManagerBuilder;
import org.apache.hc.client5.http.protocol.HttpClientContext;
import org.apache.hc.client5.http.ssl.DefaultClientTlsStrategy;
import org.apache.hc.core5.http.ContentType;
import org.apache.hc.core5.http2.HttpVersionPolicy;
import org.apache.hc.core5.io.CloseMode;
import org.junit.jupiter.api.DisplayName;

/** Tests the asynchronous client of Apache HttpClient 5. */
@WithParkTls
@DisplayName("HttpClient 5, async")
class HttpClient5AsyncTest extends ClientContract {
    @Override
    ClientUnderTest open(ClientSetup setup) {
        return new Client(setup);
    }

    private static final class Client implements ClientUnderTest {
        private final CloseableHttpAsyncClient client;

        Client(ClientSetup setup) {
            client = HttpAsyncClients.custom()
                    .disableAutomaticRetries()
                    .setConnectionManager(PoolingAsyncClientConnectionManagerBuilder.create()
                            .setTlsStrategy(
                                    new DefaultClientTlsStrategy(Keys.context(setup.keys(), setup.authorities())))
                            .setMaxConnTotal(MeetingHandler.MEETING_SIZE)
                            .setMaxConnPerRoute(MeetingHandler.MEETING_SIZE)
                            .setDnsResolver(new Resolver())
                            .setDefaultTlsConfig(TlsConfig.custom()
                                    .setVersionPolicy(
                                            setup.http2()
                                                    ? HttpVersionPolicy.NEGOTIATE
                                                    : HttpVersionPolicy.FORCE_HTTP_1)
                                    .build())
                            .build())
                    .build();
            client.start();
        }

        @Override
        public Answer send(URI uri, byte[] body) throws Exception {
            HttpClientContext context = HttpClientContext.create();
            SimpleHttpRequest request = SimpleHttpRequest.create(body.length > 0 ? "POST" : "GET", uri);
            if (body.length > 0) {
                request.setBody(body, ContentType.APPLICATION_OCTET_STREAM);
            }
            SimpleHttpResponse response =
                    client.execute(request, context, null).get(RawHttp.HANG_MILLIS, TimeUnit.MILLISECONDS);
            EngineProof.assertMade(context.getSSLSession());
            return new Answer(response.getVersion().format().replace("HTTP/2.0", "HTTP/2"), response.getBodyBytes());
        }

        @Override
        public void close() {
            client.close(CloseMode.IMMEDIATE);
        }
    }

    private static final class Resolver extends SystemDefaultDnsResolver {
        @Override
        public InetAddress[] resolve(String host) throws UnknownHostException {
            return super.resolve(host.equals(Keys.NAMED_HOST) ? "127.0.0.1" : host);
        }
    }
}
