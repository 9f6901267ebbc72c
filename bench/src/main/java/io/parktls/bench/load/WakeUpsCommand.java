package io.parktls.bench.load;

import io.parktls.bench.jmh.stack.KeyKind;
import io.parktls.bench.jmh.stack.Pki;
import io.parktls.bench.measure.RoundRobin;
import io.parktls.bench.server.EventLoop;
import io.parktls.bench.tool.Stdio;
import io.parktls.bench.tool.ToolCommand;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code parktls wakeups}. */
@Command(
        name = "wakeups",
        description = {
            "Measures what the pollers of ParkTLS do for each echo, with different numbers of carriers and pollers.",
            "",
            "Each line is a server on virtual threads in a JVM of its own, which echoes 64 bytes over all connections at once."
                    + " 'poller us' is the time of a poller to find a channel ready and to wake its thread. 'enough for' is the"
                    + " number of carriers that one poller could serve: the server's processor time for an echo, divided by"
                    + " the poller's time.",
            ""
        })
public final class WakeUpsCommand extends ToolCommand {
    @Option(
            names = "--carriers",
            paramLabel = "N",
            split = ",",
            description = "The numbers of carriers. Default: ${DEFAULT-VALUE}.")
    private List<Integer> carriers = List.of(2, 4, 8, 16);

    @Option(
            names = "--pollers",
            paramLabel = "N",
            split = ",",
            description = "The numbers of pollers; 0 stands for ParkTLS's own choice. Default: ${DEFAULT-VALUE}.")
    private List<Integer> pollers = List.of(1, 2);

    @Option(
            names = "--only",
            paramLabel = "ROW",
            split = ",",
            description = "The rows of echoes to measure, for example echo_8000. Default: echo_100, echo_2000.")
    private List<Row> rows = List.of(Row.ECHO_100, Row.ECHO_2000);

    @Option(
            names = "--rounds",
            paramLabel = "N",
            description =
                    "The number of rounds, in each of which every server is measured once. Default: ${DEFAULT-VALUE}.")
    private int rounds = 3;

    @Option(names = "--quick", description = "Measure for half a second instead of three.")
    private boolean quick;

    @Option(names = "--probe", description = "Measure as briefly as possible: shows whether it works.")
    private boolean probe;

    public WakeUpsCommand(Stdio stdio) {
        super(stdio);
    }

    @Override
    public Integer call() throws IOException {
        require(rounds >= 1, "--rounds must be at least 1");
        require(carriers.stream().allMatch(n -> n >= 1 && n <= 256), "--carriers must be numbers from 1 to 256");
        require(pollers.stream().allMatch(n -> n >= 0 && n <= 64), "--pollers must be numbers from 0 to 64");
        require(rows.stream().allMatch(row -> row.kind() == Row.Kind.ECHO), "--only must name rows of echoes");
        Profile profile = (probe ? Profile.PROBE : quick ? Profile.QUICK : Profile.FULL)
                .only(rows.stream().distinct().sorted().toList());
        WakeUps results = new WakeUps(profile.rows());
        List<EventLoop> loops = new ArrayList<>();
        try (RoundRobin<WakeUps.Server> servers = new RoundRobin<>()) {
            for (int i = 0; i < LoadRun.GENERATOR_LOOPS; i++) {
                loops.add(EventLoop.start("generator-" + i));
            }
            Pki pki = Pki.of(KeyKind.ECDSA_P256);
            for (int carrierCount : carriers) {
                for (int pollerCount : pollers) {
                    WakeUps.Server server = WakeUps.Server.start(carrierCount, pollerCount, profile, pki, loops);
                    stdio.err().println("warming up: " + server.title());
                    servers.add(server);
                    server.warmUp();
                }
            }
            servers.measure(rounds, (round, server) -> {
                stdio.err().printf("round %d of %d: %s%n", round, rounds, server.title());
                server.measure(round, results);
            });
        } finally {
            loops.forEach(EventLoop::close);
        }
        stdio.out().print(results);
        return 0;
    }
}
