package io.parktls.integration.engine;

import io.helidon.common.tls.Tls;
import io.helidon.common.tls.TlsClientAuth;
import io.helidon.common.tls.TlsConfig;
import io.helidon.webserver.WebServer;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import io.parktls.integration.WithParkTls;
import java.io.IOException;
import java.io.InputStream;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.DisplayName;

/** Tests Helidon as it comes: with channels, and so with an engine. A key manager of the
 * application chooses the certificate by SNI. */
@WithParkTls
@DisplayName("Helidon")
class HelidonTest extends ServerContract {
    @Override
    List<String> loggers() {
        return List.of("io.helidon");
    }

    /** After a request with {@code Connection: close}, Helidon waits for the next request. */
    @Override
    boolean closesIfAsked() {
        return false;
    }

    @Override
    ServerUnderTest start(ServerSetup setup) {
        return new Server(setup, tls -> tls.sslContext(setup.context()));
    }

    /** Helidon reloads the keys of a context that it has made, not those of a context of the application. */
    @Override
    ServerUnderTest startRenewable(ServerSetup setup) {
        return new Server(setup, tls -> identify(tls, setup.keys()));
    }

    private static void identify(TlsConfig.Builder tls, KeyStore keys) {
        tls.privateKey(Keys.privateKey(keys, Keys.MAIN)).privateKeyCertChain(Keys.chain(keys, Keys.MAIN));
    }

    private static final class Server implements ServerUnderTest {
        private final WebServer server;

        Server(ServerSetup setup, Consumer<TlsConfig.Builder> identity) {
            server = WebServer.builder()
                    .host("127.0.0.1")
                    .port(0)
                    .shutdownHook(false)
                    .tls(tls -> {
                        identity.accept(tls);
                        tls.clientAuth(setup.clientCertificate() ? TlsClientAuth.REQUIRED : TlsClientAuth.NONE);
                    })
                    .routing(routing ->
                            routing.any((request, response) -> answer(setup.application(), request, response)))
                    .build()
                    .start();
        }

        private static void answer(Application application, ServerRequest request, ServerResponse response)
                throws IOException {
            byte[] body;
            try (InputStream content = request.content().inputStream()) {
                body = content.readAllBytes();
            }
            Certificate[] chain = request.remotePeer().tlsCertificates().orElse(new Certificate[0]);
            response.send(application.answer(
                    request.path().path(),
                    body,
                    chain.length == 0 ? null : ((X509Certificate) chain[0]).getSubjectX500Principal()));
        }

        @Override
        public int port() {
            return server.port();
        }

        @Override
        public void renew(KeyStore keys) {
            server.reloadTls(Tls.create(tls -> identify(tls, keys)));
        }

        @Override
        public void close() {
            server.stop();
        }
    }
}
