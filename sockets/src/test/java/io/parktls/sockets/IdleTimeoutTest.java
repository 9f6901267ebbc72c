package io.parktls.sockets;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.parktls.TestContexts;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Tests that {@link TlsSocket#idleTimeout} limits each wait for the peer and no more, as SO_TIMEOUT does. */
@Timeout(value = 180, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class IdleTimeoutTest {
    private static final Duration SOON = Duration.ofMillis(100);

    /** Longer than any pause of a peer that keeps sending, even on a busy machine. */
    private static final Duration PATIENT = Duration.ofSeconds(4);

    record Case(Transport transport, ThreadKind threads) {}

    static Stream<Case> cases() {
        return Stream.of(Transport.TCP, Transport.BIO_PAIR, Transport.LAYERED, Transport.LAYERED_OVER_TLS)
                .flatMap(transport -> Stream.of(ThreadKind.values()).map(threads -> new Case(transport, threads)));
    }

    private static SocketPair open(Case c) throws Exception {
        return SocketPair.open(Servers.ENGINE, c.transport());
    }

    private static void assertTimedOut(String message, Task<?> task) throws Exception {
        Throwable failure = assertInstanceOf(SocketTimeoutException.class, task.failure());
        assertEquals(message, failure.getMessage());
    }

    private static Task<Integer> read(Case c, TlsSocket socket) {
        return c.threads().start(() -> socket.read(ByteBuffer.allocate(1)));
    }

    @ParameterizedTest
    @Execution(ExecutionMode.CONCURRENT)
    @MethodSource("cases")
    void aReadCanBeRepeated(Case c) throws Exception {
        try (SocketPair pair = open(c).established()) {
            pair.client().idleTimeout(SOON);
            for (int i = 0; i < 2; i++) {
                assertTimedOut("read timed out: the peer sent nothing for 100 ms", read(c, pair.client()));
            }
            pair.client().idleTimeout(Duration.ZERO);
            pair.server().write(ByteBuffer.allocate(1));
            assertEquals(1, read(c, pair.client()).get());
        }
    }

    @ParameterizedTest
    @Execution(ExecutionMode.CONCURRENT)
    @MethodSource("cases")
    void aHandshakeCanContinue(Case c) throws Exception {
        try (SocketPair pair = open(c)) {
            pair.client().idleTimeout(SOON);
            assertTimedOut(
                    "handshake timed out: the peer sent nothing for 100 ms",
                    c.threads().run(pair.client()::doHandshake));
            pair.client().idleTimeout(null);
            pair.established();
        }
    }

    @ParameterizedTest
    @Execution(ExecutionMode.CONCURRENT)
    @MethodSource("cases")
    void theAbsoluteTimeoutsStillApply(Case c) throws Exception {
        try (SocketPair pair = open(c)) {
            pair.client().idleTimeout(Task.HANG);
            pair.client().handshakeTimeout(SOON);
            assertTimedOut("handshake timed out after 100 ms", c.threads().run(pair.client()::doHandshake));
            pair.client().handshakeTimeout(null);
            pair.established();
            pair.client().readTimeout(SOON);
            assertTimedOut("read timed out after 100 ms", read(c, pair.client()));
        }
    }

    /** SO_TIMEOUT has no effect on writes. */
    @ParameterizedTest
    @Execution(ExecutionMode.CONCURRENT)
    @MethodSource("cases")
    void writesAreNotLimited(Case c) throws Exception {
        try (SocketPair pair = open(c).established()) {
            pair.client().idleTimeout(SOON);
            Task<?> writing = c.threads()
                    .start(() -> pair.client().write(ByteBuffer.allocate(64 << 20)))
                    .parked();
            // Both reads wait longer than the timeout of the write could last.
            for (int i = 0; i < 2; i++) {
                assertTimedOut("read timed out: the peer sent nothing for 100 ms", read(c, pair.client()));
            }
            assertFalse(writing.isDone());
        }
    }

    /** A link that delivers a byte of a record each 100 ms, for longer than the timeout. */
    @Test
    void aRecordThatArrivesSlowly() throws Exception {
        Socket[] ends = Underneath.PLAIN.connect();
        Socket[] link = Underneath.PLAIN.connect();
        try (TlsSocket client = TlsSocket.client(Servers.client(), ends[0], TestContexts.HOST, 0);
                TlsSocket server =
                        TlsSocket.server(TestContexts.server(Servers.ENGINE).build(), link[1])) {
            Task<Void> there =
                    ThreadKind.VIRTUAL.run(() -> ends[1].getInputStream().transferTo(link[0].getOutputStream()));
            Task<Void> back = ThreadKind.VIRTUAL.run(() -> deliver(link[0], ends[1], server));
            Task<Void> serving = ThreadKind.VIRTUAL.run(server::doHandshake);
            client.doHandshake();
            serving.get();
            client.idleTimeout(PATIENT);
            server.write(ByteBuffer.allocate(60));
            assertEquals(60, client.read(ByteBuffer.allocate(60)));
            client.idleTimeout(SOON);
            assertThrows(SocketTimeoutException.class, () -> client.read(ByteBuffer.allocate(1)));
            client.abort();
            server.abort();
            link[0].close();
            ends[1].close();
            assertEnds(there);
            assertEnds(back);
        }
    }

    private static void deliver(Socket from, Socket to, TlsSocket server) throws Exception {
        for (int b; (b = from.getInputStream().read()) >= 0; ) {
            if (server.connection().isHandshakeDone()) {
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(100));
            }
            to.getOutputStream().write(b);
        }
    }

    private static void assertEnds(Task<?> task) {
        Task.eventually(task::isDone);
    }
}
