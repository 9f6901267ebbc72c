package io.parktls.bench.storm;

import io.parktls.bench.measure.Grid;
import io.parktls.bench.measure.Table;
import io.parktls.bench.measure.Target;
import java.util.List;
import java.util.Map;

/** Formats results as tables, with the servers. */
final class StormText {
    private static final double P99_LIMIT = 15;
    private static final double P99_OVER_TCP = 3;
    private static final double HANDSHAKES_OVER_JDK = 1;

    private final Map<StormServer, StormResult> results;

    private StormText(Map<StormServer, StormResult> results) {
        this.results = results;
    }

    static String of(Map<StormServer, StormResult> results, Plan plan) {
        StormText text = new StormText(results);
        return String.format(
                "64-byte echo of %d established connections, ms, in %d rounds; %d clients storm, client JVM held to one core,"
                        + " RSA-2048%n%s%n%s",
                plan.echoes(), plan.rounds(), plan.clients(), text.echoes(), text.handshakes());
    }

    private Grid echoes() {
        Grid grid = new Grid();
        grid.add(List.of("", "calm p50", "p99", "max", "storm p50", "p99", "max", "echoes", "failures"));
        results.forEach((server, result) -> grid.add(List.of(
                server.title(),
                Table.number(result.calm().percentile(50)),
                Table.number(result.calm().percentile(99)),
                Table.number(result.calm().longest()),
                Table.number(result.stormy().percentile(50)),
                Table.number(result.stormy().percentile(99)),
                Table.number(result.stormy().longest()),
                Long.toString(result.stormy().count()),
                Long.toString(result.failures()))));
        return grid;
    }

    private Table handshakes() {
        Table table = new Table(
                "Handshakes in the storm: the median round and how far the rounds stray from it, of ratios too",
                "handshakes/s",
                List.of(StormServer.JDK.title()));
        results.forEach((server, result) ->
                table.add(server.title(), result.handshakesPerSecond(), server.isTls() ? "" : "connects"));
        double p99 = stormyP99(StormServer.PARKTLS);
        table.add(Target.atMost(P99_LIMIT, "ms, the p99 of ParkTLS in the storm", p99));
        table.add(Target.atMost(P99_OVER_TCP, "x plain TCP, the p99 in the storm", p99 / stormyP99(StormServer.TCP)));
        table.add(Target.atLeast(
                HANDSHAKES_OVER_JDK,
                "x the JDK, handshakes in the same round",
                table.ratio(StormServer.PARKTLS.title(), StormServer.JDK.title())));
        long resumed = results.values().stream().mapToLong(StormResult::resumed).sum();
        if (resumed > 0) {
            table.add("Not comparable: " + resumed + " handshakes were resumptions.");
        }
        return table;
    }

    private double stormyP99(StormServer server) {
        StormResult result = results.get(server);
        return result == null ? Double.NaN : result.stormy().percentile(99);
    }
}
