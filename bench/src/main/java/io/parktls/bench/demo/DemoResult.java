package io.parktls.bench.demo;

import io.parktls.TlsSession;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The result of the demo.
 *
 * @param session the session of one of the connections; null if no handshake has succeeded
 * @param clients the number of concurrent clients
 * @param handshakes the number of successful handshakes
 * @param handshakeSeconds the time from the start of the first handshake to the end of the last one
 * @param handshakeMillis the durations of the concurrent handshakes
 * @param bytesChecked the number of correctly echoed bytes
 * @param virtualThreads the number of concurrent virtual threads: one for each connection end, and one that accepts
 * @param carriers the largest observed number of carrier threads
 * @param parallelism the target number of carrier threads of the scheduler
 * @param seconds the duration of the demo
 * @param steps the handshake in non-blocking mode; null if it has failed
 * @param failures the number of failures for each description
 */
record DemoResult(
        @Nullable TlsSession session,
        int clients,
        int handshakes,
        double handshakeSeconds,
        Percentiles handshakeMillis,
        long bytesChecked,
        int virtualThreads,
        int carriers,
        int parallelism,
        double seconds,
        @Nullable NonBlockingHandshake steps,
        Map<String, Long> failures) {

    /** The median, the 99th percentile and the maximum. */
    record Percentiles(double p50, double p99, double max) {}

    double handshakesPerSecond() {
        return handshakeSeconds == 0 ? 0 : handshakes / handshakeSeconds;
    }

    long failureCount() {
        return failures.values().stream().mapToLong(Long::longValue).sum();
    }
}
