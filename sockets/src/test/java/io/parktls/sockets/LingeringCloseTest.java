package io.parktls.sockets;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parktls.TestContexts;
import io.parktls.TlsConnection;
import io.parktls.TlsContext;
import io.parktls.TlsFailure;
import io.parktls.TlsVersion;
import io.parktls.bio.Bio;
import io.parktls.bio.WrappedBio;
import io.parktls.engine.TlsEngineProvider;
import io.parktls.sockets.jsse.TlsServerSocketFactory;
import io.parktls.sockets.jsse.TlsSocketFactory;
import java.io.Closeable;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * H18: tests that all written data reaches a peer that reads, even if the peer is still sending when this end closes.
 */
@Tag("H18")
@Timeout(value = 180, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
@SuppressWarnings("try") // The order in which the ends are closed matters.
final class LingeringCloseTest {
    private static final byte[] ANSWER = TalkingPeer.answer();

    private long before;

    @BeforeEach
    void countDescriptors() throws Exception {
        // Opens the descriptors that a JVM opens once.
        try (SocketPair pair = SocketPair.open(Servers.ENGINE, Transport.TCP).established()) {
            pair.client().write(ByteBuffer.allocate(1));
        }
        before = Descriptors.open();
    }

    /** A connection with a reading end and a task that writes to the other end and closes it. */
    private record Conversation(TlsSocket peer, Task<?> closing, Closeable rest) {
        static Conversation of(TlsSocket peer, ThreadKind threads, Task.Body closing, Closeable rest) {
            return new Conversation(peer, threads.run(closing), rest);
        }
    }

    /** The end that closes, and how it closes. */
    enum Way {
        SERVER_CLOSES {
            @Override
            Conversation begin(TlsContext client, TlsContext server) throws Exception {
                return answering(Transport.TCP.open(client, server), TlsSocket::close);
            }
        },
        SERVER_CLOSES_OVER_UNIX_DOMAIN {
            @Override
            Conversation begin(TlsContext client, TlsContext server) throws Exception {
                return answering(Transport.UNIX_DOMAIN.open(client, server), TlsSocket::close);
            }
        },
        SERVER_CLOSES_TLS_IN_TLS {
            @Override
            Conversation begin(TlsContext client, TlsContext server) throws Exception {
                return answering(Transport.TLS_IN_TLS.open(client, server), TlsSocket::close);
            }
        },
        SERVER_CLOSES_A_PIPE_OVER_A_CHANNEL {
            @Override
            Conversation begin(TlsContext client, TlsContext server) throws Exception {
                try (TlsServerSocket listener = TlsServerSocket.open(server, Transport.loopback())) {
                    SocketChannel channel = SocketChannel.open(listener.localAddress());
                    TlsConnection connection = client.connect(new WrappedBio(Bio.of(channel)), TestContexts.HOST, 0);
                    return answering(
                            new SocketPair(listener.accept(), TlsSocket.over(connection, channel)), TlsSocket::close);
                }
            }
        },
        CLIENT_CLOSES {
            @Override
            Conversation begin(TlsContext client, TlsContext server) throws Exception {
                SocketPair pair = Transport.TCP.open(client, server);
                return answering(new SocketPair(pair.server(), pair.client()), TlsSocket::close);
            }
        },
        STREAM_IS_CLOSED {
            @Override
            Conversation begin(TlsContext client, TlsContext server) throws Exception {
                return answering(
                        Transport.TCP.open(client, server),
                        socket -> socket.outputStream().close());
            }
        },
        WITHIN_A_LIMIT {
            @Override
            Conversation begin(TlsContext client, TlsContext server) throws Exception {
                return answering(Transport.TCP.open(client, server), socket -> socket.close(Task.HANG));
            }
        },
        AFTER_SHUTDOWN_OUTPUT {
            @Override
            Conversation begin(TlsContext client, TlsContext server) throws Exception {
                return answering(Transport.TCP.open(client, server), socket -> {
                    socket.shutdownOutput();
                    socket.close();
                });
            }
        },
        BESIDE_A_READER {
            @Override
            Conversation begin(TlsContext client, TlsContext server) throws Exception {
                SocketPair pair = Transport.TCP.open(client, server);
                return answering(pair, socket -> {
                    Task<?> reading =
                            ThreadKind.VIRTUAL.start(() -> socket.inputStream().readAllBytes());
                    socket.close();
                    assertInstanceOf(IOException.class, reading.failure());
                });
            }
        },
        WITH_THE_INTERRUPT_FLAG_SET {
            @Override
            Conversation begin(TlsContext client, TlsContext server) throws Exception {
                return answering(Transport.TCP.open(client, server), socket -> {
                    Thread.currentThread().interrupt();
                    socket.close();
                });
            }
        },
        WITH_DATA_UNREAD {
            @Override
            Conversation begin(TlsContext client, TlsContext server) throws Exception {
                SocketPair pair = Transport.TCP.open(client, server).established();
                pair.client().write(ByteBuffer.allocate(100_000));
                return answering(pair, socket -> {
                    socket.read(ByteBuffer.allocate(1));
                    socket.close();
                });
            }
        },
        HANDLER_RETURNS {
            @Override
            Conversation begin(TlsContext client, TlsContext server) throws Exception {
                return served(client, server, socket -> {});
            }
        },
        HANDLER_CLOSES {
            @Override
            Conversation begin(TlsContext client, TlsContext server) throws Exception {
                return served(client, server, TlsSocket::close);
            }
        },
        HANDLER_THROWS {
            @Override
            Conversation begin(TlsContext client, TlsContext server) throws Exception {
                return served(client, server, socket -> {
                    throw new IOException("thrown by the handler");
                });
            }
        },
        SERVER_IS_CLOSED {
            @Override
            Conversation begin(TlsContext client, TlsContext server) throws Exception {
                CountDownLatch answered = new CountDownLatch(1);
                TlsServer served = serve(server, socket -> answered.countDown());
                TlsSocket peer = Servers.connect(served, client);
                return Conversation.of(
                        peer,
                        ThreadKind.PLATFORM,
                        () -> {
                            answered.await();
                            served.close(Task.HANG);
                        },
                        served::close);
            }
        },
        SERVER_IS_CLOSED_BEFORE_THE_ANSWER {
            @Override
            Conversation begin(TlsContext client, TlsContext server) throws Exception {
                CountDownLatch closed = new CountDownLatch(1);
                TlsServer served = Servers.serving(server)
                        .handler(socket -> {
                            closed.await();
                            socket.write(ByteBuffer.wrap(ANSWER));
                        })
                        .open(Transport.loopback());
                TlsSocket peer = Servers.connect(served, client);
                peer.doHandshake();
                Task.eventually(() -> served.statistics().handshakes() == 1);
                Task<?> closing = ThreadKind.PLATFORM.run(() -> served.close(Task.HANG));
                Task.eventually(() -> !served.isOpen());
                closed.countDown();
                return new Conversation(peer, closing, served::close);
            }
        },
        ACCEPTED_FACTORY_SOCKET {
            @Override
            Conversation begin(TlsContext client, TlsContext server) throws Exception {
                ServerSocket listener =
                        new TlsServerSocketFactory(server).createServerSocket(0, 1, InetAddress.getLoopbackAddress());
                TlsSocket peer = TlsSocket.client(
                        client, SocketChannel.open(listener.getLocalSocketAddress()), TestContexts.HOST, 0);
                Task<?> closing = ThreadKind.VIRTUAL.run(() -> answer(listener.accept()));
                return new Conversation(peer, closing, listener);
            }
        },
        CLIENT_FACTORY_SOCKET {
            @Override
            Conversation begin(TlsContext client, TlsContext server) throws Exception {
                TlsServerSocket listener = TlsServerSocket.open(server, Transport.loopback());
                int port = ((InetSocketAddress) listener.localAddress()).getPort();
                Socket socket = new TlsSocketFactory(client).createSocket("localhost", port);
                return Conversation.of(listener.accept(), ThreadKind.VIRTUAL, () -> answer(socket), listener);
            }
        },
        LAYERED_SOCKET {
            @Override
            Conversation begin(TlsContext client, TlsContext server) throws Exception {
                TlsServerSocket listener = TlsServerSocket.open(server, Transport.loopback());
                InetSocketAddress address = (InetSocketAddress) listener.localAddress();
                Socket plain = new Socket(address.getAddress(), address.getPort());
                // Small, so that close_notify is written within a second on a busy machine.
                plain.setSendBufferSize(1 << 16);
                Socket socket = new TlsSocketFactory(client).createSocket(plain, TestContexts.HOST, 0, true);
                return Conversation.of(listener.accept(), ThreadKind.VIRTUAL, () -> answer(socket), listener);
            }
        };

        /** Starts a task that writes the answer and closes. */
        abstract Conversation begin(TlsContext client, TlsContext server) throws Exception;

        private static Conversation answering(SocketPair pair, TlsHandler close) {
            TlsSocket socket = pair.server();
            return Conversation.of(
                    pair.client(),
                    ThreadKind.VIRTUAL,
                    () -> {
                        socket.write(ByteBuffer.wrap(ANSWER));
                        close.handle(socket);
                        assertFalse(socket.isOpen());
                    },
                    () -> {});
        }

        private static void answer(Socket socket) throws IOException {
            socket.getOutputStream().write(ANSWER);
            socket.close();
            assertTrue(socket.isClosed());
        }

        private static Conversation served(TlsContext client, TlsContext server, TlsHandler then) throws Exception {
            TlsServer served = serve(server, then);
            TlsSocket peer = Servers.connect(served, client);
            return Conversation.of(
                    peer,
                    ThreadKind.VIRTUAL,
                    () -> Task.eventually(() -> served.statistics().active() == 0),
                    served);
        }

        private static TlsServer serve(TlsContext server, TlsHandler then) throws Exception {
            return Servers.serving(server)
                    .handler(socket -> {
                        socket.write(ByteBuffer.wrap(ANSWER));
                        then.handle(socket);
                    })
                    .open(Transport.loopback());
        }
    }

    record Case(Way way, TlsEngineProvider engine, TlsVersion version) {}

    static Stream<Case> cases() {
        return Stream.of(Way.values())
                .flatMap(way -> Stream.of(TlsEngineProvider.bouncyCastle(), TlsEngineProvider.jsse())
                        .flatMap(engine ->
                                Stream.of(TlsVersion.values()).map(version -> new Case(way, engine, version))));
    }

    @ParameterizedTest
    @MethodSource("cases")
    @DisplayName("H18 a peer that reads slowly and keeps sending single bytes reads all of 8 MB")
    void allArrives(Case c) throws Exception {
        TlsContext client = TestContexts.client(c.engine(), c.version()).build();
        TlsContext server = TestContexts.server(c.engine(), c.version()).build();
        Conversation conversation = c.way().begin(client, server);
        try (Closeable rest = conversation.rest();
                TlsSocket peer = conversation.peer()) {
            TalkingPeer.assertReads(peer, ANSWER);
            peer.close();
            conversation.closing().get();
        }
        Descriptors.awaitClosed(before);
    }

    // ---- other peers

    private static SocketPair established(TlsVersion version) throws Exception {
        return SocketPair.open(Servers.ENGINE, Transport.TCP, version).established();
    }

    /** Sends as fast as possible until a write fails. */
    private static Task<?> sendForEver(TlsSocket peer) {
        return ThreadKind.VIRTUAL.run(() -> {
            while (true) {
                peer.write(ByteBuffer.allocate(100_000));
            }
        });
    }

    @ParameterizedTest
    @EnumSource
    @DisplayName("H18 a peer that never stops sending reads all of 8 MB")
    void aPeerThatSendsAllTheTime(TlsVersion version) throws Exception {
        try (SocketPair pair = established(version)) {
            Task<?> sending = sendForEver(pair.client());
            Task<Void> closing = ThreadKind.VIRTUAL.run(() -> {
                pair.server().write(ByteBuffer.wrap(ANSWER));
                pair.server().close();
            });
            TalkingPeer.assertReads(pair.client(), ANSWER, false);
            closing.get();
            pair.client().close();
            sending.failure();
        }
        Descriptors.awaitClosed(before);
    }

    @ParameterizedTest
    @EnumSource
    @DisplayName("H18 close() during a blocked write: the data of earlier writes arrives")
    void besideABlockedWrite(TlsVersion version) throws Exception {
        try (SocketPair pair = established(version)) {
            TlsSocket socket = pair.server();
            Task<?> writing = ThreadKind.VIRTUAL.run(() -> {
                socket.write(ByteBuffer.wrap(ANSWER, 0, 1_000_000));
                socket.write(ByteBuffer.allocate(64 << 20));
            });
            Task.eventually(() -> socket.connection().bytesSent() > 1_100_000);
            writing.parked();
            socket.close();
            assertInstanceOf(IOException.class, writing.failure());
            byte[] read = new byte[1_000_000];
            ByteBuffer into = ByteBuffer.wrap(read);
            while (into.hasRemaining()) {
                pair.client().write(ByteBuffer.allocate(1));
                assertTrue(pair.client().read(into) > 0);
            }
            assertEquals(ByteBuffer.wrap(ANSWER, 0, read.length), into.flip());
        }
        Descriptors.awaitClosed(before);
    }

    /** The peer receives the alert after the data. */
    @ParameterizedTest
    @EnumSource
    @DisplayName("H18 a peer that violates the protocol and keeps sending reads all of the data and the alert")
    void aPeerThatBreaksTheProtocol(TlsVersion version) throws Exception {
        try (SocketPair pair = established(version)) {
            CountDownLatch broken = new CountDownLatch(1);
            Task<Void> serving = ThreadKind.VIRTUAL.run(() -> {
                pair.server().write(ByteBuffer.wrap(ANSWER));
                broken.await();
                IOException failure = assertThrows(
                        IOException.class, () -> pair.server().inputStream().readAllBytes());
                assertInstanceOf(TlsFailure.class, failure);
                pair.server().close();
            });
            // A record of application data that cannot be decrypted.
            ByteBuffer garbage = ByteBuffer.allocate(5 + 64).put(new byte[] {23, 3, 3, 0, 64});
            TlsSocket peer = pair.client();
            ByteBuffer buffer = ByteBuffer.allocate(16_384);
            ByteBuffer all = ByteBuffer.allocate(ANSWER.length);
            while (all.position() < 1 << 20) {
                peer.read(buffer.clear());
                all.put(buffer.flip());
            }
            peer.connection().bio().write(garbage.clear());
            broken.countDown();
            TlsFailure failure = null;
            while (failure == null) {
                try {
                    assertTrue(peer.read(buffer.clear()) > 0, "no alert");
                    all.put(buffer.flip());
                    peer.connection().bio().write(garbage.clear());
                } catch (IOException e) {
                    failure = assertInstanceOf(TlsFailure.class, e, e::toString);
                }
            }
            serving.get();
            assertTrue(failure.isAlertReceived(), failure::toString);
            assertEquals(ByteBuffer.wrap(ANSWER), all.flip());
        }
        Descriptors.awaitClosed(before);
    }

    /** No byte moves until the server has closed the connection. Then the client reads and sends. */
    @Test
    @DisplayName("H18 a connection that is closed by the idle timeout delivers all written data")
    void anIdleConnection() throws Exception {
        TlsServer server = Servers.echoing()
                .idleTimeout(Duration.ofMillis(300))
                .handler(socket -> {
                    socket.write(ByteBuffer.wrap(ANSWER, 0, 1_000_000));
                    socket.read(ByteBuffer.allocate(1));
                })
                .open(Transport.loopback());
        try (server;
                TlsSocket peer = Servers.connect(server)) {
            peer.doHandshake();
            Task.eventually(() -> server.statistics().idled() == 1);
            ByteBuffer into = ByteBuffer.allocate(1_000_000);
            while (into.hasRemaining()) {
                peer.write(ByteBuffer.allocate(1));
                assertTrue(peer.read(into) > 0);
            }
            assertEquals(ByteBuffer.wrap(ANSWER, 0, into.capacity()), into.flip());
            assertEquals(-1, peer.read(ByteBuffer.allocate(1)));
        }
        Descriptors.awaitClosed(before);
    }

    // ---- timeouts

    /** The behavior of a peer that never closes its end. */
    enum Stubborn {
        QUIET {
            @Override
            void begin(TlsSocket peer) {}
        },
        SENDS_A_BYTE_NOW_AND_THEN {
            @Override
            void begin(TlsSocket peer) {
                ThreadKind.VIRTUAL.run(() -> {
                    while (true) {
                        peer.write(ByteBuffer.allocate(1));
                        Thread.yield();
                    }
                });
            }
        },
        SENDS_ALL_THE_TIME {
            @Override
            void begin(TlsSocket peer) {
                sendForEver(peer);
            }
        },
        NEVER_READS {
            @Override
            boolean isSentMoreThanFits() {
                return true;
            }

            @Override
            void begin(TlsSocket peer) {}
        },
        NEVER_READS_AND_SENDS_ALL_THE_TIME {
            @Override
            boolean isSentMoreThanFits() {
                return true;
            }

            @Override
            void begin(TlsSocket peer) {
                sendForEver(peer);
            }
        };

        abstract void begin(TlsSocket peer);

        /** Returns whether this end has more to send than the pipe takes. */
        boolean isSentMoreThanFits() {
            return false;
        }
    }

    /** Sets the shortest SO_LINGER, which replaces the default linger timeout and keeps the test short. */
    @ParameterizedTest
    @EnumSource
    @DisplayName("H2 close() returns, and the descriptor is closed within the linger timeout, whatever the peer does")
    void lingerTimeout(Stubborn stubborn) throws Exception {
        SocketPair pair = established(TlsVersion.TLS_1_3);
        long established = Descriptors.open();
        pair.server().setOption(StandardSocketOptions.SO_LINGER, 1);
        stubborn.begin(pair.client());
        if (stubborn.isSentMoreThanFits()) {
            Task<?> writing = sendForEver(pair.server());
            Task.eventually(() -> pair.server().connection().bytesSent() > 1 << 20);
            writing.parked();
        }
        ThreadKind.VIRTUAL.run(pair.server()::close).get();
        assertFalse(pair.server().isOpen());
        Descriptors.awaitClosed(established - 1);
        pair.client().abort();
        Descriptors.awaitClosed(before);
    }

    @ParameterizedTest
    @EnumSource
    @DisplayName("H2 abort() closes the channel of a closed socket at once, with a reset")
    void abortWhileLingering(TlsVersion version) throws Exception {
        try (SocketPair pair = established(version)) {
            pair.server().close();
            assertEquals(-1, pair.client().read(ByteBuffer.allocate(1)));
            pair.server().abort();
            Task.eventually(() -> {
                try {
                    pair.client().write(ByteBuffer.allocate(1));
                    return false;
                } catch (IOException e) {
                    return true;
                }
            });
        }
        Descriptors.awaitClosed(before);
    }

    @Test
    @DisplayName("H18 SO_LINGER of 0 seconds: close() resets the connection")
    void noLinger() throws Exception {
        try (SocketPair pair = established(TlsVersion.TLS_1_3)) {
            long established = Descriptors.open();
            pair.server().setOption(StandardSocketOptions.SO_LINGER, 0);
            pair.server().close();
            Descriptors.awaitClosed(established - 1);
        }
    }

    /** The clients send nothing, and an open server would linger for much longer. */
    @Test
    @DisplayName("H18 a closed server leaves no descriptors behind")
    void aServerLeavesNothingBehind() throws Exception {
        TlsServer server = Servers.echoing()
                .handler(socket -> socket.write(ByteBuffer.allocate(1_000)))
                .open(Transport.loopback());
        List<TlsSocket> quiet = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            TlsSocket peer = Servers.connect(server);
            peer.doHandshake();
            quiet.add(peer);
        }
        Task.eventually(() -> server.statistics().handshakes() == quiet.size()
                && server.statistics().active() == 0);
        assertEquals(0, server.close(Task.HANG).aborted());
        Descriptors.awaitClosed(before + quiet.size());
        for (TlsSocket peer : quiet) {
            assertEquals(1_000, peer.inputStream().readAllBytes().length);
            peer.close();
        }
        Descriptors.awaitClosed(before);
    }
}
