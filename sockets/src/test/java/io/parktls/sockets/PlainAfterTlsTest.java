package io.parktls.sockets;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parktls.TestContexts;
import io.parktls.TlsVersion;
import io.parktls.engine.TlsEngineProvider;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Tests that the application can go on with plain data once TLS has ended (RFC 4217 12.3), without {@code autoClose}. */
@Timeout(value = 180, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class PlainAfterTlsTest {
    private static final byte[] PLAIN = "220 plain again\r\n".getBytes(StandardCharsets.US_ASCII);

    record Case(TlsEngineProvider engine, TlsVersion version, Underneath underneath) {}

    static Stream<Case> cases() {
        return Stream.of(TlsEngineProvider.bouncyCastle(), TlsEngineProvider.jsse())
                .flatMap(engine -> Stream.of(TlsVersion.values())
                        .flatMap(version -> Stream.of(Underneath.values())
                                .map(underneath -> new Case(engine, version, underneath))));
    }

    /** The two ends of a connection, whose sockets underneath stay open. */
    private record Ends(Socket[] sockets, SocketPair tls) implements AutoCloseable {
        static Ends open(Case c) throws Exception {
            Socket[] sockets = c.underneath().connect();
            for (Socket socket : sockets) {
                socket.setSoTimeout((int) Task.HANG.toMillis());
            }
            TlsSocket client = TlsSocket.client(
                    TestContexts.client(c.engine(), c.version()).build(), sockets[0], TestContexts.HOST, 0, false);
            TlsSocket server = TlsSocket.server(
                    TestContexts.server(c.engine(), c.version()).build(), sockets[1], null, false);
            return new Ends(sockets, new SocketPair(client, server).established());
        }

        @Override
        public void close() throws IOException {
            // The JDK's SSLSocket waits in close() until the other end closes too.
            ThreadKind.VIRTUAL.run(sockets[0]::close);
            sockets[1].close();
        }
    }

    /** The server writes plain data immediately after its close_notify, and the client has unread data before it. */
    @ParameterizedTest
    @MethodSource("cases")
    void noByteBeyondCloseNotifyIsRead(Case c) throws Exception {
        try (Ends ends = Ends.open(c)) {
            Task<Void> serving = ThreadKind.VIRTUAL.run(() -> {
                ends.tls().server().write(ByteBuffer.allocate(40_000));
                assertEquals(-1, ends.tls().server().read(ByteBuffer.allocate(1)));
                ends.tls().server().close();
                ends.sockets()[1].getOutputStream().write(PLAIN);
            });
            assertEquals(1, ends.tls().client().read(ByteBuffer.allocate(1)));
            ends.tls().client().close();
            serving.get();
            assertTrue(ends.tls().client().connection().isCloseNotifyReceived());
            assertTrue(ends.tls().server().connection().isCloseNotifyReceived());
            assertArrayEquals(PLAIN, ends.sockets()[0].getInputStream().readNBytes(PLAIN.length));
            ends.sockets()[0].getOutputStream().write(PLAIN);
            assertArrayEquals(PLAIN, ends.sockets()[1].getInputStream().readNBytes(PLAIN.length));
            for (Socket socket : ends.sockets()) {
                assertFalse(socket.isClosed());
                assertEquals(Task.HANG.toMillis(), socket.getSoTimeout());
            }
        }
    }

    /** A read that timed out and one that was interrupted leave a thread in the socket, which must not take plain bytes. */
    @Test
    void readsThatHaveEndedTakeNothing() throws Exception {
        Case c = new Case(Servers.ENGINE, TlsVersion.TLS_1_3, Underneath.PLAIN);
        try (Ends ends = Ends.open(c)) {
            TlsSocket client = ends.tls().client();
            client.readTimeout(Duration.ofMillis(50));
            Task<?> timedOut = ThreadKind.PLATFORM.start(() -> client.read(ByteBuffer.allocate(1)));
            assertTrue(timedOut.failure() instanceof SocketTimeoutException);
            client.readTimeout(null);
            Task<?> interrupted = ThreadKind.VIRTUAL
                    .start(() -> client.read(ByteBuffer.allocate(1)))
                    .parked();
            interrupted.interrupt();
            assertTrue(interrupted.failure() instanceof InterruptedIOException);
            Task<Void> serving = ThreadKind.VIRTUAL.run(() -> {
                ends.tls().server().close();
                ends.sockets()[1].getOutputStream().write(PLAIN);
            });
            client.close();
            serving.get();
            assertArrayEquals(PLAIN, ends.sockets()[0].getInputStream().readNBytes(PLAIN.length));
        }
    }

    /** The peer does not answer close_notify: close returns at its limit and leaves no thread in the socket. */
    @Test
    void aPeerThatDoesNotAnswer() throws Exception {
        Case c = new Case(Servers.ENGINE, TlsVersion.TLS_1_3, Underneath.PLAIN);
        try (Ends ends = Ends.open(c)) {
            TlsSocket client = ends.tls().client();
            client.close(Duration.ofMillis(100));
            assertFalse(client.connection().isCloseNotifyReceived());
            assertFalse(ends.sockets()[0].isClosed());
            ends.sockets()[1].getOutputStream().write(PLAIN);
            assertArrayEquals(PLAIN, ends.sockets()[0].getInputStream().readNBytes(PLAIN.length));
        }
    }
}
