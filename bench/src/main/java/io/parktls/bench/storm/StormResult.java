package io.parktls.bench.storm;

import java.util.Arrays;

/**
 * What the clients saw of one contender.
 *
 * @param calm echoes without the storm
 * @param stormy echoes in it
 * @param handshakesPerSecond of the storm; of plain TCP, connections
 * @param failures clients of the storm that failed
 * @param resumed handshakes that were no full ones
 */
record StormResult(Latency calm, Latency stormy, double handshakesPerSecond, long failures, long resumed) {
    /** All figures on a line, for the way from JVM to JVM. */
    String toLine() {
        return String.join(
                " ",
                line(calm),
                line(stormy),
                Long.toString(Math.round(handshakesPerSecond)),
                Long.toString(failures),
                Long.toString(resumed));
    }

    static StormResult of(String line) {
        long[] figures =
                Arrays.stream(line.split(" ")).mapToLong(Long::parseLong).toArray();
        return new StormResult(latency(figures, 0), latency(figures, 4), figures[8], figures[9], figures[10]);
    }

    private static String line(Latency latency) {
        return latency.count() + " " + latency.p50() + " " + latency.p99() + " " + latency.max();
    }

    private static Latency latency(long[] figures, int from) {
        return new Latency(figures[from], figures[from + 1], figures[from + 2], figures[from + 3]);
    }
}
