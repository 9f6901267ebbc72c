package io.parktls.bench.jmh;

import java.time.Duration;

/**
 * The duration of measurements.
 *
 * @param forks the number of JVMs in which each peer is measured
 * @param warmUps the number of iterations before the measurement
 * @param iterations the number of measured iterations
 * @param iteration the duration of an iteration: short, so that the speed of the machine hardly changes within a round
 * @param idleConnections the number of connections over which the heap is measured
 */
record Pace(int forks, int warmUps, int iterations, Duration iteration, int idleConnections) {
    private static final Duration ITERATION = Duration.ofMillis(500);

    /** For a rough estimate. */
    static final Pace QUICK = new Pace(1, 24, 12, ITERATION, 10_000);

    /** For figures to publish. */
    static final Pace FULL = new Pace(3, 30, 40, ITERATION, 10_000);

    /** A pace with few iterations, for counts, which vary little. */
    Pace forCounts() {
        return new Pace(1, warmUps / 2, 6, iteration, idleConnections);
    }
}
