package io.parktls.bench.load;

import io.parktls.bench.jmh.stack.KeyKind;
import io.parktls.bench.jmh.stack.Pki;
import io.parktls.bench.server.EventLoop;
import io.parktls.bench.server.ServerKind;
import io.parktls.bench.tool.Stdio;
import io.parktls.bench.tool.ToolCommand;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code parktls warmup}. */
@Command(
        name = "warmup",
        description = {
            "Measures how fast servers are from their first second on, as shares of the speed that they reach in the end.",
            "",
            "In each round every server starts anew, in a JVM of its own, and is under load from its first connection on. The"
                    + " generator has warmed up with a server that is not counted. Full speed is the median of the last "
                    + WarmUpCurve.END + " seconds.",
            ""
        })
public final class WarmUpCommand extends ToolCommand {
    @Option(
            names = "--of",
            paramLabel = "SERVER",
            split = ",",
            description = "Measure these servers: ${COMPLETION-CANDIDATES}. Default: parktls, jdk, tcnative.")
    private List<ServerKind> kinds = List.of(ServerKind.PARKTLS, ServerKind.JDK, ServerKind.TCNATIVE);

    @Option(
            names = "--only",
            paramLabel = "ROW",
            split = ",",
            description = "The loads. Default: handshake, echo_100, bulk_send_1.")
    private List<Row> rows = List.of(Row.HANDSHAKE, Row.ECHO_100, Row.BULK_SEND_1);

    @Option(
            names = "--at",
            paramLabel = "SECOND",
            split = ",",
            description = "The seconds to show, from 1 on. Default: ${DEFAULT-VALUE}.")
    private List<Integer> seconds = List.of(1, 2, 5, 10, 20);

    @Option(
            names = "--seconds",
            paramLabel = "N",
            description = "How long each server is under load. Default: ${DEFAULT-VALUE}.")
    private int length = 40;

    @Option(
            names = "--rounds",
            paramLabel = "N",
            description = "The number of rounds, in each of which every server starts once. Default: ${DEFAULT-VALUE}.")
    private int rounds = 3;

    @Option(
            names = "--server-option",
            paramLabel = "OPTION",
            description =
                    "An option for the JVM of each server, for example -Xlog:deoptimization=debug:file=deopt.log.")
    private List<String> serverOptions = List.of();

    public WarmUpCommand(Stdio stdio) {
        super(stdio);
    }

    @Override
    public Integer call() throws IOException {
        require(rounds >= 1, "--rounds must be at least 1");
        require(length >= WarmUpCurve.END, "--seconds must be at least " + WarmUpCurve.END);
        require(
                seconds.stream().allMatch(n -> n >= 1 && n <= length),
                "--at must be numbers from 1 to that of --seconds");
        require(
                rows.stream().allMatch(row -> row.figure() == Metric.RATE && !row.hasManyConnections()),
                "--only must name loads whose figure is a rate, of few connections");
        Pki pki = Pki.of(KeyKind.ECDSA_P256);
        List<EventLoop> loops = new ArrayList<>();
        try {
            for (int i = 0; i < LoadRun.GENERATOR_LOOPS; i++) {
                loops.add(EventLoop.start("generator-" + i));
            }
            for (Row row : rows.stream().distinct().sorted().toList()) {
                stdio.err().println("warming up the generator: " + row.title());
                measure(kinds.getFirst(), row, pki, loops);
                WarmUpCurve curve =
                        new WarmUpCurve(row, seconds.stream().sorted().toList());
                for (int round = 1; round <= rounds; round++) {
                    for (ServerKind kind : kinds) {
                        stdio.err().printf("round %d of %d: %s, %s%n", round, rounds, row, kind.title());
                        curve.add(kind, round, measure(kind, row, pki, loops));
                    }
                }
                stdio.out().println(curve);
            }
        } finally {
            loops.forEach(EventLoop::close);
        }
        return 0;
    }

    /** Starts a server and returns its rate in each second. */
    private List<Double> measure(ServerKind kind, Row row, Pki pki, List<EventLoop> loops) throws IOException {
        try (ServerUnderLoad server = ServerUnderLoad.start(kind, Profile.SECONDS, pki, loops, serverOptions)) {
            List<Double> rates = new ArrayList<>();
            for (int i = 0; i < length; i++) {
                rates.add(Objects.requireNonNull(server.measure(row).get(Metric.RATE)));
            }
            return rates;
        }
    }
}
