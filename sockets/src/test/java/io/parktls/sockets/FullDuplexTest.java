package io.parktls.sockets;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import io.parktls.TestContexts;
import io.parktls.TlsContext;
import io.parktls.TlsLimits;
import io.parktls.TlsVersion;
import io.parktls.Waiting;
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
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Tests that a reader never waits for a writer, even to answer a KeyUpdate. The sockets of JSSE and Go let it wait. */
@Tag("H1")
@Timeout(value = 180, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class FullDuplexTest {
    private static final TlsEngineProvider ENGINE = TlsEngineProvider.bouncyCastle();

    /** More bytes than any transport of this test buffers. */
    private static final int TOO_MUCH = 64 << 20;

    private static TlsContext client(long bytesPerKey) {
        return TestContexts.client(ENGINE, TlsVersion.TLS_1_3)
                .limits(limits(bytesPerKey))
                .build();
    }

    private static TlsContext server(long bytesPerKey) {
        return TestContexts.server(ENGINE, TlsVersion.TLS_1_3)
                .limits(limits(bytesPerKey))
                .build();
    }

    private static TlsLimits limits(long bytesPerKey) {
        return TlsLimits.DEFAULT.withRecordsPerKey(bytesPerKey / TlsLimits.RECORD_DATA);
    }

    private static byte[] random(int seed, int length) {
        byte[] bytes = new byte[length];
        new Random(seed).nextBytes(bytes);
        return bytes;
    }

    static Stream<Arguments> bulk() {
        return Stream.of(Transport.values())
                .flatMap(transport -> Stream.of(ThreadKind.values())
                        .flatMap(threads ->
                                Stream.of(16, 19, 22).map(bits -> Arguments.of(transport, threads, 1L << bits))));
    }

    @ParameterizedTest(name = "{0} {1}, key update every {2} bytes")
    @MethodSource("bulk")
    @DisplayName("H1 bulk data in both directions while each end updates its keys and requests an update")
    void bulkBothWaysWithKeyUpdates(Transport transport, ThreadKind threads, long bytesPerKey) throws Exception {
        int volume = (int) Math.max(4 << 20, 2 * bytesPerKey);
        byte[] there = random(1, volume);
        byte[] back = random(2, volume);
        try (SocketPair pair =
                transport.open(client(bytesPerKey), server(bytesPerKey)).established()) {
            Task<?>[] writers = {
                threads.run(() -> write(pair.client(), there, bytesPerKey)),
                threads.run(() -> write(pair.server(), back, bytesPerKey))
            };
            Task<byte[]> atServer =
                    threads.start(() -> new DataInputStream(pair.server().inputStream()).readNBytes(volume));
            Task<byte[]> atClient =
                    threads.start(() -> new DataInputStream(pair.client().inputStream()).readNBytes(volume));
            assertArrayEquals(there, atServer.get());
            assertArrayEquals(back, atClient.get());
            for (Task<?> writer : writers) {
                writer.get();
            }
        }
    }

    private static void write(TlsSocket socket, byte[] data, long bytesPerKey) throws Exception {
        ByteBuffer src = ByteBuffer.wrap(data);
        int piece = (int) Math.min(bytesPerKey, 100_000);
        int sinceUpdate = 0;
        while (src.hasRemaining()) {
            ByteBuffer next = src.slice(src.position(), Math.min(piece, src.remaining()));
            src.position(src.position() + next.remaining());
            sinceUpdate += socket.write(next);
            if (sinceUpdate >= bytesPerKey) {
                socket.connection().updateKeys(true, Waiting.NEVER);
                sinceUpdate = 0;
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    @DisplayName("H1 a reader that has to answer a KeyUpdate can read while the writer is blocked")
    void readsOnWhileTheWriterIsStuck(Transport transport) throws Exception {
        byte[] data = random(3, 100_000);
        try (SocketPair pair =
                transport.open(client(1L << 24), server(1L << 24)).established()) {
            Task<Integer> stuck = ThreadKind.VIRTUAL
                    .start(() -> pair.client().write(ByteBuffer.allocate(TOO_MUCH)))
                    .parked();
            for (int i = 0; i < 100; i++) {
                pair.server().connection().updateKeys(true, Waiting.NEVER);
                Task<Integer> writing =
                        ThreadKind.VIRTUAL.start(() -> pair.server().write(ByteBuffer.wrap(data)));
                Task<byte[]> reading = ThreadKind.VIRTUAL.start(
                        () -> new DataInputStream(pair.client().inputStream()).readNBytes(data.length));
                assertArrayEquals(data, reading.get());
                assertEquals(data.length, writing.get());
            }
            assertFalse(stuck.isDone());
        }
    }
}
