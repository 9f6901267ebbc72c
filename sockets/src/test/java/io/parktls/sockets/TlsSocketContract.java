package io.parktls.sockets;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.parktls.TestContexts;
import io.parktls.TlsConnection;
import io.parktls.TlsStatus;
import io.parktls.TlsTruncatedException;
import io.parktls.TlsVersion;
import io.parktls.bio.Bio;
import io.parktls.engine.TlsEngineProvider;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.time.Duration;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The contract of {@link TlsSocket}, tested over every transport, with both versions, on both kinds of threads. */
@Timeout(value = 180, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
abstract class TlsSocketContract {
    private static final int MEGABYTE = 1 << 20;

    /** Returns the engine under test. */
    protected abstract TlsEngineProvider engine();

    /** Returns whether this engine can still write after the peer has closed its direction. */
    protected boolean writesAfterPeerClosed(TlsVersion version) {
        return true;
    }

    record Case(Transport transport, TlsVersion version, ThreadKind threads) {}

    static Stream<Case> cases() {
        return Stream.of(Transport.values())
                .flatMap(transport -> Stream.of(TlsVersion.values())
                        .flatMap(version ->
                                Stream.of(ThreadKind.values()).map(threads -> new Case(transport, version, threads))));
    }

    private SocketPair open(Case c) throws Exception {
        return SocketPair.open(engine(), c.transport(), c.version());
    }

    private static byte[] random(int length) {
        byte[] bytes = new byte[length];
        new Random(length).nextBytes(bytes);
        return bytes;
    }

    private static byte[] readFully(TlsSocket socket, int length) throws IOException {
        return new DataInputStream(socket.inputStream()).readNBytes(length);
    }

    @ParameterizedTest
    @Execution(ExecutionMode.CONCURRENT)
    @MethodSource("cases")
    void handshakeReturnsWhenItIsDone(Case c) throws Exception {
        try (SocketPair pair = open(c)) {
            Task<Void> serving = c.threads().run(pair.server()::doHandshake);
            c.threads().run(pair.client()::doHandshake).get();
            serving.get();
            assertEquals(c.version(), pair.client().session().protocol());
            assertEquals(
                    pair.client().session().cipherSuite(),
                    pair.server().session().cipherSuite());
            assertFalse(pair.client().session().peerCertificates().isEmpty());
            pair.client().doHandshake();
            pair.server().doHandshake();
        }
    }

    @ParameterizedTest
    @Execution(ExecutionMode.CONCURRENT)
    @MethodSource("cases")
    void firstReadAndWritePerformTheHandshake(Case c) throws Exception {
        byte[] request = random(1_000);
        try (SocketPair pair = open(c)) {
            Task<Void> echo = c.threads().run(() -> {
                byte[] received = readFully(pair.server(), request.length);
                assertEquals(received.length, pair.server().write(ByteBuffer.wrap(received)));
            });
            byte[] reply = c.threads()
                    .start(() -> {
                        assertEquals(request.length, pair.client().write(ByteBuffer.wrap(request)));
                        return readFully(pair.client(), request.length);
                    })
                    .get();
            echo.get();
            assertArrayEquals(request, reply);
        }
    }

    @ParameterizedTest
    @Execution(ExecutionMode.CONCURRENT)
    @MethodSource("cases")
    void bothDirectionsAtOnce(Case c) throws Exception {
        byte[] data = random(MEGABYTE);
        try (SocketPair pair = open(c)) {
            Task<?>[] writers = {
                c.threads().start(() -> pair.client().write(ByteBuffer.wrap(data))),
                c.threads().start(() -> pair.server().write(ByteBuffer.wrap(data)))
            };
            Task<byte[]> atServer = c.threads().start(() -> readFully(pair.server(), data.length));
            Task<byte[]> atClient = c.threads().start(() -> readFully(pair.client(), data.length));
            assertArrayEquals(data, atServer.get());
            assertArrayEquals(data, atClient.get());
            for (Task<?> writer : writers) {
                assertEquals(data.length, writer.get());
            }
        }
    }

    @ParameterizedTest
    @Execution(ExecutionMode.CONCURRENT)
    @MethodSource("cases")
    void repliesAfterTheRequestHasEnded(Case c) throws Exception {
        assumeTrue(
                writesAfterPeerClosed(c.version()),
                "this engine closes both directions of " + c.version() + " at once");
        byte[] request = random(100_000);
        byte[] reply = random(4 * MEGABYTE);
        try (SocketPair pair = open(c)) {
            Task<byte[]> serving = c.threads().start(() -> {
                byte[] received = pair.server().inputStream().readAllBytes();
                pair.server().write(ByteBuffer.wrap(reply));
                pair.server().close(Duration.ofMinutes(1));
                return received;
            });
            Task<byte[]> asking = c.threads().start(() -> {
                pair.client().write(ByteBuffer.wrap(request));
                pair.client().shutdownOutput();
                pair.client().shutdownOutput();
                assertThrows(IOException.class, () -> pair.client().write(ByteBuffer.allocate(1)));
                return pair.client().inputStream().readAllBytes();
            });
            assertArrayEquals(request, serving.get());
            assertArrayEquals(reply, asking.get());
        }
    }

    @ParameterizedTest
    @Execution(ExecutionMode.CONCURRENT)
    @MethodSource("cases")
    void closeIsReadAsTheEnd(Case c) throws Exception {
        try (SocketPair pair = open(c).established()) {
            Task<Void> closing = c.threads().run(pair.client()::close);
            int end = c.threads()
                    .start(() -> pair.server().read(ByteBuffer.allocate(10)))
                    .get();
            closing.get();
            assertEquals(-1, end);
            assertEquals(-1, pair.server().read(ByteBuffer.allocate(10)));
        }
    }

    @ParameterizedTest
    @Execution(ExecutionMode.CONCURRENT)
    @MethodSource("cases")
    void closeWithATimeoutWaitsForThePeer(Case c) throws Exception {
        byte[] unwanted = random(50_000);
        try (SocketPair pair = open(c).established()) {
            Task<Void> closing = c.threads().run(() -> pair.client().close(Task.HANG));
            Task<Integer> serving = c.threads().start(() -> {
                if (writesAfterPeerClosed(c.version())) {
                    pair.server().write(ByteBuffer.wrap(unwanted));
                }
                int n = pair.server().read(ByteBuffer.allocate(10));
                pair.server().close();
                return n;
            });
            assertEquals(-1, serving.get());
            closing.get();
            assertTrue(pair.client().connection().isCloseNotifyReceived());
        }
    }

    @ParameterizedTest
    @Execution(ExecutionMode.CONCURRENT)
    @MethodSource("cases")
    void closeWithATimeoutEndsWithoutThePeer(Case c) throws Exception {
        try (SocketPair pair = open(c).established()) {
            c.threads().run(() -> pair.client().close(Duration.ofMillis(50))).get();
            assertFalse(pair.client().connection().isCloseNotifyReceived());
        }
    }

    @ParameterizedTest
    @Execution(ExecutionMode.CONCURRENT)
    @MethodSource("cases")
    void abortIsNotTheEndOfTheStream(Case c) throws Exception {
        try (SocketPair pair = open(c).established()) {
            Task<Integer> reading = c.threads()
                    .start(() -> pair.server().read(ByteBuffer.allocate(10)))
                    .parked();
            pair.client().abort();
            if (c.transport() == Transport.TLS_IN_TLS) {
                // Aborting the inner socket closes the outer socket with close_notify.
                assertInstanceOf(TlsTruncatedException.class, reading.failure());
            } else {
                assertInstanceOf(IOException.class, reading.failure());
            }
        }
    }

    @ParameterizedTest
    @Execution(ExecutionMode.CONCURRENT)
    @MethodSource("cases")
    void endOfThePipeIsATruncation(Case c) throws Exception {
        try (SocketPair pair = open(c).established()) {
            if (c.transport() == Transport.TLS_IN_TLS) {
                pair.client().connection().bio().close();
            } else {
                pair.client().connection().bio().shutdownOutput();
            }
            Task<Integer> reading = c.threads().start(() -> pair.server().read(ByteBuffer.allocate(10)));
            assertInstanceOf(TlsTruncatedException.class, reading.failure());
            assertThrows(TlsTruncatedException.class, () -> pair.server().read(ByteBuffer.allocate(10)));
        }
    }

    @ParameterizedTest
    @Execution(ExecutionMode.CONCURRENT)
    @MethodSource("cases")
    void nothingWorksAfterClose(Case c) throws Exception {
        try (SocketPair pair = open(c).established()) {
            TlsSocket socket = pair.client();
            socket.close();
            socket.close();
            assertFalse(socket.isOpen());
            assertThrows(ClosedChannelException.class, () -> socket.read(ByteBuffer.allocate(1)));
            assertThrows(ClosedChannelException.class, () -> socket.write(ByteBuffer.allocate(1)));
            assertThrows(ClosedChannelException.class, socket::doHandshake);
            assertThrows(ClosedChannelException.class, socket::shutdownOutput);
            assertEquals(c.version(), socket.session().protocol());
            socket.abort();
        }
    }

    /**
     * A TLS 1.3 client completes the handshake before its server, and may be closed before the server sends session
     * tickets.
     */
    @Test
    void dataOfAClosedClientIsStillRead() throws Exception {
        byte[] request = random(1_000);
        Bio[] ends = Bio.pair(100_000);
        TlsConnection client =
                TestContexts.client(engine(), TlsVersion.TLS_1_3).build().connect(ends[0], TestContexts.HOST, 0);
        TlsConnection server =
                TestContexts.server(engine(), TlsVersion.TLS_1_3).build().accept(ends[1]);
        while (client.doHandshake() != TlsStatus.OK) {
            server.doHandshake();
        }
        assertFalse(server.isHandshakeDone());
        client.write(ByteBuffer.wrap(request));
        client.close();
        try (TlsSocket socket = TlsSocket.over(server)) {
            assertArrayEquals(request, socket.inputStream().readAllBytes());
        }
    }

    @ParameterizedTest
    @Execution(ExecutionMode.CONCURRENT)
    @MethodSource("cases")
    void streams(Case c) throws Exception {
        byte[] data = random(30_000);
        try (SocketPair pair = open(c)) {
            Task<Void> writing = c.threads().run(() -> {
                try (OutputStream out = pair.client().outputStream()) {
                    out.write(data[0]);
                    out.write(data, 1, data.length - 1);
                }
            });
            try (InputStream in = pair.server().inputStream()) {
                assertEquals(data[0] & 0xff, in.read());
                byte[] some = in.readNBytes(10);
                assertTrue(in.available() > 0);
                byte[] rest = in.readAllBytes();
                byte[] all = ByteBuffer.allocate(data.length)
                        .put(data[0])
                        .put(some)
                        .put(rest)
                        .array();
                assertArrayEquals(data, all);
                assertEquals(-1, in.read());
            }
            writing.get();
            assertFalse(pair.client().isOpen());
            assertFalse(pair.server().isOpen());
        }
    }
}
