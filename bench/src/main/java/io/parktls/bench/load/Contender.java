package io.parktls.bench.load;

import io.netty.handler.ssl.SslProvider;
import io.parktls.TlsContext;
import io.parktls.bench.tool.Engine;
import io.parktls.sockets.TlsServer;
import io.parktls.sockets.TlsServerSocket;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.ByteChannel;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.Locale;
import java.util.concurrent.ThreadFactory;
import java.util.function.IntFunction;
import tlschannel.ServerTlsChannel;

/** The servers that are compared. Each does the same, in the way that its makers recommend. */
enum Contender {
    TCP("plain TCP, virtual threads", "no TLS: the limit. Blocking SocketChannel, direct buffers") {
        @Override
        Listening listen(ServerKey key) throws IOException {
            return channels(channel -> channel, ByteBuffer::allocateDirect);
        }
    },
    PARKTLS("ParkTLS, virtual threads", "TlsServer with its defaults") {
        @Override
        Listening listen(ServerKey key) throws IOException {
            return server(context(Engine.BC, key));
        }
    },
    PARKTLS_NATIVE(
            "ParkTLS, native, virtual threads",
            "TlsServer with its defaults; key exchanges and signatures by Conscrypt and ACCP") {
        @Override
        Listening listen(ServerKey key) throws IOException {
            return server(context(Engine.BC_NATIVE, key));
        }
    },
    PARKTLS_NATIVE_LOOP("ParkTLS, native, event loop", "TlsConnection, non-blocking; Conscrypt and ACCP") {
        @Override
        Listening listen(ServerKey key) throws IOException {
            return LoopServer.start(context(Engine.BC_NATIVE, key));
        }
    },
    PARKTLS_PLATFORM("ParkTLS, platform threads", "TlsServerSocket with its defaults") {
        @Override
        Listening listen(ServerKey key) throws IOException {
            return platform(context(Engine.BC, key));
        }
    },
    PARKTLS_LOOP("ParkTLS, event loop", "TlsConnection, non-blocking; a selector for each processor") {
        @Override
        Listening listen(ServerKey key) throws IOException {
            return LoopServer.start(context(Engine.BC, key));
        }
    },
    PARKTLS_JSSE("ParkTLS on JSSE, virtual threads", "TlsServer with its defaults, engine of the JDK") {
        @Override
        Listening listen(ServerKey key) throws IOException {
            return server(context(Engine.JSSE, key));
        }
    },
    PARKTLS_JSSE_PLATFORM("ParkTLS on JSSE, platform threads", "TlsServerSocket with its defaults, engine of the JDK") {
        @Override
        Listening listen(ServerKey key) throws IOException {
            return platform(context(Engine.JSSE, key));
        }
    },
    PARKTLS_JSSE_LOOP("ParkTLS on JSSE, event loop", "TlsConnection, non-blocking; engine of the JDK") {
        @Override
        Listening listen(ServerKey key) throws IOException {
            return LoopServer.start(context(Engine.JSSE, key));
        }
    },
    JDK(
            "JDK SSLSocket, virtual threads",
            "SSLServerSocket with its defaults, TCP_NODELAY; arrays of the size asked for") {
        @Override
        Listening listen(ServerKey key) throws IOException {
            return sslSockets(key, Thread.ofVirtual().factory());
        }
    },
    JDK_PLATFORM("JDK SSLSocket, platform threads", "as on virtual threads") {
        @Override
        Listening listen(ServerKey key) throws IOException {
            return sslSockets(key, Thread.ofPlatform().daemon().factory());
        }
    },
    TLS_CHANNEL("tls-channel, virtual threads", "ServerTlsChannel with its defaults over a blocking SocketChannel") {
        @Override
        Listening listen(ServerKey key) throws IOException {
            var context = key.context();
            return channels(
                    channel -> ServerTlsChannel.newBuilder(channel, context)
                            .withEngineFactory(made -> {
                                var engine = made.createSSLEngine();
                                engine.setUseClientMode(false);
                                return engine;
                            })
                            .build(),
                    ByteBuffer::allocate);
        }
    },
    NETTY("Netty, JDK engine", "its default event loops, allocator and transport (NIO)") {
        @Override
        Listening listen(ServerKey key) throws IOException {
            return NettyServer.start(SslProvider.JDK, key);
        }
    },
    TCNATIVE("Netty, tcnative", "as Netty, with BoringSSL (OPENSSL_REFCNT)") {
        @Override
        Listening listen(ServerKey key) throws IOException {
            return NettyServer.start(SslProvider.OPENSSL_REFCNT, key);
        }
    };

    private interface Wrapping {
        ByteChannel wrap(SocketChannel accepted) throws IOException;
    }

    private final String title;
    private final String settings;

    Contender(String title, String settings) {
        this.title = title;
        this.settings = settings;
    }

    /** Starts the server, in this JVM. */
    abstract Listening listen(ServerKey key) throws IOException;

    boolean isTls() {
        return this != TCP;
    }

    String title() {
        return title;
    }

    /** How it is set up. */
    String settings() {
        return settings;
    }

    /** The name on the command line. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }

    private static TlsContext context(Engine engine, ServerKey key) {
        return TlsContext.builder()
                .engine(engine.provider())
                .identity(key.identity())
                .build();
    }

    private static Listening server(TlsContext context) throws IOException {
        TlsServer server = TlsServer.builder(context)
                .handler(socket -> BlockingService.serve(socket, ByteBuffer::allocate))
                .backlog(Listening.BACKLOG)
                .open(Listening.anyPort());
        return new Listening(((InetSocketAddress) server.localAddress()).getPort());
    }

    private static Listening platform(TlsContext context) throws IOException {
        TlsServerSocket listener = TlsServerSocket.open(context, Listening.anyPort());
        ThreadFactory threads = Thread.ofPlatform().daemon().factory();
        int port = ((InetSocketAddress) listener.localAddress()).getPort();
        return BlockingServer.start(port, listener::accept, threads, ByteBuffer::allocate);
    }

    private static Listening channels(Wrapping wrapping, IntFunction<ByteBuffer> buffers) throws IOException {
        ServerSocketChannel listener = ServerSocketChannel.open().bind(Listening.anyPort(), Listening.BACKLOG);
        int port = ((InetSocketAddress) listener.getLocalAddress()).getPort();
        BlockingServer.Acceptor acceptor = () -> {
            SocketChannel channel = listener.accept();
            channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
            return wrapping.wrap(channel);
        };
        return BlockingServer.start(port, acceptor, Thread.ofVirtual().factory(), buffers);
    }

    private static Listening sslSockets(ServerKey key, ThreadFactory threads) throws IOException {
        InetSocketAddress address = Listening.anyPort();
        ServerSocket listener =
                key.context().getServerSocketFactory().createServerSocket(0, Listening.BACKLOG, address.getAddress());
        return BlockingServer.start(
                listener.getLocalPort(), () -> SslSocketChannel.of(listener.accept()), threads, ByteBuffer::allocate);
    }
}
