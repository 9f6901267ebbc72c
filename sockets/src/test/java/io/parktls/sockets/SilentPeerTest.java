package io.parktls.sockets;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parktls.ResumableSession;
import io.parktls.TestContexts;
import io.parktls.TlsContext;
import io.parktls.TlsSessionCache;
import io.parktls.TlsVersion;
import io.parktls.bio.Bio;
import io.parktls.bio.BlockingBio;
import io.parktls.engine.TlsEngineProvider;
import java.io.DataInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Random;
import java.util.stream.IntStream;
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
    private static final TlsEngineProvider DEFAULT = TlsEngineProvider.bouncyCastle();
    private static final TlsEngineProvider JDK = TlsEngineProvider.jsse();

    private static final int[] CAPACITIES = {3, 16, 64, 200, 1_000, 4_096, 65_536};

    /** A resumed handshake ends as a full one does, so fewer pipes suffice. */
    private static final int[] CAPACITIES_OF_RESUMED = {3, 200, 65_536};

    /** The engines of client and server, and whether the connection resumes a session. */
    private record Engines(TlsEngineProvider client, TlsEngineProvider server, boolean resumed) {
        int[] capacities() {
            return resumed ? CAPACITIES_OF_RESUMED : CAPACITIES;
        }

        @Override
        public String toString() {
            return client.name() + " with " + server.name() + (resumed ? ", resumed" : "");
        }
    }

    static Stream<Arguments> pipes() {
        return Stream.of(
                        new Engines(DEFAULT, JDK, false),
                        new Engines(JDK, JDK, false),
                        new Engines(DEFAULT, DEFAULT, false),
                        new Engines(DEFAULT, DEFAULT, true))
                .flatMap(engines -> Stream.of(true, false)
                        .flatMap(blocking -> IntStream.of(engines.capacities())
                                .mapToObj(capacity -> Arguments.of(engines, blocking, capacity))));
    }

    @ParameterizedTest(name = "{0}, a pipe that blocks: {1}, of {2} bytes")
    @MethodSource("pipes")
    @DisplayName("H15 session tickets do not block a client that writes all of its data before it reads")
    void theClientWritesFirst(Engines engines, boolean blocking, int capacity) throws Exception {
        byte[] data = data();
        TlsContext client = client(engines);
        try (SocketPair pair = open(engines, client, blocking, capacity)) {
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
            assertTicketsArrived(engines, client, pair);
        }
    }

    @ParameterizedTest(name = "{0}, a pipe that blocks: {1}, of {2} bytes")
    @MethodSource("pipes")
    @DisplayName("H15 both ends write first, and neither reads before the pipe is full")
    void bothWriteFirst(Engines engines, boolean blocking, int capacity) throws Exception {
        byte[] data = data();
        TlsContext client = client(engines);
        try (SocketPair pair = open(engines, client, blocking, capacity)) {
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
            Task<byte[]> atServerRead = ThreadKind.VIRTUAL.start(
                    () -> new DataInputStream(pair.server().inputStream()).readNBytes(data.length));
            Task<byte[]> atClientRead = ThreadKind.VIRTUAL.start(
                    () -> new DataInputStream(pair.client().inputStream()).readNBytes(data.length));
            assertArrayEquals(data, atServerRead.get());
            assertArrayEquals(data, atClientRead.get());
            atServer.get();
            atClient.get();
            assertTicketsArrived(engines, client, pair);
        }
    }

    private static byte[] data() {
        byte[] data = new byte[20_000];
        new Random(1).nextBytes(data);
        return data;
    }

    private static TlsContext client(Engines engines) {
        return TestContexts.client(engines.client(), TlsVersion.TLS_1_3)
                .sessionCache(TlsSessionCache.ofSize(1))
                .build();
    }

    private static SocketPair open(Engines engines, TlsContext client, boolean blocking, int capacity)
            throws IOException {
        TlsContext server =
                TestContexts.server(engines.server(), TlsVersion.TLS_1_3).build();
        if (engines.resumed()) {
            ResumableSession.of(client, server).putInto(client);
        }
        Bio[] pipe = blocking ? BlockingBio.pair(capacity) : Bio.pair(capacity);
        return new SocketPair(
                TlsSocket.over(client.connect(pipe[0], TestContexts.HOST, 0)), TlsSocket.over(server.accept(pipe[1])));
    }

    /** Only the default engine's client has a cache that tests can look into. */
    private static void assertTicketsArrived(Engines engines, TlsContext client, SocketPair pair) {
        assertEquals(engines.resumed(), pair.client().connection().session().resumed());
        if (engines.client() == DEFAULT) {
            assertTrue(client.sessionCache().size() > 0, "the client has received no ticket");
        }
    }
}
