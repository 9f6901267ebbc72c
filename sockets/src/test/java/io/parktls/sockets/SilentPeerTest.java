package io.parktls.sockets;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import io.parktls.TestContexts;
import io.parktls.TlsConnection;
import io.parktls.TlsVersion;
import io.parktls.bio.Bio;
import io.parktls.bio.BlockingBio;
import io.parktls.engine.TlsEngineProvider;
import java.io.DataInputStream;
import java.nio.ByteBuffer;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Tests clients that write before they read a server's session tickets. */
@Tag("H15")
@Timeout(value = 180, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class SilentPeerTest {
    /** The JDK's servers send tickets; Bouncy Castle's do not. */
    private static final TlsEngineProvider TICKETS = TlsEngineProvider.jsse();

    static Stream<Arguments> pipes() {
        return Stream.of(TlsEngineProvider.bouncyCastle(), TICKETS)
                .flatMap(client -> Stream.of(true, false)
                        .flatMap(blocking -> Stream.of(3, 16, 64, 200, 1_000, 4_096, 65_536)
                                .map(capacity -> Arguments.of(client.name(), client, blocking, capacity))));
    }

    @ParameterizedTest(name = "{0}, a pipe that blocks: {2}, of {3} bytes")
    @MethodSource("pipes")
    @DisplayName("H15 session tickets do not block a client that writes all of its data before it reads")
    void theClientWritesFirst(String name, TlsEngineProvider engine, boolean blocking, int capacity) throws Exception {
        byte[] data = data();
        try (SocketPair pair = open(engine, blocking, capacity)) {
            Task<byte[]> serving = ThreadKind.VIRTUAL.start(() -> {
                pair.server().doHandshake();
                byte[] received = new DataInputStream(pair.server().inputStream()).readNBytes(data.length);
                pair.server().write(ByteBuffer.wrap(received));
                return received;
            });
            Task<byte[]> asking = ThreadKind.VIRTUAL.start(() -> {
                pair.client().doHandshake();
                pair.client().write(ByteBuffer.wrap(data));
                return new DataInputStream(pair.client().inputStream()).readNBytes(data.length);
            });
            assertArrayEquals(data, serving.get());
            assertArrayEquals(data, asking.get());
        }
    }

    @ParameterizedTest(name = "{0}, a pipe that blocks: {2}, of {3} bytes")
    @MethodSource("pipes")
    @DisplayName("H15 both ends write first, and neither reads before the pipe is full")
    void bothWriteFirst(String name, TlsEngineProvider engine, boolean blocking, int capacity) throws Exception {
        byte[] data = data();
        try (SocketPair pair = open(engine, blocking, capacity)) {
            Task<Integer> atServer =
                    ThreadKind.VIRTUAL.start(() -> pair.server().write(ByteBuffer.wrap(data)));
            Task<Integer> atClient =
                    ThreadKind.VIRTUAL.start(() -> pair.client().write(ByteBuffer.wrap(data)));
            if (capacity < data.length / 2) {
                Task.eventually(() -> pair.client().connection().isHandshakeDone()
                        && pair.server().connection().isHandshakeDone());
                atServer.parked();
                atClient.parked();
            }
            Task<byte[]> server = ThreadKind.VIRTUAL.start(
                    () -> new DataInputStream(pair.server().inputStream()).readNBytes(data.length));
            Task<byte[]> client = ThreadKind.VIRTUAL.start(
                    () -> new DataInputStream(pair.client().inputStream()).readNBytes(data.length));
            assertArrayEquals(data, server.get());
            assertArrayEquals(data, client.get());
            atServer.get();
            atClient.get();
        }
    }

    private static byte[] data() {
        byte[] data = new byte[20_000];
        new Random(1).nextBytes(data);
        return data;
    }

    private static SocketPair open(TlsEngineProvider engine, boolean blocking, int capacity) {
        Bio[] pipe = blocking ? BlockingBio.pair(capacity) : Bio.pair(capacity);
        TlsConnection client =
                TestContexts.client(engine, TlsVersion.TLS_1_3).build().connect(pipe[0], TestContexts.HOST, 0);
        TlsConnection server =
                TestContexts.server(TICKETS, TlsVersion.TLS_1_3).build().accept(pipe[1]);
        return new SocketPair(TlsSocket.over(client), TlsSocket.over(server));
    }
}
