package io.parktls.integration.http;

import io.parktls.sockets.jsse.ParkTlsProvider;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.Security;
import java.util.Objects;
import javax.net.ssl.HttpsURLConnection;
import javax.net.ssl.SSLServerSocketFactory;
import javax.net.ssl.SSLSession;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;
import org.apache.hc.client5.http.classic.methods.HttpGet;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.classic.HttpClients;
import org.apache.hc.client5.http.protocol.HttpClientContext;
import org.apache.hc.core5.http.io.entity.EntityUtils;

/** An application that says nothing about TLS: all settings are system properties and the list of providers. */
final class DefaultContextChild {
    /** The first argument for an application that registers the provider by itself. */
    static final String INSERT = "insert";

    private DefaultContextChild() {}

    /** Prints a line for each request: the client, the host name of the URL, and the body or the exception. */
    public static void main(String[] arguments) {
        if (arguments[0].equals(INSERT)) {
            Security.insertProviderAt(new ParkTlsProvider(), 1);
        }
        for (int i = 1; i < arguments.length; i++) {
            URI uri = URI.create(arguments[i]);
            attempt("HttpsURLConnection " + uri.getPath(), () -> urlConnection(uri));
            attempt("OkHttp " + uri.getPath(), () -> okHttp(uri));
            attempt("HttpClient 5 " + uri.getPath(), () -> httpClient5(uri));
        }
        attempt("default factories", DefaultContextChild::defaultFactories);
    }

    private interface Attempt {
        String run() throws Exception;
    }

    private static void attempt(String name, Attempt attempt) {
        try {
            System.out.println(name + ": " + attempt.run());
        } catch (Exception e) {
            System.out.println(name + ": " + e.getClass().getSimpleName());
        }
    }

    private static String urlConnection(URI uri) throws IOException {
        HttpsURLConnection connection = (HttpsURLConnection) uri.toURL().openConnection();
        try (InputStream answer = connection.getInputStream()) {
            return described(answer.readAllBytes(), connection.getSSLSession().orElseThrow());
        }
    }

    private static String okHttp(URI uri) throws IOException {
        StringBuilder session = new StringBuilder();
        OkHttpClient client = new OkHttpClient.Builder()
                .addNetworkInterceptor(chain -> {
                    SSLSocket socket = (SSLSocket)
                            Objects.requireNonNull(chain.connection()).socket();
                    session.append(described(new byte[0], socket.getSession()));
                    return chain.proceed(chain.request());
                })
                .build();
        try (Response response = client.newCall(
                        new Request.Builder().url(uri.toString()).build())
                .execute()) {
            return response.body().string() + session;
        } finally {
            client.connectionPool().evictAll();
        }
    }

    private static String httpClient5(URI uri) throws IOException {
        try (CloseableHttpClient client = HttpClients.createSystem()) {
            HttpClientContext context = HttpClientContext.create();
            return client.execute(
                    new HttpGet(uri),
                    context,
                    response -> described(EntityUtils.toByteArray(response.getEntity()), context.getSSLSession()));
        }
    }

    /** A server and a client of the default factories. The identity is that of javax.net.ssl.keyStore. */
    private static String defaultFactories() throws Exception {
        try (var server =
                        SSLServerSocketFactory.getDefault().createServerSocket(0, 1, InetAddress.getLoopbackAddress());
                Socket client = SSLSocketFactory.getDefault().createSocket("localhost", server.getLocalPort())) {
            Thread answer = Thread.ofVirtual().start(() -> {
                try (Socket accepted = server.accept()) {
                    accepted.getOutputStream().write("ok".getBytes(StandardCharsets.UTF_8));
                } catch (IOException e) {
                    // The client reads no answer, which the test sees.
                }
            });
            byte[] read = client.getInputStream().readAllBytes();
            answer.join();
            return described(read, ((SSLSocket) client).getSession());
        }
    }

    private static String described(byte[] body, SSLSession session) {
        return new String(body, StandardCharsets.UTF_8) + " "
                + session.getClass().getPackageName();
    }
}
