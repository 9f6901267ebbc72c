package io.parktls.sockets;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parktls.TestContexts;
import io.parktls.TlsContext;
import io.parktls.TlsFailure;
import io.parktls.TlsTrust;
import io.parktls.TlsVersion;
import io.parktls.engine.TlsEngineProvider;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.stream.Stream;
import javax.net.ssl.SSLException;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** H2: tests that a close always returns, and ends the waits of other threads. */
@Tag("H2")
@Timeout(value = 180, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class TlsSocketCloseTest {
    private static final TlsEngineProvider ENGINE = TlsEngineProvider.bouncyCastle();

    /** More bytes than any pipe of this test buffers. */
    private static final int TOO_MUCH = 64 << 20;

    /** How a socket is closed. */
    enum Ending {
        CLOSE {
            @Override
            void end(TlsSocket socket) throws IOException {
                socket.close();
            }
        },
        CLOSE_WITHIN {
            @Override
            void end(TlsSocket socket) throws IOException {
                socket.close(Duration.ofMillis(200));
            }
        },
        ABORT {
            @Override
            void end(TlsSocket socket) throws IOException {
                socket.abort();
            }
        };

        abstract void end(TlsSocket socket) throws IOException;
    }

    record Case(Transport transport, ThreadKind threads, Ending ending) {}

    static Stream<Case> cases() {
        return Stream.of(Transport.values())
                .flatMap(transport -> Stream.of(ThreadKind.values())
                        .flatMap(threads ->
                                Stream.of(Ending.values()).map(ending -> new Case(transport, threads, ending))));
    }

    private static SocketPair open(Case c) throws Exception {
        return SocketPair.open(ENGINE, c.transport());
    }

    @ParameterizedTest
    @Execution(ExecutionMode.CONCURRENT)
    @MethodSource("cases")
    void endsAReader(Case c) throws Exception {
        try (SocketPair pair = open(c).established()) {
            TlsSocket socket = pair.client();
            Task<?> reading =
                    c.threads().start(() -> socket.read(ByteBuffer.allocate(1))).parked();
            c.threads().run(() -> c.ending().end(socket)).get();
            assertInstanceOf(AsynchronousCloseException.class, reading.failure());
        }
    }

    @ParameterizedTest
    @Execution(ExecutionMode.CONCURRENT)
    @MethodSource("cases")
    void endsAReaderThatQueuesBehindAnother(Case c) throws Exception {
        try (SocketPair pair = open(c).established()) {
            TlsSocket socket = pair.client();
            Task<?> first =
                    c.threads().start(() -> socket.read(ByteBuffer.allocate(1))).parked();
            Task<?> second =
                    c.threads().start(() -> socket.read(ByteBuffer.allocate(1))).parkedIn("acquire");
            c.threads().run(() -> c.ending().end(socket)).get();
            assertInstanceOf(AsynchronousCloseException.class, first.failure());
            assertInstanceOf(ClosedChannelException.class, second.failure());
        }
    }

    @ParameterizedTest
    @Execution(ExecutionMode.CONCURRENT)
    @MethodSource("cases")
    void endsAWriterToAStalledPeer(Case c) throws Exception {
        try (SocketPair pair = open(c).established()) {
            TlsSocket socket = pair.client();
            Task<?> writing = c.threads()
                    .start(() -> socket.write(ByteBuffer.allocate(TOO_MUCH)))
                    .parked();
            c.threads().run(() -> c.ending().end(socket)).get();
            assertInstanceOf(AsynchronousCloseException.class, writing.failure());
        }
    }

    @ParameterizedTest
    @Execution(ExecutionMode.CONCURRENT)
    @MethodSource("cases")
    void endsAReaderAndAWriter(Case c) throws Exception {
        try (SocketPair pair = open(c).established()) {
            TlsSocket socket = pair.client();
            Task<?> reading =
                    c.threads().start(() -> socket.read(ByteBuffer.allocate(1))).parked();
            Task<?> writing = c.threads()
                    .start(() -> socket.write(ByteBuffer.allocate(TOO_MUCH)))
                    .parked();
            c.threads().run(() -> c.ending().end(socket)).get();
            assertInstanceOf(AsynchronousCloseException.class, reading.failure());
            assertInstanceOf(AsynchronousCloseException.class, writing.failure());
        }
    }

    @ParameterizedTest
    @Execution(ExecutionMode.CONCURRENT)
    @MethodSource("cases")
    void endsAHandshake(Case c) throws Exception {
        try (SocketPair pair = open(c)) {
            TlsSocket socket = pair.client();
            Task<?> handshake = c.threads().run(socket::doHandshake).parked();
            Task<?> queued =
                    c.threads().start(() -> socket.read(ByteBuffer.allocate(1))).parkedIn("acquire");
            c.threads().run(() -> c.ending().end(socket)).get();
            assertInstanceOf(AsynchronousCloseException.class, handshake.failure());
            assertInstanceOf(ClosedChannelException.class, queued.failure());
        }
    }

    /** No thread is writing, but the pipe has no room for close_notify. */
    @ParameterizedTest
    @Execution(ExecutionMode.CONCURRENT)
    @MethodSource("cases")
    void returnsIfCloseNotifyDoesNotFit(Case c) throws Exception {
        try (SocketPair pair = open(c).established()) {
            TlsSocket socket = pair.client();
            Task<?> writing = c.threads().run(() -> {
                while (true) {
                    socket.write(ByteBuffer.allocate(100));
                }
            });
            writing.parkedIn("await").interrupt();
            assertInstanceOf(InterruptedIOException.class, writing.failure());
            c.threads().run(() -> c.ending().end(socket)).get();
            assertFalse(socket.isOpen());
        }
    }

    @ParameterizedTest
    @EnumSource
    void endsAccepting(ThreadKind threads) throws Exception {
        TlsContext context = TestContexts.server(ENGINE).build();
        TlsServerSocket listener = TlsServerSocket.open(context, Transport.loopback());
        Task<?> first = threads.start(listener::accept).parked();
        Task<?> second = threads.start(listener::accept).parkedIn("acquire");
        listener.close();
        listener.close();
        assertInstanceOf(AsynchronousCloseException.class, first.failure());
        assertInstanceOf(AsynchronousCloseException.class, second.failure());
        assertFalse(listener.isOpen());
        assertThrows(ClosedChannelException.class, listener::accept);
    }

    /** A second close does not wait for the first, and abort ends it. */
    @ParameterizedTest
    @EnumSource
    void abortEndsAClose(ThreadKind threads) throws Exception {
        try (SocketPair pair = SocketPair.open(ENGINE, Transport.TCP).established()) {
            Task<Void> closing = threads.run(() -> pair.client().close(null)).parked();
            pair.client().close();
            assertFalse(closing.isDone());
            pair.client().abort();
            closing.get();
        }
    }

    @ParameterizedTest
    @EnumSource
    void abortResetsTcp(ThreadKind threads) throws Exception {
        TlsContext context = TestContexts.server(ENGINE).build();
        try (TlsServerSocket listener = TlsServerSocket.open(context, Transport.loopback());
                SocketChannel peer = SocketChannel.open(listener.localAddress())) {
            TlsSocket socket = listener.accept();
            Task<?> reading = threads.start(() -> peer.read(ByteBuffer.allocate(1)));
            socket.abort();
            assertTrue(reading.failure().getMessage().contains("reset"), () -> "not a reset");
        }
    }

    @ParameterizedTest
    @EnumSource
    void noCloseNotifyIsSentAfterAReset(ThreadKind threads) throws Exception {
        try (SocketPair pair = SocketPair.open(ENGINE, Transport.TCP).established()) {
            Task<?> reading = threads.start(() -> pair.server().read(ByteBuffer.allocate(1)))
                    .parked();
            pair.client().abort();
            assertTrue(reading.failure().getMessage().contains("reset"), () -> "not a reset");
            pair.server().close();
            assertFalse(pair.server().connection().isCloseNotifySent());
            assertFalse(pair.server().isOpen());
        }
    }

    /** If the client closed with unread data, a reset would overtake its alert. */
    @RepeatedTest(20)
    void thePeerReceivesTheAlert() throws Exception {
        for (TlsVersion version : TlsVersion.values()) {
            TlsContext distrustful = TestContexts.client(ENGINE, version)
                    .trust(TlsTrust.system())
                    .build();
            TlsContext server = TestContexts.server(ENGINE, version).build();
            try (SocketPair pair = Transport.TCP.open(distrustful, server)) {
                Task<?> serving = ThreadKind.VIRTUAL.run(() -> {
                    pair.server().doHandshake();
                    pair.server().write(ByteBuffer.allocate(100_000));
                    pair.server().read(ByteBuffer.allocate(1));
                });
                assertThrows(SSLException.class, pair.client()::doHandshake);
                pair.client().close();
                TlsFailure failure = assertInstanceOf(TlsFailure.class, serving.failure());
                assertTrue(failure.isAlertReceived(), failure::toString);
            }
        }
    }

    /** A reset would discard the last of the data. */
    @RepeatedTest(20)
    void thePeerReceivesTheLastOfTheData() throws Exception {
        byte[] data = new byte[200_000];
        try (SocketPair pair = SocketPair.open(ENGINE, Transport.TCP).established()) {
            pair.client().write(ByteBuffer.allocate(100_000));
            Task<byte[]> reading =
                    ThreadKind.VIRTUAL.start(() -> pair.client().inputStream().readAllBytes());
            pair.server().write(ByteBuffer.wrap(data));
            pair.server().close();
            assertEquals(data.length, reading.get().length);
        }
    }
}
