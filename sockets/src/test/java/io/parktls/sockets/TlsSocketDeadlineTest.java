package io.parktls.sockets;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parktls.TestContexts;
import io.parktls.TlsContext;
import io.parktls.engine.TlsEngineProvider;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Tests that every wait has a timeout if one is set, reports it, and is not extended by a peer that sends single bytes.
 */
@Timeout(value = 180, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class TlsSocketDeadlineTest {
    private static final Duration SOON = Duration.ofMillis(100);
    private static final TlsEngineProvider ENGINE = TlsEngineProvider.bouncyCastle();

    private static SocketPair open() throws Exception {
        return SocketPair.open(ENGINE, Transport.TCP);
    }

    private static TlsContext server() {
        return TestContexts.server(ENGINE).build();
    }

    private static TlsContext client() {
        return TestContexts.client(ENGINE).build();
    }

    private static void assertTimedOut(String message, Throwable failure) {
        assertInstanceOf(SocketTimeoutException.class, failure);
        assertEquals(message, failure.getMessage());
    }

    @ParameterizedTest
    @EnumSource
    void handshake(ThreadKind threads) throws Exception {
        try (SocketPair pair = open()) {
            pair.client().handshakeTimeout(SOON);
            assertTimedOut(
                    "handshake timed out after 100 ms",
                    threads.run(pair.client()::doHandshake).failure());
            assertTimedOut(
                    "handshake timed out after 100 ms",
                    threads.start(() -> pair.client().read(ByteBuffer.allocate(1)))
                            .failure());
        }
    }

    @ParameterizedTest
    @EnumSource
    void aTimedOutHandshakeCanContinue(ThreadKind threads) throws Exception {
        try (SocketPair pair = open()) {
            pair.client().handshakeTimeout(SOON);
            assertInstanceOf(
                    SocketTimeoutException.class,
                    threads.run(pair.client()::doHandshake).failure());
            pair.client().handshakeTimeout(null);
            pair.established();
        }
    }

    @ParameterizedTest
    @EnumSource
    void read(ThreadKind threads) throws Exception {
        try (SocketPair pair = open().established()) {
            pair.client().readTimeout(SOON);
            assertTimedOut(
                    "read timed out after 100 ms",
                    threads.start(() -> pair.client().read(ByteBuffer.allocate(1)))
                            .failure());
            pair.client().readTimeout(Duration.ofSeconds(60));
            pair.server().write(ByteBuffer.allocate(1));
            assertEquals(
                    1,
                    threads.start(() -> pair.client().read(ByteBuffer.allocate(1)))
                            .get());
        }
    }

    /** H4: after a timeout, every later write fails, since it is unknown how much has arrived. Reads still work. */
    @Tag("H4")
    @ParameterizedTest
    @EnumSource
    void write(ThreadKind threads) throws Exception {
        try (SocketPair pair = open().established()) {
            pair.client().writeTimeout(SOON);
            Throwable timedOut = threads.start(() -> pair.client().write(ByteBuffer.allocate(64 << 20)))
                    .failure();
            assertTimedOut("write timed out after 100 ms", timedOut);
            pair.client().writeTimeout(null);
            assertSame(
                    timedOut,
                    assertThrows(IOException.class, () -> pair.client().write(ByteBuffer.allocate(1))));
            pair.server().write(ByteBuffer.allocate(1));
            assertEquals(
                    1,
                    threads.start(() -> pair.client().read(ByteBuffer.allocate(1)))
                            .get());
        }
    }

    @ParameterizedTest
    @EnumSource
    void aQueuedReaderHasItsOwnTimeout(ThreadKind threads) throws Exception {
        try (SocketPair pair = open().established()) {
            Task<Integer> first = threads.start(() -> pair.client().read(ByteBuffer.allocate(1)))
                    .parked();
            pair.client().readTimeout(SOON);
            assertTimedOut(
                    "read timed out after 100 ms",
                    threads.start(() -> pair.client().read(ByteBuffer.allocate(1)))
                            .failure());
            pair.server().write(ByteBuffer.allocate(1));
            assertEquals(1, first.get());
        }
    }

    @ParameterizedTest
    @EnumSource
    void accept(ThreadKind threads) throws Exception {
        try (TlsServerSocket listener = TlsServerSocket.open(server(), Transport.loopback())) {
            listener.acceptTimeout(SOON);
            assertTimedOut(
                    "accept timed out after 100 ms",
                    threads.start(listener::accept).failure());
        }
    }

    /** On Linux, connects wait while the backlog is full. */
    @ParameterizedTest
    @EnumSource
    void connect(ThreadKind threads) throws Exception {
        List<SocketChannel> waiting = new ArrayList<>();
        try (ServerSocketChannel full = ServerSocketChannel.open()) {
            full.bind(Transport.loopback(), 1);
            int port = ((InetSocketAddress) full.getLocalAddress()).getPort();
            for (int i = 0; i < 4; i++) {
                SocketChannel channel = SocketChannel.open();
                channel.configureBlocking(false);
                channel.connect(full.getLocalAddress());
                waiting.add(channel);
            }
            Throwable failure = threads.start(() -> TlsSocket.connect(client(), "127.0.0.1", port, SOON))
                    .failure();
            assertTimedOut("connect to /127.0.0.1:" + port + " timed out after 100 ms", failure);
        } finally {
            for (SocketChannel channel : waiting) {
                channel.close();
            }
        }
    }

    /** H3: the client sends an endless record, one byte at a time. */
    @Tag("H3")
    @ParameterizedTest
    @EnumSource
    void aDrippingClientTimesOut(ThreadKind threads) throws Exception {
        try (TlsServerSocket listener = TlsServerSocket.open(server(), Transport.loopback());
                SocketChannel client = SocketChannel.open(listener.localAddress());
                TlsSocket socket = listener.accept()) {
            socket.handshakeTimeout(Duration.ofMillis(500));
            Task<Void> handshake = threads.run(socket::doHandshake);
            Task<Void> dripping = ThreadKind.PLATFORM.run(() -> {
                client.write(ByteBuffer.wrap(new byte[] {22, 3, 1, 0x3f, 0, 1, 0, 0x3e, 0}));
                while (!handshake.isDone()) {
                    client.write(ByteBuffer.allocate(1));
                    LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
                }
            });
            assertTimedOut("handshake timed out after 500 ms", handshake.failure());
            dripping.get();
        }
    }

    @Test
    void timeoutsAreCheckedAndReset() throws Exception {
        try (SocketPair pair = open()) {
            assertThrows(IllegalArgumentException.class, () -> pair.client().readTimeout(Duration.ofMillis(-1)));
            pair.client().handshakeTimeout(Duration.ofNanos(1));
            assertThrows(SocketTimeoutException.class, pair.client()::doHandshake);
            pair.client().handshakeTimeout(Duration.ofSeconds(Long.MAX_VALUE));
            pair.established();
            pair.client().readTimeout(Duration.ofNanos(1));
            Throwable failure = assertThrows(
                    SocketTimeoutException.class, () -> pair.client().read(ByteBuffer.allocate(1)));
            assertTrue(failure.getMessage().startsWith("read timed out"), failure.getMessage());
            pair.client().readTimeout(Duration.ZERO);
            pair.server().write(ByteBuffer.allocate(1));
            assertEquals(1, pair.client().read(ByteBuffer.allocate(1)));
        }
    }
}
