package io.parktls.bench.demo;

import io.parktls.TlsSession;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the demo saw.
 *
 * @param session what was negotiated; null if no handshake succeeded
 * @param clients how many there were, all at once
 * @param handshakes how many of them succeeded
 * @param handshakeSeconds from the beginning of the first to the end of the last
 * @param handshakeMillis how long they took, each in the midst of all the others
 * @param bytesChecked how many bytes came back as they had been sent
 * @param virtualThreads how many there were at once: one for each client and connection, and one that accepts
 * @param carriers the most platform threads seen that carried them
 * @param parallelism the number of carriers that the scheduler aims at
 * @param seconds how long all of it took
 * @param steps the handshake in non-blocking mode; null if it failed
 * @param failures by what they say
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

    /** Of which half, 99 in 100 and all are no greater. */
    record Percentiles(double p50, double p99, double max) {}

    double handshakesPerSecond() {
        return handshakeSeconds == 0 ? 0 : handshakes / handshakeSeconds;
    }

    long failureCount() {
        return failures.values().stream().mapToLong(Long::longValue).sum();
    }
}
