package io.parktls.integration.engine;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.KeyStore;
import javax.net.ssl.SSLSession;
import org.eclipse.jetty.alpn.server.ALPNServerConnectionFactory;
import org.eclipse.jetty.http2.server.HTTP2ServerConnectionFactory;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.SecureRequestCustomizer;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.SslConnectionFactory;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.ssl.SslContextFactory;
import org.eclipse.jetty.util.thread.QueuedThreadPool;

/** Jetty, which chooses the certificate with a key manager and an {@code SNIMatcher} of its own. */
final class JettyServer implements ServerUnderTest {
    private final Server server;
    private final ServerConnector connector;
    private final SslContextFactory.Server tls;

    JettyServer(ServerSetup setup) throws Exception {
        this(setup, new Answering(setup.application()));
    }

    JettyServer(ServerSetup setup, Handler handler) throws Exception {
        QueuedThreadPool threads = new QueuedThreadPool(16);
        threads.setDaemon(true);
        server = new Server(threads);
        tls = tls(setup);
        HttpConfiguration configuration = new HttpConfiguration();
        // Without the check of SNI against the certificate: open connections keep theirs when it is renewed.
        configuration.addCustomizer(new SecureRequestCustomizer(false));
        HttpConnectionFactory http1 = new HttpConnectionFactory(configuration);
        ALPNServerConnectionFactory alpn = new ALPNServerConnectionFactory();
        alpn.setDefaultProtocol(http1.getProtocol());
        connector = new ServerConnector(
                server,
                1,
                1,
                new SslConnectionFactory(tls, alpn.getProtocol()),
                alpn,
                new HTTP2ServerConnectionFactory(configuration),
                http1);
        connector.setAcceptQueueSize(1_000);
        connector.setIdleTimeout(RawHttp.HANG_MILLIS);
        server.addConnector(connector);
        server.setHandler(handler);
        server.start();
    }

    private static SslContextFactory.Server tls(ServerSetup setup) {
        SslContextFactory.Server tls = new SslContextFactory.Server();
        tls.setKeyStore(setup.keys());
        tls.setKeyStorePassword(Keys.PASSWORD);
        // For clients that send no SNI.
        tls.setCertAlias(Keys.MAIN);
        tls.setTrustStore(Keys.authority());
        tls.setNeedClientAuth(setup.clientCertificate());
        if (setup.provider() != null) {
            tls.setProvider(setup.provider());
        }
        return tls;
    }

    @Override
    public int port() {
        return connector.getLocalPort();
    }

    @Override
    public void renew(KeyStore keys) throws Exception {
        tls.reload(reloaded -> ((SslContextFactory.Server) reloaded).setKeyStore(keys));
    }

    @Override
    public void close() throws IOException {
        try {
            server.stop();
        } catch (Exception e) {
            throw new IOException("Jetty does not stop", e);
        }
    }

    /** Returns the TLS session of the request's connection. */
    static SSLSession session(Request request) {
        return ((EndPoint.SslSessionData) request.getAttribute(EndPoint.SslSessionData.ATTRIBUTE)).sslSession();
    }

    private static final class Answering extends Handler.Abstract {
        private final Application application;

        Answering(Application application) {
            this.application = application;
        }

        @Override
        public boolean handle(Request request, Response response, Callback callback) throws Exception {
            byte[] body = Content.Source.asInputStream(request).readAllBytes();
            byte[] answer = application.answer(Request.getPathInContext(request), body, Keys.peer(session(request)));
            response.getHeaders().put("content-length", answer.length);
            response.write(true, ByteBuffer.wrap(answer), callback);
            return true;
        }
    }
}
