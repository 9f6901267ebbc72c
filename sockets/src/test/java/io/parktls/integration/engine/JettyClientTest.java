package io.parktls.integration.engine;

import io.parktls.integration.WithParkTls;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.client.BytesRequestContent;
import org.eclipse.jetty.client.CompletableResponseListener;
import org.eclipse.jetty.client.ContentResponse;
import org.eclipse.jetty.client.HttpClient;
import org.eclipse.jetty.client.Request;
import org.eclipse.jetty.client.transport.HttpClientConnectionFactory;
import org.eclipse.jetty.client.transport.HttpClientTransportDynamic;
import org.eclipse.jetty.http2.client.HTTP2Client;
import org.eclipse.jetty.http2.client.transport.ClientConnectionFactoryOverHTTP2;
import org.eclipse.jetty.io.ClientConnector;
import org.eclipse.jetty.util.Promise;
import org.eclipse.jetty.util.SocketAddressResolver;
import org.eclipse.jetty.util.ssl.SslContextFactory;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.junit.jupiter.api.DisplayName;

/** Tests Jetty's client. */
@WithParkTls
@DisplayName("Jetty's client")
class JettyClientTest extends ClientContract {
    @Override
    ClientUnderTest open(ClientSetup setup) throws Exception {
        return new Client(setup);
    }

    private static final class Client implements ClientUnderTest {
        private final HttpClient client;

        Client(ClientSetup setup) throws Exception {
            SslContextFactory.Client tls = new SslContextFactory.Client();
            tls.setTrustStore(setup.authorities());
            if (setup.keys() != null) {
                tls.setKeyStore(setup.keys());
                tls.setKeyStorePassword(Keys.PASSWORD);
            }
            ClientConnector connector = new ClientConnector();
            connector.setSslContextFactory(tls);
            QueuedThreadPool threads = new QueuedThreadPool(16);
            threads.setDaemon(true);
            connector.setExecutor(threads);
            HttpClientTransportDynamic transport = setup.http2()
                    ? new HttpClientTransportDynamic(
                            connector,
                            new ClientConnectionFactoryOverHTTP2.HTTP2(new HTTP2Client(connector)),
                            HttpClientConnectionFactory.HTTP11)
                    : new HttpClientTransportDynamic(connector, HttpClientConnectionFactory.HTTP11);
            client = new HttpClient(transport);
            client.setMaxConnectionsPerDestination(MeetingHandler.MEETING_SIZE);
            client.setSocketAddressResolver(new Resolver());
            client.start();
        }

        @Override
        public Answer send(URI uri, byte[] body) throws Exception {
            Request request = client.newRequest(uri);
            if (body.length > 0) {
                request.method("POST").body(new BytesRequestContent(body));
            }
            ContentResponse response = new CompletableResponseListener(request, 16 << 20)
                    .send()
                    .get(RawHttp.HANG_MILLIS, TimeUnit.MILLISECONDS);
            return new Answer(response.getVersion().asString().replace("HTTP/2.0", "HTTP/2"), response.getContent());
        }

        @Override
        public void close() throws IOException {
            try {
                client.stop();
            } catch (Exception e) {
                throw new IOException("Jetty's client does not stop", e);
            }
        }
    }

    /** Resolves {@link Keys#NAMED_HOST} to an address that keeps the name: Jetty takes the name for SNI from it. */
    private static final class Resolver extends SocketAddressResolver.Sync {
        @Override
        public void resolve(
                String host, int port, Map<String, Object> context, Promise<List<InetSocketAddress>> promise) {
            if (!host.equals(Keys.NAMED_HOST)) {
                super.resolve(host, port, context, promise);
                return;
            }
            try {
                InetAddress address = InetAddress.getByAddress(host, new byte[] {127, 0, 0, 1});
                promise.succeeded(List.of(new InetSocketAddress(address, port)));
            } catch (UnknownHostException e) {
                promise.failed(e);
            }
        }
    }
}
