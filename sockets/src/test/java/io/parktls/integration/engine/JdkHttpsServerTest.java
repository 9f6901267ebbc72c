package io.parktls.integration.engine;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsExchange;
import com.sun.net.httpserver.HttpsParameters;
import com.sun.net.httpserver.HttpsServer;
import io.parktls.integration.WithParkTls;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.security.KeyStore;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSession;
import org.junit.jupiter.api.DisplayName;

/** Tests the JDK's HTTPS server. A key manager of the application chooses the certificate by SNI. */
@WithParkTls
@DisplayName("com.sun.net.httpserver")
class JdkHttpsServerTest extends ServerContract {
    @Override
    String withoutHttp2() {
        return "com.sun.net.httpserver has HTTP/1.1 only";
    }

    /** It keeps 200 connections between requests, unless a system property for the whole JVM says otherwise. */
    @Override
    boolean keepsMany() {
        return false;
    }

    @Override
    ServerUnderTest start(ServerSetup setup) throws IOException {
        return new JdkHttpsServer(setup);
    }

    /** The JDK's HTTPS server, with a virtual thread for each request. */
    static final class JdkHttpsServer implements ServerUnderTest {
        private final HttpsServer server;
        private final SniKeyManager keys;
        private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

        JdkHttpsServer(ServerSetup setup) throws IOException {
            keys = new SniKeyManager(Keys.keyManager(setup.keys()));
            // The JDK's default is a backlog of 50.
            server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 1_000);
            server.setExecutor(threads);
            server.setHttpsConfigurator(new HttpsConfigurator(Keys.contextOf(keys, Keys.authority())) {
                @Override
                public void configure(HttpsParameters parameters) {
                    SSLParameters tls = getSSLContext().getDefaultSSLParameters();
                    tls.setNeedClientAuth(setup.clientCertificate());
                    parameters.setSSLParameters(tls);
                }
            });
            server.createContext("/", exchange -> answer(setup.application(), exchange));
            server.start();
        }

        private static void answer(Application application, HttpExchange exchange) throws IOException {
            try (exchange) {
                SSLSession session = ((HttpsExchange) exchange).getSSLSession();
                byte[] answer = application.answer(
                        exchange.getRequestURI().getPath(),
                        exchange.getRequestBody().readAllBytes(),
                        Keys.peer(session));
                exchange.sendResponseHeaders(200, answer.length);
                exchange.getResponseBody().write(answer);
            }
        }

        @Override
        public int port() {
            return server.getAddress().getPort();
        }

        /** The server keeps its context, so its key manager changes. */
        @Override
        public void renew(KeyStore renewed) {
            keys.renew(Keys.keyManager(renewed));
        }

        @Override
        public void close() {
            server.stop(0);
            threads.shutdownNow();
        }
    }
}
