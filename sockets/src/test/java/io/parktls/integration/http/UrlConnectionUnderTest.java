package io.parktls.integration.http;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Proxy;
import java.net.URI;
import java.time.Duration;
import javax.net.ssl.HttpsURLConnection;
import javax.net.ssl.SSLSocketFactory;

/** The JDK's {@link HttpsURLConnection}. */
final class UrlConnectionUnderTest implements HttpClientUnderTest {
    /** One object for all requests: the JDK uses a connection again for the same factory only. */
    private final SSLSocketFactory factory;

    private final boolean verifyHost;
    private final Duration readTimeout;
    private final Proxy proxy;

    UrlConnectionUnderTest(TestTls tls, Duration readTimeout, Proxy proxy) {
        this.factory = tls.context().getSocketFactory();
        this.verifyHost = tls.verifyHost();
        this.readTimeout = readTimeout;
        this.proxy = proxy;
    }

    @Override
    public HttpAnswer post(URI uri, byte[] body) throws IOException {
        HttpsURLConnection connection = (HttpsURLConnection) uri.toURL().openConnection(proxy);
        if (!verifyHost) {
            connection.setHostnameVerifier((host, session) -> true);
        }
        connection.setSSLSocketFactory(factory);
        connection.setReadTimeout(Math.toIntExact(readTimeout.toMillis()));
        connection.setDoOutput(true);
        // Without a fixed length the JDK's client would send a request that failed once more, by itself.
        connection.setFixedLengthStreamingMode(body.length);
        try (OutputStream request = connection.getOutputStream()) {
            request.write(body);
        }
        try (InputStream answer = connection.getInputStream()) {
            return new HttpAnswer(
                    answer.readAllBytes(),
                    "http/1.1",
                    connection.getSSLSession().orElseThrow());
        }
    }

    /** Does nothing: the connections that are kept belong to the JVM. */
    @Override
    public void close() {}
}
