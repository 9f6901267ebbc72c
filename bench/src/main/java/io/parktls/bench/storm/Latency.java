package io.parktls.bench.storm;

import org.HdrHistogram.Histogram;

/**
 * How long echoes took.
 *
 * @param count how many there were
 * @param p50 microseconds, as the others are
 */
record Latency(long count, long p50, long p99, long max) {
    static Latency of(Histogram histogram) {
        return new Latency(
                histogram.getTotalCount(),
                histogram.getValueAtPercentile(50),
                histogram.getValueAtPercentile(99),
                histogram.getMaxValue());
    }
}
