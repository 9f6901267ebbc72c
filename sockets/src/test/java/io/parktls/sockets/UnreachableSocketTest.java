package io.parktls.sockets;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.parktls.TestContexts;
import io.parktls.TlsConnection;
import io.parktls.TlsContext;
import io.parktls.bio.Bio;
import io.parktls.sockets.jsse.TlsServerSocketFactory;
import io.parktls.sockets.jsse.TlsSocketFactory;
import java.io.InputStream;
import java.lang.ref.Reference;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.channels.Channel;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** H19: tests that the channels of sockets that are dropped without being closed are closed. */
@Tag("H19")
@Timeout(value = 180, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class UnreachableSocketTest {
    private final TlsContext client = TestContexts.client(Servers.ENGINE).build();
    private final TlsContext server = TestContexts.server(Servers.ENGINE).build();

    /** The peers of the dropped sockets, which stay open. */
    private final List<Channel> others = new ArrayList<>();

    private final ServerSocketChannel listener;
    private long before;

    UnreachableSocketTest() throws Exception {
        listener = ServerSocketChannel.open().bind(Transport.loopback());
    }

    @BeforeEach
    void countDescriptors() throws Exception {
        // Opens the descriptors that a JVM opens once.
        try (SocketPair pair = SocketPair.open(Servers.ENGINE, Transport.TCP).established()) {
            pair.client().write(ByteBuffer.allocate(1));
        }
        awaitNothingRegistered();
        before = Descriptors.open();
    }

    @AfterEach
    void closeOthers() throws Exception {
        for (Channel other : others) {
            other.close();
        }
        listener.close();
    }

    /** Waits until no channel is registered with the poller, including those of other tests. */
    private static void awaitNothingRegistered() throws Exception {
        Pollers pollers = Pollers.shared();
        Task.eventually(() -> {
            System.gc();
            return !pollers.isRunning();
        });
    }

    private SocketChannel connected() throws Exception {
        SocketChannel channel = SocketChannel.open(listener.getLocalAddress());
        others.add(listener.accept());
        return channel;
    }

    private int port() throws Exception {
        return ((InetSocketAddress) listener.getLocalAddress()).getPort();
    }

    /** The kinds of sockets that a test opens and drops. */
    enum Kind {
        CLIENT {
            @Override
            void drop(UnreachableSocketTest test) throws Exception {
                TlsSocket.client(test.client, test.connected(), TestContexts.HOST, 0);
            }
        },
        CLIENT_THAT_CONNECTS {
            @Override
            void drop(UnreachableSocketTest test) throws Exception {
                TlsSocket.connect(test.client, "localhost", test.port());
                test.others.add(test.listener.accept());
            }
        },
        SERVER {
            @Override
            void drop(UnreachableSocketTest test) throws Exception {
                TlsSocket.server(test.server, test.connected());
            }
        },
        OVER_A_CHANNEL {
            @Override
            void drop(UnreachableSocketTest test) throws Exception {
                SocketChannel channel = test.connected();
                TlsSocket.over(test.client.connect(Bio.of(channel), TestContexts.HOST, 0), channel);
            }
        },
        AFTER_A_TIMEOUT {
            @Override
            int count() {
                return 60;
            }

            @Override
            void drop(UnreachableSocketTest test) throws Exception {
                TlsSocket socket = TlsSocket.client(test.client, test.connected(), TestContexts.HOST, 0);
                socket.handshakeTimeout(Duration.ofMillis(1));
                try {
                    socket.doHandshake();
                } catch (SocketTimeoutException e) {
                    // The socket stays usable after a timeout, so it is not closed.
                }
            }
        },
        BOTH_ENDS_ESTABLISHED {
            @Override
            int count() {
                return 60;
            }

            @Override
            void drop(UnreachableSocketTest test) throws Exception {
                Transport.TCP.open(test.client, test.server).established();
            }
        },
        BOTH_ENDS_ESTABLISHED_OVER_UNIX_DOMAIN {
            @Override
            int count() {
                return 60;
            }

            @Override
            void drop(UnreachableSocketTest test) throws Exception {
                Transport.UNIX_DOMAIN.open(test.client, test.server).established();
            }
        },
        BOTH_ENDS_ESTABLISHED_TLS_IN_TLS {
            @Override
            int count() {
                return 60;
            }

            @Override
            void drop(UnreachableSocketTest test) throws Exception {
                Transport.TLS_IN_TLS.open(test.client, test.server).established();
            }
        },
        SERVER_SOCKET {
            @Override
            void drop(UnreachableSocketTest test) throws Exception {
                TlsServerSocket.open(test.server, Transport.loopback());
            }
        },
        FACTORY_UNCONNECTED {
            @Override
            void drop(UnreachableSocketTest test) throws Exception {
                new TlsSocketFactory(test.client).createSocket();
            }
        },
        FACTORY_CONNECTED {
            @Override
            void drop(UnreachableSocketTest test) throws Exception {
                new TlsSocketFactory(test.client).createSocket("localhost", test.port());
                test.others.add(test.listener.accept());
            }
        },
        FACTORY_ESTABLISHED {
            @Override
            int count() {
                return 60;
            }

            @Override
            void drop(UnreachableSocketTest test) throws Exception {
                Socket socket = new TlsSocketFactory(test.client).createSocket("localhost", test.port());
                TlsSocket other = TlsSocket.server(test.server, test.listener.accept());
                Task<Void> writing = ThreadKind.VIRTUAL.run(() -> other.write(ByteBuffer.allocate(1)));
                socket.getInputStream().read();
                writing.get();
            }
        },
        FACTORY_LAYERED {
            @Override
            void drop(UnreachableSocketTest test) throws Exception {
                Socket plain = new Socket(InetAddress.getLoopbackAddress(), test.port());
                test.others.add(test.listener.accept());
                new TlsSocketFactory(test.client).createSocket(plain, TestContexts.HOST, 0, true);
            }
        },
        LAYERED_AFTER_A_TIMEOUT {
            @Override
            int count() {
                return 60;
            }

            @Override
            void drop(UnreachableSocketTest test) throws Exception {
                Socket plain = new Socket(InetAddress.getLoopbackAddress(), test.port());
                test.others.add(test.listener.accept());
                TlsSocket socket = TlsSocket.client(test.client, plain, TestContexts.HOST, 0);
                socket.handshakeTimeout(Duration.ofMillis(1));
                try {
                    socket.doHandshake();
                } catch (SocketTimeoutException e) {
                    // A thread still waits for input.
                }
            }
        },
        FACTORY_SERVER_SOCKET {
            @Override
            void drop(UnreachableSocketTest test) throws Exception {
                new TlsServerSocketFactory(test.server).createServerSocket(0, 1, InetAddress.getLoopbackAddress());
            }
        };

        abstract void drop(UnreachableSocketTest test) throws Exception;

        int count() {
            return 600;
        }
    }

    @ParameterizedTest
    @EnumSource
    @DisplayName("H19 dropped sockets are closed")
    void droppedSocketsAreClosed(Kind kind) throws Exception {
        for (int i = 0; i < kind.count(); i++) {
            kind.drop(this);
        }
        Descriptors.awaitCollected(before + others.size());
        awaitNothingRegistered();
    }

    /** The objects of a socket that an application may keep. */
    enum Kept {
        SOCKET {
            @Override
            Object of(TlsSocket socket) {
                return socket;
            }
        },
        INPUT_STREAM {
            @Override
            Object of(TlsSocket socket) {
                return socket.inputStream();
            }
        },
        OUTPUT_STREAM {
            @Override
            Object of(TlsSocket socket) {
                return socket.outputStream();
            }
        },
        CONNECTION {
            @Override
            Object of(TlsSocket socket) {
                return socket.connection();
            }
        },
        READER {
            @Override
            Object of(TlsSocket socket) {
                return ThreadKind.VIRTUAL
                        .start(() -> socket.read(ByteBuffer.allocate(1)))
                        .parked();
            }
        };

        abstract Object of(TlsSocket socket);
    }

    @ParameterizedTest
    @EnumSource
    @DisplayName("H19 a socket stays open as long as a part of it is reachable")
    void keptSocketsStayOpen(Kept kept) throws Exception {
        try (TlsServer echo = Servers.echoing().open(Transport.loopback())) {
            TlsSocket socket = Servers.connect(echo);
            Servers.assertEchoes(socket);
            Object part = kept.of(socket);
            socket = null;
            // A dropped socket that is closed shows that the garbage collector has run.
            Kind.CLIENT.drop(this);
            Descriptors.awaitCollected(before + 3 + others.size());
            assertEquals(1, echo.statistics().active());
            if (part instanceof InputStream in) {
                assertEquals(0, in.available());
            }
            if (part instanceof TlsConnection connection) {
                assertEquals("established", connection.state());
            }
            Reference.reachabilityFence(part);
        }
    }

    @Test
    @DisplayName("H19 a thread that accepts keeps its server socket open")
    void anAcceptingThreadKeepsItsServerSocketOpen() throws Exception {
        InetSocketAddress[] address = new InetSocketAddress[1];
        Task<TlsSocket> accepting = ThreadKind.VIRTUAL.start(() -> {
            TlsServerSocket socket = TlsServerSocket.open(server, Transport.loopback());
            address[0] = (InetSocketAddress) socket.localAddress();
            return socket.accept();
        });
        accepting.parked();
        Kind.CLIENT.drop(this);
        Descriptors.awaitCollected(before + 1 + others.size());
        try (SocketChannel channel = SocketChannel.open(address[0]);
                TlsSocket accepted = accepting.get()) {
            assertEquals(channel.getLocalAddress(), accepted.remoteAddress());
        }
    }
}
