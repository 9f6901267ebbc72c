package io.parktls.record;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parktls.CipherSuite;
import io.parktls.TlsAlert;
import io.parktls.TlsStatus;
import io.parktls.TlsVersion;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Random;
import java.util.function.IntFunction;
import java.util.stream.Stream;
import javax.net.ssl.SSLException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests buffers of all kinds and sizes, and an input buffer that is moved between calls. */
class RecordBuffersTest {
    /** The kinds of buffers. */
    private enum Kind {
        HEAP(ByteBuffer::allocate),
        DIRECT(ByteBuffer::allocateDirect),
        /** A buffer in the middle of a larger array. */
        SLICE(size -> ByteBuffer.allocate(size + 100).slice(37, size + 50).limit(size));

        private final IntFunction<ByteBuffer> make;

        Kind(IntFunction<ByteBuffer> make) {
            this.make = make;
        }

        ByteBuffer allocate(int size) {
            return make.apply(size);
        }
    }

    private static Stream<Arguments> suitesAndKinds() {
        return RecordPair.suites()
                .flatMap(suite -> Arrays.stream(Kind.values()).map(kind -> Arguments.of(suite, kind)));
    }

    private static byte[] content(ByteBuffer buffer) {
        byte[] bytes = new byte[buffer.position()];
        buffer.get(0, bytes);
        return bytes;
    }

    // ---- dst

    @ParameterizedTest
    @MethodSource("suitesAndKinds")
    void aSmallDstReceivesTheRecordInParts(CipherSuite suite, Kind kind) throws SSLException {
        byte[] data = RecordPair.pattern(5000, 1);
        for (int size : new int[] {1, 7, 1000, 4999}) {
            RecordPair.End end = new RecordPair(suite).client;
            end.forge(ContentType.APPLICATION_DATA, data).forge(ContentType.APPLICATION_DATA, (byte) 99);
            ByteArrayOutputStream received = new ByteArrayOutputStream();
            while (received.size() < data.length) {
                ByteBuffer dst = kind.allocate(size);
                assertEquals(TlsStatus.OK, end.read(dst));
                assertEquals(Math.min(size, data.length - received.size()), dst.position());
                received.writeBytes(content(dst));
                assertEquals(data.length - received.size(), end.layer.pending());
            }
            assertArrayEquals(data, received.toByteArray());
            assertArrayEquals(RecordPair.octets(99), end.readAll());
            assertEquals(0, end.in.remaining());
        }
    }

    @ParameterizedTest
    @MethodSource("suitesAndKinds")
    void aDstOfSimilarSizeReceivesTheRecordAtOnce(CipherSuite suite, Kind kind) throws SSLException {
        byte[] data = RecordPair.pattern(300, 2);
        for (int more = 0; more < 30; more++) {
            RecordPair.End end = new RecordPair(suite).server.forge(ContentType.APPLICATION_DATA, data);
            ByteBuffer dst = kind.allocate(data.length + more);
            assertEquals(TlsStatus.OK, end.read(dst));
            assertArrayEquals(data, content(dst));
            assertEquals(0, end.layer.pending());
            assertEquals(TlsStatus.WANT_READ, end.read(dst));
        }
    }

    @ParameterizedTest
    @MethodSource("suitesAndKinds")
    void oneCallReturnsAtMostOneRecord(CipherSuite suite, Kind kind) throws SSLException {
        RecordPair.End end = new RecordPair(suite).server;
        end.forge(ContentType.APPLICATION_DATA, (byte) 1).forge(ContentType.APPLICATION_DATA, (byte) 2);
        ByteBuffer dst = kind.allocate(100);
        assertEquals(TlsStatus.OK, end.read(dst));
        assertEquals(1, dst.position());
        assertEquals(TlsStatus.OK, end.read(dst));
        assertArrayEquals(RecordPair.octets(1, 2), content(dst));
    }

    @ParameterizedTest
    @MethodSource("io.parktls.record.RecordPair#suites")
    void nothingOutsideOfDstIsChanged(CipherSuite suite) throws SSLException {
        boolean is13 = suite.version() == TlsVersion.TLS_1_3;
        byte[] data = RecordPair.pattern(100, 3);
        byte[] padded = RecordPair.concat(data, RecordPair.octets(ContentType.APPLICATION_DATA), new byte[49]);
        for (int size = 1; size < 200; size++) {
            RecordPair.End end = new RecordPair(suite).server;
            if (is13) {
                end.forge(0, padded);
            } else {
                end.forge(ContentType.APPLICATION_DATA, data);
            }
            // The plaintext of an alert or KeyUpdate does not remain in dst either.
            end.forge(ContentType.ALERT, (byte) 1, (byte) 0);
            byte[] array = new byte[300];
            Arrays.fill(array, (byte) 0x55);
            byte[] untouched = array.clone();
            ByteBuffer dst = ByteBuffer.wrap(array, 20, size);
            while (end.read(dst) == TlsStatus.OK && dst.hasRemaining()) {}
            int n = Math.min(size, data.length);
            assertEquals(20 + n, dst.position());
            assertEquals(20 + size, dst.limit());
            assertArrayEquals(Arrays.copyOf(data, n), Arrays.copyOfRange(array, 20, 20 + n));
            assertArrayEquals(Arrays.copyOf(untouched, 20), Arrays.copyOf(array, 20));
            assertArrayEquals(Arrays.copyOf(untouched, 280 - size), Arrays.copyOfRange(array, 20 + size, array.length));
        }
    }

    @ParameterizedTest
    @MethodSource("suitesAndKinds")
    void aRecordThatDoesNotVerifyLeavesNoPlaintext(CipherSuite suite, Kind kind) {
        for (int size : new int[] {10, 1000}) {
            RecordPair.End end = new RecordPair(suite).server;
            byte[] record = end.forged(ContentType.APPLICATION_DATA, RecordPair.pattern(600, 4));
            record[record.length - 1] ^= 1;
            end.arrive(record).assertRefused(TlsAlert.BAD_RECORD_MAC);
            RecordPair.End again = new RecordPair(suite).server.arrive(record);
            ByteBuffer dst = kind.allocate(size);
            try {
                again.read(dst);
            } catch (SSLException expected) {
                assertEquals(0, dst.position());
            }
            byte[] rest = new byte[size];
            dst.get(0, rest);
            assertArrayEquals(new byte[size], rest);
            assertEquals(0, again.layer.pending());
        }
    }

    // ---- in

    @ParameterizedTest
    @MethodSource("io.parktls.record.RecordPair#suites")
    void theInputMayArriveByteByByte(CipherSuite suite) throws SSLException {
        RecordPair.End end = new RecordPair(suite).client;
        byte[] data = RecordPair.pattern(50, 5);
        byte[] record = end.forged(ContentType.APPLICATION_DATA, data);
        for (int i = 0; i < record.length; i++) {
            end.assertNothing();
            end.arrive(new byte[] {record[i]});
        }
        assertArrayEquals(data, end.readAll());
    }

    @ParameterizedTest
    @MethodSource("io.parktls.record.RecordPair#suites")
    void theInputMayMoveWhilePlaintextIsPendingInIt(CipherSuite suite) throws SSLException {
        Random random = new Random(6);
        RecordPair pair = new RecordPair(suite);
        byte[] data = RecordPair.pattern(200_000, 6);
        ByteBuffer src = ByteBuffer.wrap(data);
        ByteArrayOutputStream received = new ByteArrayOutputStream();
        byte[] wire = new byte[0];
        ByteBuffer in = ByteBuffer.allocate(0);
        while (received.size() < data.length) {
            if (wire.length == 0 && src.hasRemaining()) {
                int length = Math.min(src.remaining(), 1 + random.nextInt(40_000));
                ByteBuffer part = src.slice(src.position(), length);
                src.position(src.position() + length);
                assertEquals(TlsStatus.OK, pair.client.layer.write(part, pair.client.out));
                wire = Arrays.copyOf(pair.client.out.array(), pair.client.out.position());
                pair.client.out.clear();
            }
            // The input moves to another position in another array, and more of it arrives.
            int more = random.nextInt(wire.length + 1);
            int before = random.nextInt(100);
            ByteBuffer moved = ByteBuffer.allocate(before + in.remaining() + more + random.nextInt(100));
            moved.position(before).put(in).put(wire, 0, more).flip().position(before);
            wire = Arrays.copyOfRange(wire, more, wire.length);
            in = moved;
            ByteBuffer dst = ByteBuffer.allocate(1 + random.nextInt(20_000));
            while (pair.server.layer.read(in, dst) == TlsStatus.OK && dst.hasRemaining()) {}
            received.write(dst.array(), 0, dst.position());
        }
        assertArrayEquals(data, received.toByteArray());
        assertEquals(0, in.remaining());
    }

    // ---- src and out

    @ParameterizedTest
    @MethodSource("suitesAndKinds")
    void srcMayBeOfAnyKind(CipherSuite suite, Kind kind) throws SSLException {
        for (int size : new int[] {1, 15, 16, 17, 600, 16_384, 16_385, 40_000}) {
            byte[] data = RecordPair.pattern(size, size);
            ByteBuffer src = kind.allocate(size).put(data).flip();
            for (ByteBuffer from : new ByteBuffer[] {src, src.asReadOnlyBuffer()}) {
                from.position(0);
                RecordPair pair = new RecordPair(suite);
                assertEquals(TlsStatus.OK, pair.client.layer.write(from, pair.client.out));
                assertEquals(size, from.position());
                RecordPair.deliver(pair.client, pair.server);
                assertArrayEquals(data, pair.server.readAll());
                assertArrayEquals(data, content(src.position(size)), "src does not change");
            }
        }
    }

    @ParameterizedTest
    @MethodSource("io.parktls.record.RecordPair#suites")
    void onlyCompleteRecordsAreWritten(CipherSuite suite) throws SSLException {
        byte[] data = RecordPair.pattern(3 * RecordFormat.MAX_CONTENT, 7);
        for (int capacity = RecordFormat.MAX_RECORD; capacity < 3 * RecordFormat.MAX_RECORD; capacity += 3001) {
            RecordPair pair = new RecordPair(suite);
            ByteBuffer src = ByteBuffer.wrap(data);
            ByteArrayOutputStream received = new ByteArrayOutputStream();
            TlsStatus status;
            do {
                ByteBuffer out = ByteBuffer.allocate(capacity);
                status = pair.client.layer.write(src, out);
                assertTrue(out.position() > 0, "an empty buffer has room for a record");
                pair.server.arrive(out.flip());
                received.writeBytes(pair.server.readAll());
                assertEquals(0, pair.server.in.remaining());
            } while (status == TlsStatus.WANT_WRITE);
            assertEquals(TlsStatus.OK, status);
            assertArrayEquals(data, received.toByteArray());
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 50})
    void anEmptyWriteWritesNothing(int room) throws SSLException {
        RecordPair.End end = new RecordPair(RecordPair.TLS13).client;
        assertEquals(TlsStatus.OK, end.layer.write(ByteBuffer.allocate(0), ByteBuffer.allocate(room)));
    }
}
