package io.parktls.sockets;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parktls.TestContexts;
import io.parktls.TlsContext;
import io.parktls.TlsTrust;
import io.parktls.engine.TlsEngineProvider;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousCloseException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** H16: tests that deadlines, closing and interrupts work while application code blocks in a handshake. */
@Tag("H16")
@Timeout(value = 180, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class ForeignCodeEndTest {
    private static final Duration SHORT = Duration.ofMillis(500);

    private HeldCode code = new HeldCode(true);

    @AfterEach
    void release() {
        code.release();
        ForeignCodeKind.forgetTokens();
    }

    // ---- servers

    @ParameterizedTest
    @EnumSource
    void theDeadlineEndsTheCodeAndTheConnection(ForeignCodeKind kind) throws Exception {
        TlsContext slow = kind.server(code);
        code.arm();
        try (TlsServer server = TlsServer.builder(slow)
                .handshakeTimeout(SHORT)
                .handler(Servers::echo)
                .open(Transport.loopback())) {
            int clients = 0;
            // On a busy machine the deadline may pass before the handshake reaches the code.
            for (; code.interrupted() == 0; clients++) {
                assertTimesOut(server, kind);
            }
            int ended = clients;
            Task.eventually(() -> server.statistics().timedOut() == ended);
            assertEquals(0, code.waiting());
            assertFalse(server.close(Task.HANG).aborted() > 0);
        }
    }

    @ParameterizedTest
    @EnumSource
    void theDeadlineEndsTheConnectionWhileTheCodeRuns(ForeignCodeKind kind) throws Exception {
        code = new HeldCode(false);
        TlsContext slow = kind.server(code);
        code.arm();
        try (TlsServer server = TlsServer.builder(slow)
                .handshakeTimeout(SHORT)
                .handler(Servers::echo)
                .open(Transport.loopback())) {
            while (code.interrupted() == 0) {
                assertTimesOut(server, kind);
            }
            // On a busy machine the next connection may reach the code before the first one is closed.
            assertTrue(code.waiting() >= 1);
            long before = server.statistics().timedOut();
            code.release();
            Task.eventually(() -> server.statistics().timedOut() > before);
        }
    }

    private static void assertTimesOut(TlsServer server, ForeignCodeKind kind) throws IOException {
        try (TlsSocket socket = Servers.connect(server, kind.client())) {
            assertThrows(IOException.class, () -> Servers.assertEchoes(socket));
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aServerClosesWithinItsTimeout(boolean interruptible) throws Exception {
        code = new HeldCode(interruptible);
        TlsContext slow = ForeignCodeKind.TRUST_MANAGER.server(code);
        code.arm();
        TlsServer server = TlsServer.builder(slow)
                .handshakeTimeout(Task.HANG.multipliedBy(2))
                .handler(Servers::echo)
                .open(Transport.loopback());
        try (TlsSocket socket = Servers.connect(server, ForeignCodeKind.TRUST_MANAGER.client())) {
            Task<Void> client = ThreadKind.VIRTUAL.run(() -> Servers.assertEchoes(socket));
            Task.eventually(() -> code.waiting() == 1);
            Task<TlsServer.CloseReport> closing = ThreadKind.PLATFORM.start(() -> server.close(Duration.ofSeconds(1)));
            assertEquals(1, closing.get().drained() + closing.get().aborted());
            assertInstanceOf(IOException.class, client.failure());
            assertTrue(code.interrupted() > 0);
        }
    }

    // ---- sockets

    record Case(TlsEngineProvider engine, ThreadKind threads) {
        @Override
        public String toString() {
            return engine.name() + ", " + threads;
        }
    }

    static Stream<Case> cases() {
        return Stream.of(TlsEngineProvider.bouncyCastle(), TlsEngineProvider.jsse())
                .flatMap(engine -> Stream.of(ThreadKind.values()).map(threads -> new Case(engine, threads)));
    }

    /** A client whose trust manager calls the code. */
    private TlsSocket client(Case c, TlsServer server) throws IOException {
        TlsContext context = TestContexts.client(c.engine())
                .trust(TlsTrust.of(new ForeignCodeKind.Trusting() {
                    @Override
                    public void checkServerTrusted(X509Certificate[] chain, String authType) {
                        code.run();
                    }
                }))
                .build();
        code.arm();
        return Servers.connect(server, context);
    }

    private Task<Void> held(Case c, TlsSocket socket) {
        Task<Void> task = c.threads().run(socket::doHandshake);
        Task.eventually(() -> code.waiting() == 1);
        return task;
    }

    @ParameterizedTest
    @MethodSource("cases")
    void aSocketsDeadlineHolds(Case c) throws Exception {
        try (TlsServer server = Servers.echoing().open(Transport.loopback())) {
            Throwable failure;
            do {
                TlsSocket socket = client(c, server);
                socket.handshakeTimeout(SHORT);
                Task<Void> task = c.threads().run(socket::doHandshake);
                failure = task.failure();
                assertInstanceOf(SocketTimeoutException.class, failure);
                assertFalse(task.wasInterruptedAtEnd());
                assertTrue(code.interrupted() == 0 || !socket.isOpen());
                socket.close();
            } while (code.interrupted() == 0);
        }
    }

    @ParameterizedTest
    @MethodSource("cases")
    void aSocketsDeadlineEndsTheHandshakeWhileTheCodeRuns(Case c) throws Exception {
        code = new HeldCode(false);
        try (TlsServer server = Servers.echoing().open(Transport.loopback())) {
            while (code.interrupted() == 0) {
                TlsSocket socket = client(c, server);
                socket.handshakeTimeout(SHORT);
                Task<Void> task = c.threads().run(socket::doHandshake);
                Task.eventually(() -> task.isDone() || !socket.isOpen());
                code.release();
                assertInstanceOf(SocketTimeoutException.class, task.failure());
                socket.close();
                if (code.interrupted() == 0) {
                    code = new HeldCode(false);
                }
            }
        }
    }

    @ParameterizedTest
    @MethodSource("cases")
    void closingASocketEndsTheCode(Case c) throws Exception {
        try (TlsServer server = Servers.echoing().open(Transport.loopback())) {
            TlsSocket socket = client(c, server);
            Task<Void> task = held(c, socket);
            Task<Integer> reading = c.threads().start(() -> socket.read(ByteBuffer.allocate(1)));
            socket.close();
            assertInstanceOf(AsynchronousCloseException.class, task.failure());
            assertFalse(task.wasInterruptedAtEnd());
            assertInstanceOf(IOException.class, reading.failure());
        }
    }

    @ParameterizedTest
    @MethodSource("cases")
    void abortingASocketEndsTheCode(Case c) throws Exception {
        try (TlsServer server = Servers.echoing().open(Transport.loopback())) {
            TlsSocket socket = client(c, server);
            Task<Void> task = held(c, socket);
            assertTrue(socket.toString().contains("in the handshake"), socket::toString);
            assertTrue(socket.connection().toString().contains("handshake"), socket.connection()::toString);
            socket.abort();
            assertInstanceOf(AsynchronousCloseException.class, task.failure());
        }
    }

    @ParameterizedTest
    @MethodSource("cases")
    void anInterruptReachesTheCode(Case c) throws Exception {
        try (TlsServer server = Servers.echoing().open(Transport.loopback());
                TlsSocket socket = client(c, server)) {
            Task<Void> task = held(c, socket);
            task.interrupt();
            assertInstanceOf(IOException.class, task.failure());
            assertEquals(1, code.interrupted());
        }
    }
}
