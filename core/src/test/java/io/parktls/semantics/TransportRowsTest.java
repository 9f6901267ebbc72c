package io.parktls.semantics;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parktls.TestContexts;
import io.parktls.TlsConnection;
import io.parktls.TlsStatus;
import io.parktls.bio.Bio;
import io.parktls.openssl.NativeBio;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.NotYetConnectedException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** BIO: libssl's transports compared with ParkTLS's pipes. {@link SocketRowsTest} has the rows about sockets. */
@Timeout(300)
final class TransportRowsTest {
    private static final String ONE_ZERO =
            "A Bio has one result for a read that would block, 0, and one for the end of the stream, -1.";
    private static final String CONNECTED = "The socket sets up the connection, not the Bio (TlsSocket.connect parks"
            + " until it is connected; TlsServerSocket accepts): a Bio expects a connected socket. A call made too"
            + " early does no harm.";

    private static int read(Bio bio, int length) throws IOException {
        return bio.read(ByteBuffer.allocate(length));
    }

    private static int write(Bio bio, int... bytes) throws IOException {
        ByteBuffer src = ByteBuffer.allocate(bytes.length);
        for (int b : bytes) {
            src.put((byte) b);
        }
        return bio.write(src.flip());
    }

    @Row("BIO-01")
    @Test
    void emptyMemory() throws IOException {
        NativeBio theirs = NativeBio.memory();
        assertEquals(-1, theirs.read(10));
        assertTrue(theirs.shouldRetryRead());
        assertEquals(0, read(Bio.pair(10)[0], 10));
    }

    @Row("BIO-02")
    @Test
    void endOfMemory() throws IOException {
        NativeBio theirs = NativeBio.memory().eofReturn(0);
        assertEquals(0, theirs.read(10));
        assertFalse(theirs.shouldRetryRead());
        assertEquals(-1, read(Bio.of(new ByteArrayInputStream(new byte[0]), new ByteArrayOutputStream()), 10));
    }

    @Row(value = "BIO-03", differs = ONE_ZERO)
    @Row(value = "BIO-05", differs = ONE_ZERO)
    @Test
    void answersOfMemory() throws IOException {
        NativeBio theirs = NativeBio.memory().eofReturn(7);
        assertEquals(7, theirs.read(10));
        assertTrue(theirs.shouldRetryRead());
        assertTrue(theirs.isAtEnd(), "though more may come");
        assertEquals(0, read(Bio.pair(10)[0], 10));
    }

    @Row("BIO-04")
    @Test
    void readOnly() throws IOException {
        NativeBio theirs = NativeBio.memory(new byte[3]);
        assertEquals(3, theirs.read(10));
        assertEquals(0, theirs.read(10));
        assertFalse(theirs.shouldRetryRead());
        assertEquals(-1, theirs.write((byte) 1));
        assertFalse(theirs.shouldRetryWrite());

        Bio[] ours = Bio.pair(10);
        write(ours[1], 1, 2, 3);
        ours[1].shutdownOutput();
        ours[0].shutdownOutput();
        assertEquals(3, read(ours[0], 10));
        assertEquals(-1, read(ours[0], 10));
        assertThrows(IOException.class, () -> write(ours[0], 1));
    }

    @Row(
            value = "BIO-06",
            differs = "A Bio does not report how much the other end wants to read; a NotifyingBio notifies each end"
                    + " when to try again.")
    @Test
    void emptyPair() throws IOException {
        NativeBio[] theirs = NativeBio.pair(100);
        assertEquals(-1, theirs[0].read(10));
        assertTrue(theirs[0].shouldRetryRead());
        assertEquals(10, theirs[1].readRequest());
        assertEquals(0, read(Bio.pair(100)[0], 10));
    }

    @Row("BIO-07")
    @Row("BIO-08")
    @Test
    void fullPairAndOrder() throws IOException {
        NativeBio[] theirs = NativeBio.pair(5);
        Bio[] ours = Bio.pair(5);
        assertEquals(5, theirs[0].write(new byte[] {1, 2, 3, 4, 5, 6, 7}));
        assertEquals(5, write(ours[0], 1, 2, 3, 4, 5, 6, 7));
        assertEquals(-1, theirs[0].write((byte) 6));
        assertTrue(theirs[0].shouldRetryWrite());
        assertEquals(0, write(ours[0], 6));

        assertEquals(3, theirs[1].read(3));
        assertEquals(3, read(ours[1], 3));
        assertEquals(3, theirs[0].write((byte) 6, (byte) 7, (byte) 8));
        assertEquals(3, write(ours[0], 6, 7, 8));
        ByteBuffer dst = ByteBuffer.allocate(5);
        while (dst.hasRemaining()) {
            ours[1].read(dst);
        }
        assertArrayEquals(new byte[] {4, 5, 6, 7, 8}, dst.array());
        byte[] first = theirs[1].bytes(5);
        assertEquals(4, first[0]);
        assertEquals(5, first.length + theirs[1].bytes(5 - first.length + 1).length);
    }

    @Row(
            value = "BIO-09",
            differs = "The caller always specifies the capacity, because the right one depends on the use of the pipe.")
    @Test
    void defaultSize() {
        assertEquals(17_408, NativeBio.pair(0)[0].writeBufferSize());
        assertThrows(IllegalArgumentException.class, () -> Bio.pair(0));
    }

    @Row("BIO-10")
    @Test
    void shutForWriting() throws IOException {
        NativeBio[] theirs = NativeBio.pair(10);
        Bio[] ours = Bio.pair(10);
        theirs[0].write((byte) 1, (byte) 2);
        write(ours[0], 1, 2);
        theirs[0].shutdownWrite();
        ours[0].shutdownOutput();
        assertEquals(2, theirs[1].read(10));
        assertEquals(2, read(ours[1], 10));
        for (int i = 0; i < 3; i++) {
            assertEquals(0, theirs[1].read(10));
            assertFalse(theirs[1].shouldRetryRead());
            assertEquals(-1, read(ours[1], 10));
        }
        assertEquals(-1, theirs[0].write((byte) 3));
        assertFalse(theirs[0].shouldRetryWrite());
        assertThrows(IOException.class, () -> write(ours[0], 3));
        assertEquals(1, theirs[1].write((byte) 4));
        assertEquals(1, write(ours[1], 4));
        assertEquals(1, theirs[0].read(10));
        assertEquals(1, read(ours[0], 10));
    }

    @Row(
            value = "BIO-11",
            differs = "Closing one end ends the stream for the other end, after the bytes in transit, and makes its"
                    + " writes fail. libssl discards the bytes in transit.")
    @Test
    void otherHalfIsGone() throws IOException {
        NativeBio[] theirs = NativeBio.pair(10);
        Bio[] ours = Bio.pair(10);
        theirs[1].write((byte) 1);
        write(ours[1], 1);
        theirs[1].free();
        ours[1].close();
        assertEquals(-1, theirs[0].read(10));
        assertFalse(theirs[0].shouldRetryRead());
        assertEquals(-1, theirs[0].write((byte) 1));
        assertEquals(1, read(ours[0], 10));
        assertEquals(-1, read(ours[0], 10));
        assertThrows(IOException.class, () -> write(ours[0], 1));
    }

    @Row(value = "BIO-14", differs = CONNECTED)
    @Row(value = "BIO-18", differs = CONNECTED + " Repeated calls return at once.")
    @InBothVersions
    void notConnectedYet(Setting setting) throws IOException {
        try (ServerSocketChannel listener =
                        ServerSocketChannel.open().bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
                SocketChannel channel = SocketChannel.open()) {
            TlsConnection client = TestContexts.client(setting.engine(), setting.version())
                    .build()
                    .connect(Bio.of(channel), TestContexts.HOST, 0);
            for (int i = 0; i < 3; i++) {
                assertThrows(NotYetConnectedException.class, client::doHandshake);
            }
            channel.connect(listener.getLocalAddress());
            channel.configureBlocking(false);
            assertEquals(TlsStatus.WANT_READ, client.doHandshake());
        }
    }

    @Row(value = "BIO-15", differs = CONNECTED)
    @Row(value = "BIO-16", differs = CONNECTED)
    @Test
    void refusedAndNotAccepted() throws IOException {
        ServerSocketChannel listener =
                ServerSocketChannel.open().bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        listener.configureBlocking(false);
        assertEquals(null, listener.accept());
        var address = listener.getLocalAddress();
        listener.close();
        try (SocketChannel channel = SocketChannel.open()) {
            assertThrows(ConnectException.class, () -> channel.connect(address));
        }
    }

    @Row("BIO-17")
    @InBothVersions
    void tlsInTls(Setting setting) throws IOException {
        var client = TestContexts.client(setting.engine(), setting.version()).build();
        var server = TestContexts.server(setting.engine(), setting.version()).build();
        for (int capacity : new int[] {100, 100_000}) {
            Bio[] pipe = Bio.pair(capacity);
            TlsConnection innerClient =
                    client.connect(client.connect(pipe[0], TestContexts.HOST, 0).asBio(), TestContexts.HOST, 0);
            TlsConnection innerServer = server.accept(server.accept(pipe[1]).asBio());
            for (int turn = 0; !innerClient.isHandshakeDone() || !innerServer.isHandshakeDone(); turn++) {
                assertTrue(turn < 10_000, "no progress");
                innerClient.doHandshake();
                innerServer.doHandshake();
            }
            ByteBuffer dst = ByteBuffer.allocate(1_000);
            ByteBuffer src = ByteBuffer.wrap(Actor.bytes(1_000));
            for (int turn = 0; dst.hasRemaining(); turn++) {
                assertTrue(turn < 10_000, "no progress");
                innerClient.write(src);
                innerServer.read(dst);
            }
            assertArrayEquals(Actor.bytes(1_000), dst.array());
            assertEquals(TlsStatus.WANT_READ, innerServer.read(ByteBuffer.allocate(1)));
        }
    }

    @Row("BIO-20")
    @InBothVersions
    void twoTransports(Setting setting) {
        // A wire consists of two independent lanes.
        Scenario.of(setting).same(stage -> {
            stage.toServer().capacity(100_000);
            stage.toClient().capacity(200_000);
            stage.establish().note("done", stage.isDone());
        });
    }
}
