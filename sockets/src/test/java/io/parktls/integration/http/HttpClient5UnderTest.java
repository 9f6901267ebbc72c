package io.parktls.integration.http;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.URI;
import java.time.Duration;
import org.apache.hc.client5.http.classic.methods.HttpPost;
import org.apache.hc.client5.http.config.ConnectionConfig;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.classic.HttpClients;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManagerBuilder;
import org.apache.hc.client5.http.protocol.HttpClientContext;
import org.apache.hc.client5.http.ssl.DefaultClientTlsStrategy;
import org.apache.hc.client5.http.ssl.HostnameVerificationPolicy;
import org.apache.hc.client5.http.ssl.NoopHostnameVerifier;
import org.apache.hc.core5.http.ContentType;
import org.apache.hc.core5.http.HttpHost;
import org.apache.hc.core5.http.io.entity.ByteArrayEntity;
import org.apache.hc.core5.http.io.entity.EntityUtils;
import org.apache.hc.core5.io.CloseMode;
import org.apache.hc.core5.util.TimeValue;
import org.apache.hc.core5.util.Timeout;

/** Apache HttpClient 5 with its classic, blocking API. It layers TLS over a plain socket. */
final class HttpClient5UnderTest implements HttpClientUnderTest {
    private final CloseableHttpClient client;

    HttpClient5UnderTest(TestTls tls, Duration readTimeout, Proxy proxy) {
        DefaultClientTlsStrategy strategy = tls.verifyHost()
                ? new DefaultClientTlsStrategy(tls.context())
                : new DefaultClientTlsStrategy(
                        tls.context(), HostnameVerificationPolicy.CLIENT, NoopHostnameVerifier.INSTANCE);
        this.client = HttpClients.custom()
                .disableAutomaticRetries()
                .setProxy(proxy.address() instanceof InetSocketAddress address ? host(address) : null)
                .setConnectionManager(PoolingHttpClientConnectionManagerBuilder.create()
                        .setTlsSocketStrategy(strategy)
                        .setMaxConnTotal(Requests.MEETING_SIZE)
                        .setMaxConnPerRoute(Requests.MEETING_SIZE)
                        // Before each reuse of a connection the pool reads from it for 1 ms, to see whether it is
                        // stale.
                        .setDefaultConnectionConfig(ConnectionConfig.custom()
                                .setConnectTimeout(Timeout.ofSeconds(60))
                                .setSocketTimeout(Timeout.of(readTimeout))
                                .setValidateAfterInactivity(TimeValue.ZERO_MILLISECONDS)
                                .build())
                        .build())
                .build();
    }

    private static HttpHost host(InetSocketAddress address) {
        return new HttpHost(address.getHostString(), address.getPort());
    }

    @Override
    public HttpAnswer post(URI uri, byte[] body) throws IOException {
        HttpClientContext context = HttpClientContext.create();
        HttpPost request = new HttpPost(uri);
        request.setEntity(new ByteArrayEntity(body, ContentType.APPLICATION_OCTET_STREAM));
        return client.execute(
                request,
                context,
                response -> new HttpAnswer(
                        EntityUtils.toByteArray(response.getEntity()), "http/1.1", context.getSSLSession()));
    }

    @Override
    public void close() {
        client.close(CloseMode.IMMEDIATE);
    }
}
