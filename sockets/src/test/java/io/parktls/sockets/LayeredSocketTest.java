package io.parktls.sockets;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parktls.TestContexts;
import io.parktls.TlsTruncatedException;
import io.parktls.Waiting;
import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousCloseException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * H20: tests H1 to H7 over sockets of every kind, which can only block. {@link TlsSocketContract} and the tests of
 * single classes of failures run over two kinds of them too, as members of {@link Transport}.
 */
@Tag("H20")
@Timeout(value = 180, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class LayeredSocketTest {
    /** More bytes than any socket of this test buffers. */
    private static final int TOO_MUCH = 64 << 20;

    record Case(Underneath underneath, ThreadKind threads) {}

    static Stream<Case> cases() {
        return Stream.of(Underneath.values())
                .flatMap(kind -> Stream.of(ThreadKind.values()).map(threads -> new Case(kind, threads)));
    }

    static Stream<Case> plainCases() {
        return cases().filter(c -> c.underneath().isPlain());
    }

    private static Task<byte[]> reading(Case c, TlsSocket socket, int length) {
        return c.threads().start(() -> new DataInputStream(socket.inputStream()).readNBytes(length));
    }

    /** Starts to write more than the peer's buffers hold, and waits until some of it is on its way. */
    private static Task<?> stalled(Case c, TlsSocket socket) {
        long before = socket.connection().bytesSent();
        Task<?> writing = c.threads().start(() -> socket.write(ByteBuffer.allocate(TOO_MUCH)));
        Task.eventually(() -> socket.connection().bytesSent() > before);
        return writing.parked();
    }

    private static void assertStillReads(SocketPair pair) throws Exception {
        pair.server().write(ByteBuffer.allocate(1));
        assertEquals(1, pair.client().read(ByteBuffer.allocate(1)));
    }

    @ParameterizedTest
    @Execution(ExecutionMode.CONCURRENT)
    @MethodSource("cases")
    @DisplayName("H1 bulk data in both directions beside key updates")
    void bothDirections(Case c) throws Exception {
        byte[] data = new byte[1 << 20];
        try (SocketPair pair = c.underneath().open().established()) {
            Task<byte[]> atServer = reading(c, pair.server(), 2 * data.length);
            Task<byte[]> atClient = reading(c, pair.client(), 2 * data.length);
            for (int i = 0; i < 2; i++) {
                pair.server().connection().updateKeys(true, Waiting.NEVER);
                Task<?> there = c.threads().start(() -> pair.client().write(ByteBuffer.wrap(data)));
                pair.server().write(ByteBuffer.wrap(data));
                there.get();
            }
            assertEquals(2 * data.length, atServer.get().length);
            assertEquals(2 * data.length, atClient.get().length);
        }
    }

    @ParameterizedTest
    @Execution(ExecutionMode.CONCURRENT)
    @MethodSource("cases")
    @DisplayName("H2 close() ends a reader and a writer to a peer that has stalled, and returns")
    void closeBesideAStalledWriter(Case c) throws Exception {
        SocketPair pair = c.underneath().open().established();
        Task<?> reading = c.threads()
                .start(() -> pair.client().read(ByteBuffer.allocate(1)))
                .parked();
        Task<?> writing = stalled(c, pair.client());
        c.threads().run(pair.client()::close).get();
        assertInstanceOf(AsynchronousCloseException.class, reading.failure());
        assertInstanceOf(AsynchronousCloseException.class, writing.failure());
        pair.server().abort();
    }

    @ParameterizedTest
    @Execution(ExecutionMode.CONCURRENT)
    @MethodSource("cases")
    @DisplayName("H2 abort() ends a reader and a writer to a peer that has stalled, and closes the socket underneath")
    void abortBesideAStalledWriter(Case c) throws Exception {
        Socket[] ends = c.underneath().connect();
        TlsSocket server = TlsSocket.server(TestContexts.server(Servers.ENGINE).build(), ends[1]);
        TlsSocket client = TlsSocket.client(Servers.client(), ends[0], TestContexts.HOST, 0);
        new SocketPair(client, server).established();
        Task<?> reading =
                c.threads().start(() -> client.read(ByteBuffer.allocate(1))).parked();
        Task<?> writing = stalled(c, client);
        c.threads().run(client::abort).get();
        assertInstanceOf(AsynchronousCloseException.class, reading.failure());
        assertInstanceOf(AsynchronousCloseException.class, writing.failure());
        Task.eventually(ends[0]::isClosed);
        server.abort();
    }

    @ParameterizedTest
    @Execution(ExecutionMode.CONCURRENT)
    @MethodSource("plainCases")
    @DisplayName("H3 a client that sends its ClientHello byte by byte reaches the deadline")
    void drippingHandshake(Case c) throws Exception {
        Socket[] ends = c.underneath().connect();
        try (Socket client = ends[0];
                TlsSocket server =
                        TlsSocket.server(TestContexts.server(Servers.ENGINE).build(), ends[1])) {
            server.handshakeTimeout(Duration.ofMillis(500));
            server.idleTimeout(Task.HANG);
            Task<Void> handshake = c.threads().run(server::doHandshake);
            client.getOutputStream().write(new byte[] {22, 3, 1, 0x3f, 0, 1, 0, 0x3e, 0});
            while (!handshake.isDone()) {
                client.getOutputStream().write(0);
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
            }
            assertTimedOut("handshake timed out after 500 ms", handshake.failure());
        }
    }

    private static void assertTimedOut(String message, Throwable failure) {
        assertInstanceOf(SocketTimeoutException.class, failure);
        assertEquals(message, failure.getMessage());
    }

    @ParameterizedTest
    @Execution(ExecutionMode.CONCURRENT)
    @MethodSource("cases")
    @DisplayName("H4 a write to a peer that has stalled times out, and reading goes on")
    void writeDeadline(Case c) throws Exception {
        try (SocketPair pair = c.underneath().open().established()) {
            pair.client().writeTimeout(Duration.ofMillis(300));
            Throwable timedOut = c.threads()
                    .start(() -> pair.client().write(ByteBuffer.allocate(TOO_MUCH)))
                    .failure();
            assertTimedOut("write timed out after 300 ms", timedOut);
            assertSame(
                    timedOut,
                    assertThrows(IOException.class, () -> pair.client().write(ByteBuffer.allocate(1))));
            assertStillReads(pair);
        }
    }

    @ParameterizedTest
    @Execution(ExecutionMode.CONCURRENT)
    @MethodSource("cases")
    @DisplayName("H4 a read times out and can be repeated, and loses nothing")
    void readDeadline(Case c) throws Exception {
        byte[] data = {1, 2, 3};
        try (SocketPair pair = c.underneath().open().established()) {
            pair.client().readTimeout(Duration.ofMillis(100));
            for (int i = 0; i < 2; i++) {
                assertTimedOut(
                        "read timed out after 100 ms",
                        c.threads()
                                .start(() -> pair.client().read(ByteBuffer.allocate(1)))
                                .failure());
            }
            pair.client().readTimeout(null);
            pair.server().write(ByteBuffer.wrap(data));
            assertArrayEquals(data, reading(c, pair.client(), data.length).get());
        }
    }

    private static void interrupt(Task<?> task) throws Exception {
        task.interrupt();
        Throwable failure = assertInstanceOf(InterruptedIOException.class, task.failure());
        assertFalse(failure instanceof SocketTimeoutException, failure::toString);
        assertTrue(task.wasInterruptedAtEnd());
    }

    @ParameterizedTest
    @Execution(ExecutionMode.CONCURRENT)
    @MethodSource("cases")
    @DisplayName("H5 an interrupt ends a handshake, a read and a write, and the connection stays usable")
    void interrupts(Case c) throws Exception {
        try (SocketPair pair = c.underneath().open()) {
            interrupt(c.threads().run(pair.client()::doHandshake).parked());
            pair.established();
            interrupt(c.threads()
                    .start(() -> pair.client().read(ByteBuffer.allocate(1)))
                    .parked());
            assertStillReads(pair);
            interrupt(stalled(c, pair.client()));
            assertStillReads(pair);
        }
    }

    @ParameterizedTest
    @Execution(ExecutionMode.CONCURRENT)
    @MethodSource("cases")
    @DisplayName("H6 an end without close_notify is a truncation")
    void truncation(Case c) throws Exception {
        try (SocketPair pair = c.underneath().open().established()) {
            pair.server().connection().bio().shutdownOutput();
            Task<?> reading = c.threads().start(() -> pair.client().read(ByteBuffer.allocate(1)));
            assertInstanceOf(TlsTruncatedException.class, reading.failure());
        }
    }

    @ParameterizedTest
    @Execution(ExecutionMode.CONCURRENT)
    @MethodSource("cases")
    @DisplayName("H7 a request, shutdownOutput, and a reply of 2 MB")
    void halfClose(Case c) throws Exception {
        byte[] reply = new byte[2 << 20];
        try (SocketPair pair = c.underneath().open().established()) {
            Task<byte[]> serving = c.threads().start(() -> {
                byte[] request = pair.server().inputStream().readAllBytes();
                pair.server().write(ByteBuffer.wrap(reply));
                pair.server().close();
                return request;
            });
            pair.client().write(ByteBuffer.allocate(10));
            pair.client().shutdownOutput();
            assertEquals(reply.length, pair.client().inputStream().readAllBytes().length);
            assertEquals(10, serving.get().length);
        }
    }

    @ParameterizedTest
    @Execution(ExecutionMode.CONCURRENT)
    @MethodSource("cases")
    @DisplayName("H2 close() returns although the peer never stops sending")
    void endlessData(Case c) throws Exception {
        SocketPair pair = c.underneath().open().established();
        Task<?> sending = ThreadKind.VIRTUAL.run(() -> {
            while (true) {
                pair.server().write(ByteBuffer.allocate(16_384));
            }
        });
        assertEquals(1, pair.client().read(ByteBuffer.allocate(1)));
        c.threads().run(pair.client()::close).get();
        pair.client().abort();
        sending.failure();
        pair.server().abort();
    }

    @ParameterizedTest
    @EnumSource
    void theApplicationMayCloseTheSocketUnderneath(Underneath underneath) throws Exception {
        Socket[] ends = underneath.connect();
        TlsSocket server = TlsSocket.server(TestContexts.server(Servers.ENGINE).build(), ends[1]);
        TlsSocket client = TlsSocket.client(Servers.client(), ends[0], TestContexts.HOST, 0);
        try (SocketPair pair = new SocketPair(client, server).established()) {
            Task<?> reading = ThreadKind.VIRTUAL
                    .start(() -> pair.client().read(ByteBuffer.allocate(1)))
                    .parked();
            ends[0].close();
            assertInstanceOf(IOException.class, reading.failure());
        }
    }

    @Test
    void addressesAndOptionsAreThoseOfTheSocketUnderneath() throws Exception {
        Socket[] ends = Underneath.PLAIN.connect();
        try (TlsSocket client = TlsSocket.client(Servers.client(), ends[0], TestContexts.HOST, 0);
                Socket peer = ends[1]) {
            assertEquals(peer.getLocalSocketAddress(), client.remoteAddress());
            assertEquals(peer.getRemoteSocketAddress(), client.localAddress());
            client.setOption(StandardSocketOptions.TCP_NODELAY, true);
            assertTrue(ends[0].getTcpNoDelay());
            assertEquals(true, client.getOption(StandardSocketOptions.TCP_NODELAY));
            assertTrue(client.channel().isEmpty());
        }
    }

    @Test
    void bytesThatWereAlreadyReadComeFirst() throws Exception {
        Socket[] ends = Underneath.PLAIN.connect();
        try (TlsSocket client = TlsSocket.client(Servers.client(), ends[0], TestContexts.HOST, 0)) {
            Task<Void> connecting = ThreadKind.VIRTUAL.run(client::doHandshake);
            byte[] consumed = ends[1].getInputStream().readNBytes(7);
            try (TlsSocket server = TlsSocket.server(
                    TestContexts.server(Servers.ENGINE).build(), ends[1], new ByteArrayInputStream(consumed), true)) {
                server.doHandshake();
                connecting.get();
            }
        }
    }

    @Test
    void anUnconnectedSocketIsRefused() {
        assertThrows(IOException.class, () -> TlsSocket.client(Servers.client(), new Socket(), TestContexts.HOST, 0));
    }
}
