package io.parktls.bench.server;

import io.netty.handler.ssl.SslProvider;
import io.parktls.TlsContext;
import io.parktls.bench.tool.Engine;
import io.parktls.sockets.TlsServer;
import io.parktls.sockets.TlsServerSocket;
import io.parktls.sockets.jsse.ParkTlsProvider;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.ByteChannel;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ThreadFactory;
import java.util.function.IntFunction;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import tlschannel.ServerTlsChannel;

/** The servers that are compared. All of them provide the same services, each in the way that its makers recommend. */
public enum ServerKind {
    TCP(
            "plain TCP, virtual threads",
            "no TLS: the limit. Blocking SocketChannel, direct buffers",
            key -> channels(channel -> channel, ByteBuffer::allocateDirect)),
    PARKTLS("ParkTLS, virtual threads", "TlsServer with its defaults", key -> virtual(Engine.BC, key)),
    PARKTLS_NATIVE(
            "ParkTLS, native, virtual threads",
            "TlsServer with its defaults; key exchanges and signatures by Conscrypt and ACCP",
            key -> virtual(Engine.BC_NATIVE, key)),
    PARKTLS_NATIVE_LOOP(
            "ParkTLS, native, event loop",
            "TlsConnection, non-blocking; Conscrypt and ACCP",
            key -> loop(Engine.BC_NATIVE, key)),
    PARKTLS_HOSTS(
            "ParkTLS, 1,000 hosts, virtual threads",
            "TlsServer; identities on demand from a store that takes 200 ms, each used for 5 s",
            ManyHosts::start),
    PARKTLS_PLATFORM("ParkTLS, platform threads", "TlsServerSocket with its defaults", key -> platform(Engine.BC, key)),
    PARKTLS_LOOP(
            "ParkTLS, event loop",
            "TlsConnection, non-blocking; a selector for each processor",
            key -> loop(Engine.BC, key)),
    PARKTLS_JSSE(
            "ParkTLS on JSSE, virtual threads",
            "TlsServer with its defaults, engine of the JDK",
            key -> virtual(Engine.JSSE, key)),
    PARKTLS_JSSE_PLATFORM(
            "ParkTLS on JSSE, platform threads",
            "TlsServerSocket with its defaults, engine of the JDK",
            key -> platform(Engine.JSSE, key)),
    PARKTLS_JSSE_LOOP(
            "ParkTLS on JSSE, event loop",
            "TlsConnection, non-blocking; engine of the JDK",
            key -> loop(Engine.JSSE, key)),
    JDK(
            "JDK SSLSocket, virtual threads",
            "SSLServerSocket with its defaults, TCP_NODELAY; arrays of the size asked for",
            key -> sslSockets(key, Thread.ofVirtual().factory())),
    JDK_PLATFORM(
            "JDK SSLSocket, platform threads",
            "as on virtual threads",
            key -> sslSockets(key, Thread.ofPlatform().daemon().factory())),
    TLS_CHANNEL(
            "tls-channel, virtual threads",
            "ServerTlsChannel with its defaults over a blocking SocketChannel",
            ServerKind::tlsChannels),
    NETTY(
            "Netty, JDK engine",
            "its default event loops, allocator and transport (NIO)",
            key -> NettyServer.start(SslProvider.JDK, null, key)),
    NETTY_PARKTLS(
            "Netty, ParkTLS engine",
            "as Netty, with the SSLEngines of ParkTlsProvider",
            key -> NettyServer.start(SslProvider.JDK, new ParkTlsProvider(), key)),
    TCNATIVE(
            "Netty, tcnative",
            "as Netty, with BoringSSL (OPENSSL_REFCNT)",
            key -> NettyServer.start(SslProvider.OPENSSL_REFCNT, null, key));

    /** How many connections may wait to be accepted, the same for every server. */
    static final int BACKLOG = 1_024;

    private interface Starter {
        int start(ServerKey key) throws IOException;
    }

    private interface Wrapper {
        ByteChannel wrap(SocketChannel accepted) throws IOException;
    }

    private final String title;
    private final String settings;

    @SuppressWarnings("ImmutableEnumChecker") // they hold no state
    private final Starter starter;

    ServerKind(String title, String settings, Starter starter) {
        this.title = title;
        this.settings = settings;
        this.starter = starter;
    }

    /**
     * Starts the server in this JVM, where it runs until the JVM ends.
     *
     * @return the port on the loopback interface
     */
    public int listen(ServerKey key) throws IOException {
        return starter.start(key);
    }

    public boolean isTls() {
        return this != TCP;
    }

    public String title() {
        return title;
    }

    /** The classes and settings that the server uses. */
    public String settings() {
        return settings;
    }

    /** The name on the command line. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Any port of the loopback interface. */
    static InetSocketAddress anyPort() {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    }

    /** The servers that are compared under load: all whose clients need not name a host. */
    public static List<ServerKind> compared() {
        return Arrays.stream(values()).filter(kind -> kind != PARKTLS_HOSTS).toList();
    }

    static int virtual(TlsContext context) throws IOException {
        TlsServer server = TlsServer.builder(context)
                .handler(socket -> BlockingService.serve(socket, ByteBuffer::allocate))
                .backlog(BACKLOG)
                .open(anyPort());
        return server.port();
    }

    private static TlsContext context(Engine engine, ServerKey key) {
        return withTickets(TlsContext.builder().engine(engine.provider()).identity(key.identity()))
                .build();
    }

    /** Switches tickets off unless this process is to issue them. */
    static TlsContext.Builder withTickets(TlsContext.Builder context) {
        return ServerProcess.issuesTickets() ? context : context.tickets(0, Duration.ofDays(1));
    }

    private static int virtual(Engine engine, ServerKey key) throws IOException {
        return virtual(context(engine, key));
    }

    private static int platform(Engine engine, ServerKey key) throws IOException {
        TlsServerSocket listener = TlsServerSocket.open(context(engine, key), anyPort());
        BlockingServer.start(listener::accept, Thread.ofPlatform().daemon().factory(), ByteBuffer::allocate);
        return ((InetSocketAddress) listener.localAddress()).getPort();
    }

    private static int loop(Engine engine, ServerKey key) throws IOException {
        return LoopServer.start(context(engine, key));
    }

    private static int channels(Wrapper wrapper, IntFunction<ByteBuffer> buffers) throws IOException {
        ServerSocketChannel listener = ServerSocketChannel.open().bind(anyPort(), BACKLOG);
        BlockingServer.Acceptor acceptor = () -> {
            SocketChannel channel = listener.accept();
            channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
            return wrapper.wrap(channel);
        };
        BlockingServer.start(acceptor, Thread.ofVirtual().factory(), buffers);
        return ((InetSocketAddress) listener.getLocalAddress()).getPort();
    }

    private static int tlsChannels(ServerKey key) throws IOException {
        SSLContext context = key.serverContext();
        return channels(
                channel -> ServerTlsChannel.newBuilder(channel, context)
                        .withEngineFactory(made -> {
                            SSLEngine engine = made.createSSLEngine();
                            engine.setUseClientMode(false);
                            return engine;
                        })
                        .build(),
                ByteBuffer::allocate);
    }

    private static int sslSockets(ServerKey key, ThreadFactory threads) throws IOException {
        ServerSocket listener = key.serverContext()
                .getServerSocketFactory()
                .createServerSocket(0, BACKLOG, anyPort().getAddress());
        BlockingServer.start(() -> SslSocketChannel.of(listener.accept()), threads, ByteBuffer::allocate);
        return listener.getLocalPort();
    }
}
