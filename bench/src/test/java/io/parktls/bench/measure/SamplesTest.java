package io.parktls.bench.measure;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class SamplesTest {
    private static final double EXACTLY = 1e-9;

    @Test
    void theSpreadIsHalfTheInterquartileRange() {
        Samples samples = samples(5, 1, 4, 2, 3);

        assertEquals(3, samples.median(), EXACTLY);
        assertEquals(1, samples.min(), EXACTLY);
        assertEquals(5, samples.max(), EXACTLY);
        assertEquals(1.0 / 3, samples.spread(), EXACTLY);
    }

    /** The machine slows down fivefold half way: both are slower, and their ratio stays the same. */
    @Test
    void aRatioIsThatOfTheSameRound() {
        Samples fast = samples(1000, 1000, 200, 200, 200);
        Samples slow = samples(500, 500, 500, 100, 100);

        Samples ratios = fast.over(slow);

        assertEquals(2, ratios.median(), EXACTLY);
        assertEquals(0, ratios.spread(), EXACTLY);
        assertEquals(0.4, fast.median() / slow.median(), EXACTLY, "the ratio of the medians");
    }

    @Test
    void roundsOfOneOnlyAreLeftOut() {
        Samples all = samples(2, 4, 6);
        Samples last = new Samples();
        last.add(2, Sample.of(2));

        assertEquals(3, all.over(last).median(), EXACTLY);
        assertTrue(last.over(new Samples()).isEmpty());
    }

    @Test
    void withoutSamplesThereIsNoMedian() {
        Samples none = new Samples();

        assertTrue(Double.isNaN(none.median()) && Double.isNaN(none.spread()) && Double.isNaN(none.shareOfCpu()));
    }

    private static Samples samples(double... values) {
        Samples samples = new Samples();
        for (int i = 0; i < values.length; i++) {
            samples.add(i, Sample.of(values[i]));
        }
        return samples;
    }
}
