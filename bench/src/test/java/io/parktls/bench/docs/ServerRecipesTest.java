package io.parktls.bench.docs;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.parktls.ClientAuth;
import io.parktls.TlsContext;
import io.parktls.TlsIdentity;
import io.parktls.TlsTrust;
import io.parktls.WatchListener;
import io.parktls.WatchedIdentity;
import io.parktls.sockets.ProxyHeader;
import io.parktls.sockets.TlsServer;
import io.parktls.sockets.TlsServerSocket;
import io.parktls.sockets.TlsServerStatistics;
import io.parktls.sockets.TlsSocket;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.locks.LockSupport;
import javax.net.ssl.SSLException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The recipes for servers, word for word as the documents show them, and that they work. */
@Timeout(120)
final class ServerRecipesTest {
    private static final TlsIdentity OTHER = TlsIdentity.selfSigned("a.example", "b.example");

    @TempDir
    Path directory;

    // ---- what the documents show

    static TlsServer echoServer(TlsContext context, SocketAddress address) throws IOException {
        return TlsServer.open(context, address, socket -> {
            socket.inputStream().transferTo(socket.outputStream());
        });
    }

    static String echo(TlsContext context, String host, int port, String text) throws IOException {
        try (TlsSocket socket = TlsSocket.connect(context, host, port)) {
            socket.outputStream().write(text.getBytes(UTF_8));
            socket.shutdownOutput();
            return new String(socket.inputStream().readAllBytes(), UTF_8);
        }
    }

    static String firstTry() throws IOException {
        TlsIdentity identity = TlsIdentity.selfSigned("localhost", "127.0.0.1");
        TlsContext client = TlsContext.builder()
                .trust(TlsTrust.only(identity.chain().getFirst()))
                .build();
        try (TlsServer server = echoServer(TlsContext.server(identity), new InetSocketAddress("localhost", 0))) {
            return echo(client, "localhost", server.port(), "hello");
        }
    }

    static TlsContext serverThatAsks(TlsIdentity identity, TlsTrust issuersOfClients) {
        return TlsContext.builder()
                .identity(identity)
                .clientAuth(ClientAuth.REQUIRED)
                .trust(issuersOfClients)
                .build();
    }

    static TlsContext clientWithCertificate(TlsIdentity identity, TlsTrust issuersOfServers) {
        return TlsContext.builder().identity(identity).trust(issuersOfServers).build();
    }

    static TlsServer nameServer(TlsContext context, SocketAddress address) throws IOException {
        return TlsServer.open(context, address, socket -> {
            String name = socket.session()
                    .peerCertificate()
                    .orElseThrow()
                    .getSubjectX500Principal()
                    .getName();
            socket.outputStream().write(name.getBytes(UTF_8));
        });
    }

    static void renew(TlsServer server, Path chain, Path key) throws IOException {
        TlsIdentity renewed = TlsIdentity.pem(chain, key);
        server.context(server.context().toBuilder().identity(renewed).build());
    }

    static TlsContext renewing(Path chain, Path key) throws IOException {
        WatchedIdentity identity = TlsIdentity.watch(chain, key);
        identity.addListener(new WatchListener<>() {
            @Override
            public void renewed(TlsIdentity former, TlsIdentity current) {
                System.err.println("new connections show " + current);
            }

            @Override
            public void failed(String reason) {
                System.err.println("the certificate is not renewed: " + reason);
            }

            @Override
            public void expires(Instant expiry) {
                System.err.println("the certificate has not been renewed, and is valid until " + expiry);
            }
        });
        return TlsContext.builder().identity(identity).build();
    }

    static TlsServer alpnServer(TlsIdentity identity, SocketAddress address) throws IOException {
        TlsContext context = TlsContext.builder()
                .identity(identity)
                .applicationProtocols("echo/2", "echo/1")
                .build();
        return TlsServer.builder(context)
                .protocolHandler("echo/2", socket -> socket.outputStream().write("two".getBytes(UTF_8)))
                .protocolHandler("echo/1", socket -> socket.outputStream().write("one".getBytes(UTF_8)))
                .open(address);
    }

    static TlsServer sniServer(TlsIdentity main, TlsIdentity other, SocketAddress address) throws IOException {
        TlsContext context = TlsContext.builder().identity(main, other).build();
        return TlsServer.builder(context)
                .hostHandler("a.example", socket -> socket.outputStream().write("host a".getBytes(UTF_8)))
                .hostHandler("*.b.example", socket -> socket.outputStream().write("below b".getBytes(UTF_8)))
                .handler(socket -> socket.outputStream().write("any host".getBytes(UTF_8)))
                .open(address);
    }

    static TlsServer unixServer(TlsContext context, Path file) throws IOException {
        return echoServer(context, UnixDomainSocketAddress.of(file));
    }

    static TlsSocket unixClient(TlsContext context, Path file, String host) throws IOException {
        SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(file));
        return TlsSocket.client(context, channel, host, 0);
    }

    static TlsServer proxiedServer(TlsContext context, SocketAddress address) throws IOException {
        return TlsServer.builder(context)
                .proxyProtocol(true)
                .handler(socket -> {
                    ProxyHeader header = socket.proxyHeader().orElseThrow();
                    socket.outputStream().write(String.valueOf(header.source()).getBytes(UTF_8));
                })
                .open(address);
    }

    static TlsServer limitedServer(TlsContext context, SocketAddress address) throws IOException {
        return TlsServer.builder(context)
                .handler(socket -> socket.inputStream().transferTo(socket.outputStream()))
                .maxConnections(10_000)
                .handshakeTimeout(Duration.ofSeconds(5))
                .readTimeout(Duration.ofSeconds(30))
                .writeTimeout(Duration.ofSeconds(30))
                .idleTimeout(Duration.ofMinutes(5))
                .open(address);
    }

    static void closeAtExit(TlsServer server) {
        Runtime.getRuntime().addShutdownHook(new Thread(() -> {
            TlsServer.CloseReport report = server.close(Duration.ofSeconds(20));
            System.err.println("drained " + report.drained() + ", aborted " + report.aborted());
        }));
    }

    static void print(TlsServer server) {
        TlsServerStatistics now = server.statistics();
        System.out.printf(
                "open %d, handshakes %d, failed %d%n", now.active(), now.handshakes(), now.handshakesFailed());
    }

    static void serveOne(TlsServerSocket listener) throws IOException {
        TlsSocket socket = listener.accept(); // the handshake has not begun
        Thread.startVirtualThread(() -> {
            try (socket) {
                socket.doHandshake(); // within 10 s, unless handshakeTimeout says otherwise
                socket.inputStream().transferTo(socket.outputStream());
            } catch (IOException e) {
                System.err.println(socket + ": " + e.getMessage());
            }
        });
    }

    // ---- that it works

    @Test
    void aFirstTryWithASelfSignedCertificate() throws IOException {
        assertEquals("hello", firstTry());
    }

    @Test
    void theEchoServerEchoes() throws IOException {
        try (TlsServer server = echoServer(Recipes.SERVER, Recipes.ANY_PORT)) {
            assertEquals("hello", echo(Recipes.CLIENT, Recipes.HOST, Recipes.port(server), "hello"));
            print(server);
        }
    }

    @Test
    void aClientWithoutACertificateIsRefusedAndOneWithIsKnownByName() throws IOException {
        TlsIdentity person = TlsIdentity.selfSigned("person.example");
        TlsContext asks =
                serverThatAsks(Recipes.IDENTITY, TlsTrust.only(person.chain().getFirst()));
        TlsContext has = clientWithCertificate(
                person, TlsTrust.only(Recipes.IDENTITY.chain().getFirst()));
        try (TlsServer server = nameServer(asks, Recipes.ANY_PORT)) {
            assertEquals(
                    person.chain().getFirst().getSubjectX500Principal().getName(), receive(has, Recipes.port(server)));
            assertThrows(SSLException.class, () -> receive(Recipes.CLIENT, Recipes.port(server)));
        }
    }

    @Test
    void aRenewedCertificateIsUsedForNewConnections() throws Exception {
        Path chain = directory.resolve("chain.pem");
        Path key = directory.resolve("key.pem");
        Recipes.writePem(Recipes.IDENTITY, chain, key);
        TlsIdentity renewed = TlsIdentity.selfSigned(Recipes.HOST);
        TlsIdentity last = TlsIdentity.selfSigned(Recipes.HOST);
        TlsContext all = Recipes.clientFor(Recipes.IDENTITY, renewed, last);
        try (TlsServer server = echoServer(renewing(chain, key), Recipes.ANY_PORT);
                TlsSocket before = TlsSocket.connect(all, Recipes.HOST, Recipes.port(server))) {
            before.doHandshake();
            Recipes.writePem(renewed, chain, key);
            while (!server.context().identities().getFirst().chain().equals(renewed.chain())) {
                LockSupport.parkNanos(10_000_000);
            }
            assertReceives(renewed, all, server);
            Recipes.writePem(last, chain, key);
            renew(server, chain, key);
            assertReceives(last, all, server);
            before.outputStream().write(1);
            assertEquals(1, before.inputStream().read());
        }
    }

    private static void assertReceives(TlsIdentity expected, TlsContext client, TlsServer server) throws IOException {
        try (TlsSocket socket = TlsSocket.connect(client, Recipes.HOST, Recipes.port(server))) {
            socket.doHandshake();
            assertEquals(expected.chain(), socket.session().peerCertificates());
        }
    }

    @Test
    void eachApplicationProtocolHasItsHandler() throws IOException {
        try (TlsServer server = alpnServer(Recipes.IDENTITY, Recipes.ANY_PORT)) {
            int port = Recipes.port(server);
            assertEquals("two", receive(ClientRecipesTest.alpnClient(Recipes.CLIENT), port));
            TlsContext old =
                    Recipes.CLIENT.toBuilder().applicationProtocols("echo/1").build();
            assertEquals("one", receive(old, port));
        }
    }

    @Test
    void eachHostHasItsHandlerAndItsCertificate() throws IOException {
        TlsIdentity main = TlsIdentity.selfSigned(Recipes.HOST, "x.b.example");
        TlsContext client = Recipes.clientFor(main, OTHER);
        try (TlsServer server = sniServer(main, OTHER, Recipes.ANY_PORT)) {
            assertEquals("any host", receive(client, server, Recipes.HOST));
            assertEquals("host a", receive(client, server, "a.example"));
            assertEquals("below b", receive(client, server, "x.b.example"));
        }
    }

    @Test
    void theServerOnAUnixDomainSocketEchoes() throws IOException {
        Path file = Files.createTempDirectory("parktls").resolve("s");
        try (TlsServer server = unixServer(Recipes.SERVER, file);
                TlsSocket socket = unixClient(Recipes.CLIENT, file, Recipes.HOST)) {
            socket.outputStream().write(7);
            assertEquals(7, socket.inputStream().read());
            assertEquals(server.localAddress(), socket.remoteAddress());
        } finally {
            Files.deleteIfExists(file);
            Files.delete(file.getParent());
        }
    }

    @Test
    void theHandlerReadsTheProxyHeader() throws IOException {
        try (TlsServer server = proxiedServer(Recipes.SERVER, Recipes.ANY_PORT);
                SocketChannel channel = SocketChannel.open(server.localAddress())) {
            channel.write(ByteBuffer.wrap("PROXY TCP4 192.0.2.1 192.0.2.2 56324 443\r\n".getBytes(US_ASCII)));
            try (TlsSocket socket = TlsSocket.client(Recipes.CLIENT, channel, Recipes.HOST, 0)) {
                assertEquals("/192.0.2.1:56324", text(socket));
            }
        }
    }

    @Test
    void theLimitedServerServes() throws IOException {
        try (TlsServer server = limitedServer(Recipes.SERVER, Recipes.ANY_PORT)) {
            assertEquals("within limits", echo(Recipes.CLIENT, Recipes.HOST, Recipes.port(server), "within limits"));
        }
    }

    @Test
    void theServerClosesAtExit() throws Exception {
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        Process process = new ProcessBuilder(java, "-cp", Recipes.classPath(), Exit.class.getName())
                .redirectErrorStream(true)
                .start();
        String printed = new String(process.getInputStream().readAllBytes(), UTF_8);
        assertEquals(0, process.waitFor(), printed);
        assertEquals("drained 0, aborted 0", printed.lines().toList().getLast());
    }

    /** A program whose server is closed when it ends. */
    static final class Exit {
        private Exit() {}

        public static void main(String[] args) throws IOException {
            closeAtExit(echoServer(Recipes.SERVER, Recipes.ANY_PORT));
            System.exit(0);
        }
    }

    @Test
    void anAcceptedSocketIsServedByAThreadOfTheApplication() throws IOException {
        try (TlsServerSocket listener = TlsServerSocket.open(Recipes.SERVER, Recipes.ANY_PORT)) {
            Thread accepting = Thread.startVirtualThread(() -> {
                try {
                    serveOne(listener);
                } catch (ClosedChannelException e) {
                    System.err.println("closed before a client came");
                } catch (IOException e) {
                    throw new IllegalStateException(e);
                }
            });
            int port = ((InetSocketAddress) listener.localAddress()).getPort();
            assertEquals("own thread", echo(Recipes.CLIENT, Recipes.HOST, port, "own thread"));
            assertFalse(accepting.isInterrupted());
        }
    }

    private static String receive(TlsContext context, int port) throws IOException {
        try (TlsSocket socket = TlsSocket.connect(context, Recipes.HOST, port)) {
            return text(socket);
        }
    }

    private static String receive(TlsContext context, TlsServer server, String host) throws IOException {
        try (TlsSocket socket = TlsSocket.client(context, SocketChannel.open(server.localAddress()), host, 0)) {
            return text(socket);
        }
    }

    private static String text(TlsSocket socket) throws IOException {
        return new String(socket.inputStream().readAllBytes(), UTF_8);
    }
}
