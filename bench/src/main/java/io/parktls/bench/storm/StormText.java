package io.parktls.bench.storm;

import java.util.Map;

/** The results for people. */
final class StormText {
    private StormText() {}

    static String of(Map<Contender, StormResult> results, int echoes, int clients) {
        StringBuilder text = new StringBuilder();
        text.append(String.format(
                "64-byte echo of %d established connections, ms; %d clients storm, client JVM held to one core, RSA-2048%n%n",
                echoes, clients));
        text.append(String.format(
                "%-18s  %8s %8s %8s   %8s %8s %8s  %12s  %8s%n",
                "", "calm p50", "p99", "max", "storm p50", "p99", "max", "handshakes/s", "failures"));
        results.forEach((contender, result) -> text.append(String.format(
                "%-18s  %8.2f %8.2f %8.2f   %9.2f %8.2f %8.2f  %12.0f  %8d%n",
                contender.title(),
                millis(result.calm().p50()),
                millis(result.calm().p99()),
                millis(result.calm().max()),
                millis(result.stormy().p50()),
                millis(result.stormy().p99()),
                millis(result.stormy().max()),
                result.handshakesPerSecond(),
                result.failures())));
        StormResult parktls = results.get(Contender.PARKTLS);
        StormResult tcp = results.get(Contender.TCP);
        if (parktls != null && tcp != null) {
            text.append(String.format(
                    "%nParkTLS's p99 in the storm is %.1f times plain TCP's. Plain TCP's handshakes are connects.%n",
                    (double) parktls.stormy().p99() / tcp.stormy().p99()));
        }
        long resumed = results.values().stream().mapToLong(StormResult::resumed).sum();
        if (resumed > 0) {
            text.append(String.format("Not comparable: %d handshakes were resumptions.%n", resumed));
        }
        return text.toString();
    }

    private static double millis(long micros) {
        return micros / 1e3;
    }
}
