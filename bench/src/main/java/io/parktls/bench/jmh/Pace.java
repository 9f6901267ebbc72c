package io.parktls.bench.jmh;

import java.time.Duration;

/**
 * How long to measure.
 *
 * @param rounds how often each peer has its turn, in a fresh JVM each time; a round has all peers, so that none has a
 *     better day than the others
 * @param warmUps iterations that do not count
 * @param iterations iterations that count
 * @param iteration how long each is
 * @param idleConnections over how many connections to count the heap
 */
record Pace(int rounds, int warmUps, int iterations, Duration iteration, int idleConnections) {
    /** To see roughly where things stand. */
    static final Pace QUICK = new Pace(1, 6, 6, Duration.ofSeconds(1), 10_000);

    /** For figures to quote. */
    static final Pace FULL = new Pace(3, 10, 10, Duration.ofSeconds(2), 10_000);

    /** For counts, which vary little: one short round. */
    Pace forCounts() {
        return new Pace(1, warmUps / 2, 3, Duration.ofSeconds(1), idleConnections);
    }
}
