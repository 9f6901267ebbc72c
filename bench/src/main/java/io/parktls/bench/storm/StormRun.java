package io.parktls.bench.storm;

import io.parktls.bench.jmh.stack.KeyKind;
import io.parktls.bench.jmh.stack.Pki;
import io.parktls.bench.measure.RoundRobin;
import io.parktls.bench.measure.Table;
import io.parktls.bench.server.ServerKey;
import java.io.IOException;
import java.io.PrintStream;
import java.util.EnumMap;
import java.util.Map;

/**
 * Warms up all servers and measures them round by round. Their JVMs run until the last round is done, and so stay warm.
 */
final class StormRun {
    private StormRun() {}

    static Map<StormServer, StormResult> run(Plan plan, PrintStream progress) throws IOException {
        ServerKey key = ServerKey.of(Pki.of(KeyKind.RSA_2048));
        Map<StormServer, StormResult> results = new EnumMap<>(StormServer.class);
        try (RoundRobin<ServerInStorm> servers = new RoundRobin<>()) {
            for (StormServer kind : plan.servers()) {
                progress.println("warm-up: " + kind.title());
                ServerInStorm server = ServerInStorm.start(kind, key, plan);
                servers.add(server);
                results.put(kind, server.result());
                server.warmUp(plan.warmUp());
            }
            servers.measure(plan.rounds(), (round, server) -> {
                double rate = server.measure(round, plan.calm(), plan.storm());
                progress.println("round " + round + " of " + plan.rounds() + ": " + server.title() + ", "
                        + Table.number(rate) + " " + server.kind().unit());
            });
        }
        return results;
    }
}
