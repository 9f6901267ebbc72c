package io.parktls.bench.jmh;

import java.time.Duration;

/**
 * How long to measure.
 *
 * @param forks how often each peer is measured, in a fresh JVM each time
 * @param warmUps iterations that do not count
 * @param iterations iterations that count
 * @param iteration how long each is: short, for a round of all peers' should not outlast the weather
 * @param idleConnections over how many connections to count the heap
 */
record Pace(int forks, int warmUps, int iterations, Duration iteration, int idleConnections) {
    private static final Duration ITERATION = Duration.ofMillis(500);

    /** To see roughly where things stand. */
    static final Pace QUICK = new Pace(1, 24, 12, ITERATION, 10_000);

    /** For figures to quote. */
    static final Pace FULL = new Pace(3, 30, 40, ITERATION, 10_000);

    /** For counts, which vary little: few iterations. */
    Pace forCounts() {
        return new Pace(1, warmUps / 2, 6, iteration, idleConnections);
    }
}
