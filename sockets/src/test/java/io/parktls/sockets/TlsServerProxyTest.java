package io.parktls.sockets;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parktls.Logged;
import io.parktls.TestContexts;
import io.parktls.TlsConnection;
import io.parktls.bio.Bio;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.apache.logging.log4j.Level;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests a server that expects PROXY headers. */
@Timeout(value = 300, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class TlsServerProxyTest {
    private static final byte ALERT = 21;
    private static final byte[] VERSION_1 =
            "PROXY TCP4 203.0.113.7 198.51.100.1 40000 443\r\n".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] VERSION_2 = HexFormat.of()
            .parseHex("0D0A0D0A000D0A515549540A" + "2111000C" + "CB007107" + "C6336401" + "9C40" + "01BB");

    private final CompletableFuture<Optional<ProxyHeader>> seen = new CompletableFuture<>();

    private TlsServer.Builder behindProxy() {
        return Servers.echoing().proxyProtocol(true).handler(socket -> {
            seen.complete(socket.proxyHeader());
            Servers.echo(socket);
        });
    }

    private static TlsSocket client(SocketChannel channel) throws IOException {
        return TlsSocket.client(Servers.client(), channel, TestContexts.HOST, 0);
    }

    private void assertSeen(int version) throws Exception {
        ProxyHeader header = seen.get().orElseThrow();
        assertEquals(version, header.version());
        assertEquals(new InetSocketAddress("203.0.113.7", 40_000), header.source());
        assertEquals(new InetSocketAddress("198.51.100.1", 443), header.destination());
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void handlersSeeWhereTheConnectionComesFrom(int version) throws Exception {
        try (TlsServer server = behindProxy().open(Transport.loopback());
                SocketChannel channel = SocketChannel.open(server.localAddress())) {
            for (byte b : version == 1 ? VERSION_1 : VERSION_2) {
                channel.write(ByteBuffer.wrap(new byte[] {b}));
            }
            try (TlsSocket socket = client(channel)) {
                Servers.assertEchoes(socket);
            }
            assertSeen(version);
        }
    }

    /** A ClientHello in the same segment is not lost, and the server does not wait for more input first. */
    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void theHeaderAndTheClientHelloMayComeTogether(int version) throws Exception {
        try (TlsServer server = behindProxy().open(Transport.loopback());
                SocketChannel channel = SocketChannel.open(server.localAddress())) {
            channel.configureBlocking(false);
            Bio together = new HeaderFirst(version == 1 ? VERSION_1 : VERSION_2, Bio.of(channel));
            TlsConnection connection = Servers.client().connect(together, TestContexts.HOST, 0);
            try (TlsSocket socket = TlsSocket.over(connection, channel)) {
                Servers.assertEchoes(socket);
            }
            assertSeen(version);
        }
    }

    /** A pipe that sends the header together with the first flight. */
    private static final class HeaderFirst implements Bio {
        private final Bio bio;
        private byte[] header;

        HeaderFirst(byte[] header, Bio bio) {
            this.header = header;
            this.bio = bio;
        }

        @Override
        public int read(ByteBuffer dst) throws IOException {
            return bio.read(dst);
        }

        @Override
        public int write(ByteBuffer src) throws IOException {
            if (header == null) {
                return bio.write(src);
            }
            int length = src.remaining();
            ByteBuffer both = ByteBuffer.allocate(header.length + length)
                    .put(header)
                    .put(src)
                    .flip();
            header = null;
            assertEquals(both.capacity(), bio.write(both));
            return length;
        }

        @Override
        public void close() throws IOException {
            bio.close();
        }
    }

    @Test
    void connectionsWithoutAValidHeaderAreDroppedAndLogged() throws Exception {
        try (Logged logged = Logged.of(TlsServer.class, Level.WARN);
                TlsServer server = behindProxy().open(Transport.loopback())) {
            try (TlsSocket direct = Servers.connect(server)) {
                assertThrows(IOException.class, direct::doHandshake);
            }
            try (SocketChannel malformed = SocketChannel.open(server.localAddress())) {
                malformed.write(ByteBuffer.wrap("PROXY TCP4 secret\r\n".getBytes(StandardCharsets.US_ASCII)));
                assertDropped(malformed);
            }
            Task.eventually(() -> server.statistics().failedOtherwise() == 2);
            Task.eventually(() -> logged.lines().size() == 2);
            assertTrue(logged.lines().get(0).contains("no PROXY header"), logged::toString);
            assertTrue(logged.lines().get(1).contains("malformed PROXY header, version 1"), logged::toString);
            assertTrue(!logged.toString().contains("secret"), logged::toString);
        }
    }

    @Test
    void anIncompleteHeaderTimesOut() throws Exception {
        try (TlsServer server =
                        behindProxy().handshakeTimeout(Duration.ofMillis(200)).open(Transport.loopback());
                SocketChannel channel = SocketChannel.open(server.localAddress())) {
            channel.write(ByteBuffer.wrap("PROXY ".getBytes(StandardCharsets.US_ASCII)));
            assertDropped(channel);
            Task.eventually(() -> server.statistics().timedOut() == 1);
        }
    }

    /** A server that does not expect the header refuses one. */
    @Test
    void noHeaderIsExpectedByDefault() throws Exception {
        try (TlsServer server = Servers.echoing()
                .handler(socket -> {
                    seen.complete(socket.proxyHeader());
                    Servers.echo(socket);
                })
                .open(Transport.loopback())) {
            Servers.assertServes(server);
            assertEquals(Optional.empty(), seen.get());
            try (SocketChannel channel = SocketChannel.open(server.localAddress())) {
                channel.write(ByteBuffer.wrap(VERSION_1));
                ByteBuffer answer = ByteBuffer.allocate(100);
                while (channel.read(answer) >= 0) {
                    // Reads to the end: the server answers input that is not TLS with an alert.
                }
                assertEquals(ALERT, answer.position() == 0 ? ALERT : answer.get(0));
            } catch (IOException e) {
                // The connection was reset, since the server has not read all that was sent.
            }
        }
    }

    private static void assertDropped(SocketChannel channel) {
        try {
            assertEquals(-1, channel.read(ByteBuffer.allocate(100)));
        } catch (IOException e) {
            // The connection was reset, since the server has not read all that was sent.
        }
    }
}
