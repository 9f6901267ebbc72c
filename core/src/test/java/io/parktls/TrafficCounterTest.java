package io.parktls;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class TrafficCounterTest {
    private static ByteBuffer records(int... lengths) {
        ByteBuffer bytes = ByteBuffer.allocate(100_000);
        for (int length : lengths) {
            bytes.put((byte) 23)
                    .putShort((short) 0x0303)
                    .putShort((short) length)
                    .put(new byte[length]);
        }
        return bytes.flip();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 300, 5_000, 100_000})
    void countsRecordsInPiecesOfAnySize(int piece) {
        ByteBuffer bytes = records(1, 0, 255, 256, 16_384, 0, 16_640, 2);
        TrafficCounter counter = new TrafficCounter();
        for (int at = 0; at < bytes.limit(); at += piece) {
            counter.count(bytes, at, Math.min(at + piece, bytes.limit()));
        }
        assertEquals(8, counter.records());
    }

    @Test
    void countsARecordOnceItIsWhole() {
        ByteBuffer bytes = records(300);
        TrafficCounter counter = new TrafficCounter();
        counter.count(bytes, 0, bytes.limit() - 1);
        assertEquals(0, counter.records());
        counter.count(bytes, bytes.limit() - 1, bytes.limit());
        assertEquals(1, counter.records());
    }
}
