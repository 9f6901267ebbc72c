package io.parktls.sockets;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.parktls.TestContexts;
import io.parktls.TlsContext;
import io.parktls.bio.Bio;
import io.parktls.engine.TlsEngineProvider;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * H5: tests that an interrupt ends the wait of a virtual or platform thread, leaves the interrupt flag set, and does
 * not damage the connection more than necessary.
 */
@Tag("H5")
@Timeout(value = 180, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class TlsSocketInterruptTest {
    private static final TlsEngineProvider ENGINE = TlsEngineProvider.bouncyCastle();

    record Case(Transport transport, ThreadKind threads) {}

    static Stream<Case> cases() {
        return Stream.of(Transport.values())
                .flatMap(transport -> Stream.of(ThreadKind.values()).map(threads -> new Case(transport, threads)));
    }

    private static SocketPair open(Case c) throws Exception {
        return SocketPair.open(ENGINE, c.transport());
    }

    private static void assertInterrupted(String message, Task<?> task) throws Exception {
        task.parked().interrupt();
        assertEndedByInterrupt(message, task);
    }

    private static void assertEndedByInterrupt(String message, Task<?> task) throws Exception {
        Throwable failure = assertInstanceOf(InterruptedIOException.class, task.failure());
        assertTrue(!(failure instanceof SocketTimeoutException), failure::toString);
        assertEquals(message, failure.getMessage());
        assertTrue(task.wasInterruptedAtEnd());
    }

    @ParameterizedTest
    @MethodSource("cases")
    void handshakeCanContinue(Case c) throws Exception {
        try (SocketPair pair = open(c)) {
            String waiting = c.transport() == Transport.TLS_IN_TLS ? "read" : "handshake";
            assertInterrupted(waiting + " interrupted", c.threads().run(pair.client()::doHandshake));
            pair.established();
        }
    }

    @ParameterizedTest
    @MethodSource("cases")
    void readCanContinue(Case c) throws Exception {
        try (SocketPair pair = open(c).established()) {
            assertInterrupted(
                    "read interrupted", c.threads().start(() -> pair.client().read(ByteBuffer.allocate(1))));
            pair.server().write(ByteBuffer.allocate(1));
            assertEquals(1, pair.client().read(ByteBuffer.allocate(1)));
        }
    }

    @ParameterizedTest
    @MethodSource("cases")
    void queuedReadEndsAndTheOtherContinues(Case c) throws Exception {
        try (SocketPair pair = open(c).established()) {
            Task<Integer> first = c.threads()
                    .start(() -> pair.client().read(ByteBuffer.allocate(1)))
                    .parked();
            Task<Integer> second = c.threads()
                    .start(() -> pair.client().read(ByteBuffer.allocate(1)))
                    .parkedIn("acquire");
            assertInterrupted("read interrupted", second);
            pair.server().write(ByteBuffer.allocate(1));
            assertEquals(1, first.get());
        }
    }

    /** If a record was partly sent, later writes fail, and reads still work. */
    @ParameterizedTest
    @MethodSource("cases")
    void writesMayFailAfterwards(Case c) throws Exception {
        try (SocketPair pair = open(c).established()) {
            assertInterrupted(
                    "write interrupted", c.threads().start(() -> pair.client().write(ByteBuffer.allocate(64 << 20))));
            pair.server().write(ByteBuffer.allocate(1));
            assertEquals(1, pair.client().read(ByteBuffer.allocate(1)));
        }
    }

    /** If no record was partly sent, everything still works, and the data that was taken arrives. */
    @ParameterizedTest
    @EnumSource
    void writesContinueIfNoRecordIsPartlySent(ThreadKind threads) throws Exception {
        Bio[] ends = Bio.pair(100_000);
        GatedBio gate = new GatedBio(ends[0]);
        TlsContext client = TestContexts.client(ENGINE).build();
        TlsContext server = TestContexts.server(ENGINE).build();
        try (SocketPair pair = new SocketPair(
                        TlsSocket.over(client.connect(gate, TestContexts.HOST, 0)),
                        TlsSocket.over(server.accept(ends[1])))
                .established()) {
            gate.shut();
            byte[] first = {1, 2, 3};
            byte[] second = {4, 5};
            assertInterrupted(
                    "write interrupted", threads.start(() -> pair.client().write(ByteBuffer.wrap(first))));
            gate.open();
            pair.client().write(ByteBuffer.wrap(second));
            assertArrayEquals(first, pair.server().inputStream().readNBytes(3));
            assertArrayEquals(second, pair.server().inputStream().readNBytes(2));
        }
    }

    /** An interrupt flag that was set before only affects operations that would have to wait. */
    @ParameterizedTest
    @MethodSource("cases")
    void interruptedBeforehand(Case c) throws Exception {
        try (SocketPair pair = open(c).established()) {
            pair.server().write(ByteBuffer.allocate(1));
            assertEquals(1, pair.client().read(ByteBuffer.allocate(1)));
            pair.server().write(ByteBuffer.allocate(2));
            Task<Integer> writing = c.threads().start(() -> {
                Thread.currentThread().interrupt();
                return pair.client().write(ByteBuffer.allocate(10));
            });
            assertEquals(10, writing.get());
            assertTrue(writing.wasInterruptedAtEnd());
            Task<?> reading = c.threads().start(() -> {
                pair.client().readTimeout(Task.HANG);
                assertEquals(1, pair.client().read(ByteBuffer.allocate(1)));
                Thread.currentThread().interrupt();
                assertEquals(1, pair.client().read(ByteBuffer.allocate(1)));
                return pair.client().read(ByteBuffer.allocate(1));
            });
            assertEndedByInterrupt("read interrupted", reading);
            pair.server().write(ByteBuffer.allocate(1));
            assertEquals(1, pair.client().read(ByteBuffer.allocate(1)));
        }
    }

    @ParameterizedTest
    @EnumSource
    void acceptCanContinue(ThreadKind threads) throws Exception {
        TlsContext context = TestContexts.server(ENGINE).build();
        try (TlsServerSocket listener = TlsServerSocket.open(context, Transport.loopback())) {
            assertInterrupted("accept interrupted", threads.start(listener::accept));
            try (SocketChannel client = SocketChannel.open(listener.localAddress());
                    TlsSocket accepted = listener.accept()) {
                assertEquals(client.getLocalAddress(), accepted.remoteAddress());
            }
        }
    }

    /** An interrupted thread closes the socket, but does not wait. */
    @ParameterizedTest
    @MethodSource("cases")
    void closeByAnInterruptedThread(Case c) throws Exception {
        assumeTrue(c.transport() != Transport.TLS_IN_TLS, "sending close_notify over a blocking pipe waits");
        try (SocketPair pair = open(c).established()) {
            Task<Void> closing = c.threads().run(() -> {
                Thread.currentThread().interrupt();
                pair.client().close();
            });
            closing.get();
            assertTrue(closing.wasInterruptedAtEnd());
            assertEquals(-1, pair.server().read(ByteBuffer.allocate(1)));
            assertThrows(IOException.class, () -> pair.client().read(ByteBuffer.allocate(1)));
        }
    }
}
