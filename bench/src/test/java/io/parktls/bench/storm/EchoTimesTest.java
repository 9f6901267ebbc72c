package io.parktls.bench.storm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class EchoTimesTest {
    /** The relative precision of a histogram with three digits. */
    private static final double ABOUT = 0.001;

    /** The percentiles of all rounds cannot be computed from those of each round. */
    @Test
    void theTimesOfSeveralRoundsAddUp() throws IOException {
        EchoTimes all = new EchoTimes();
        all.add(EchoTimes.parse(times(99, 1).toWord()));
        all.add(EchoTimes.parse(times(99, 1).toWord()));
        all.add(EchoTimes.parse(times(98, 1).toWord()));
        EchoTimes slow = times(1, 350);
        slow.add(times(3, 200));
        all.add(EchoTimes.parse(slow.toWord()));

        assertEquals(300, all.count());
        assertEquals(1, all.percentile(50), ABOUT);
        assertEquals(1, all.percentile(98), ABOUT);
        assertEquals(200, all.percentile(99), 200 * ABOUT);
        assertEquals(350, all.longest(), 350 * ABOUT);
    }

    @Test
    void withoutEchoesThereIsNoPercentile() throws IOException {
        EchoTimes none = EchoTimes.parse(new EchoTimes().toWord());

        assertEquals(0, none.count());
        assertTrue(Double.isNaN(none.percentile(99)) && Double.isNaN(none.longest()));
    }

    @Test
    void otherWordsAreRefused() {
        assertThrows(IOException.class, () -> EchoTimes.parse("?"));
        assertThrows(IOException.class, () -> EchoTimes.parse("AAAA"));
        assertThrows(IOException.class, () -> EchoTimes.parse("AAAAAAAAAAAAAAAA"));
    }

    private static EchoTimes times(int count, long millis) {
        EchoTimes times = new EchoTimes();
        for (int i = 0; i < count; i++) {
            times.add(TimeUnit.MILLISECONDS.toNanos(millis));
        }
        return times;
    }
}
