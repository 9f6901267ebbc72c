package io.parktls.integration.engine;

import io.parktls.integration.WithParkTls;
import io.undertow.Undertow;
import io.undertow.UndertowOptions;
import io.undertow.protocols.ssl.SNIContextMatcher;
import io.undertow.protocols.ssl.SNISSLContext;
import io.undertow.server.HttpServerExchange;
import io.undertow.server.SSLSessionInfo;
import io.undertow.server.handlers.BlockingHandler;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.security.KeyStore;
import javax.net.ssl.SSLContext;
import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.core.config.Configurator;
import org.junit.jupiter.api.DisplayName;
import org.xnio.Options;
import org.xnio.SslClientAuthMode;

/** Tests Undertow, which reads the SNI by itself and chooses a context by it. */
@WithParkTls
@DisplayName("Undertow")
class UndertowTest extends ServerContract {
    @Override
    ServerUnderTest start(ServerSetup setup) {
        return new Server(setup);
    }

    private static final class Server implements ServerUnderTest {
        private final ServerSetup setup;
        private final Undertow undertow;

        Server(ServerSetup setup) {
            this.setup = setup;
            // They write a stack trace for each client that breaks off.
            Configurator.setLevel("org.xnio", Level.OFF);
            Configurator.setLevel("io.undertow", Level.OFF);
            Undertow.Builder builder = Undertow.builder()
                    .setIoThreads(2)
                    .setWorkerThreads(4)
                    .setServerOption(UndertowOptions.ENABLE_HTTP2, true)
                    .setServerOption(UndertowOptions.MAX_ENTITY_SIZE, -1L)
                    .addHttpsListener(0, "127.0.0.1", context(setup))
                    .setHandler(new BlockingHandler(exchange -> answer(setup.application(), exchange)));
            if (setup.clientCertificate()) {
                builder.setSocketOption(Options.SSL_CLIENT_AUTH_MODE, SslClientAuthMode.REQUIRED);
            }
            undertow = builder.build();
            undertow.start();
        }

        private static SSLContext context(ServerSetup setup) {
            return new SNISSLContext(new SNIContextMatcher.Builder()
                    .setDefaultContext(setup.contextOf(Keys.MAIN))
                    .addMatch(Keys.OTHER_HOST, setup.contextOf(Keys.OTHER))
                    .build());
        }

        private static void answer(Application application, HttpServerExchange exchange) throws IOException {
            SSLSessionInfo tls = exchange.getConnection().getSslSessionInfo();
            EngineProof.assertMade(tls.getSSLSession());
            byte[] answer = application.answer(
                    exchange.getRequestPath(),
                    exchange.getInputStream().readAllBytes(),
                    Keys.peer(tls.getSSLSession()));
            exchange.getResponseSender().send(ByteBuffer.wrap(answer));
        }

        private Undertow.ListenerInfo listener() {
            return undertow.getListenerInfo().getFirst();
        }

        @Override
        public int port() {
            return ((InetSocketAddress) listener().getAddress()).getPort();
        }

        @Override
        public void renew(KeyStore keys) {
            listener().setSslContext(context(setup.with(keys)));
        }

        @Override
        public void close() {
            undertow.stop();
        }
    }
}
