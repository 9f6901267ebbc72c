package io.parktls.bench.storm;

import io.parktls.bench.tool.Stdio;
import io.parktls.bench.tool.ToolCommand;
import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code parktls storm}. */
@Command(
        name = "storm",
        description = {
            "Measures how long established connections wait for their echoes, with and without a storm of handshakes.",
            "",
            "The server has an RSA-2048 key and a JVM of its own. The clients share another JVM, whose virtual threads use one core:"
                    + " 200 of them connect, do the handshake, have a byte echoed and close, without pauses. The established"
                    + " connections have 64 bytes echoed at a time, on platform threads. Plain TCP shows the limit of the machine:"
                    + " its storm consists of connects.",
            "",
            "All servers run at the same time and are measured in turn, so that a busy machine affects all of them. Each turn"
                    + " begins when the JVMs of the previous one are idle. The echo times are those of all rounds together."
                    + " Rates of handshakes are compared round by round; the tables show the medians.",
            ""
        })
public final class StormCommand extends ToolCommand {
    @Option(
            names = "--of",
            paramLabel = "SERVER",
            split = ",",
            description = "The servers to measure: ${COMPLETION-CANDIDATES}. Default: all but parktls_hosts.")
    private List<StormServer> servers = Arrays.stream(StormServer.values())
            .filter(server -> server != StormServer.PARKTLS_HOSTS)
            .toList();

    @Option(
            names = "--clients",
            paramLabel = "N",
            description = "Clients that make the storm. Default: ${DEFAULT-VALUE}.")
    private int clients = 200;

    @Option(
            names = "--echoes",
            paramLabel = "N",
            description = "Established connections that echo. Default: ${DEFAULT-VALUE}.")
    private int echoes = 10;

    @Option(
            names = "--rounds",
            paramLabel = "N",
            description = "Rounds, in each of which every server is measured once. Default: ${DEFAULT-VALUE}.")
    private int rounds = 6;

    @Option(
            names = "--warm-up",
            paramLabel = "TIME",
            description =
                    "Duration of the storm with each server before the first round. Times are written 8, 8s or 500ms."
                            + " Default: 100s, enough for the JIT compilers.")
    private Duration warmUp = Duration.ofSeconds(100);

    @Option(
            names = "--calm",
            paramLabel = "TIME",
            description = "Measured time without a storm, in each round. Default: 2s.")
    private Duration calm = Duration.ofSeconds(2);

    @Option(
            names = "--storm",
            paramLabel = "TIME",
            description = "Measured time in the storm, in each round. Default: 4s.")
    private Duration storm = Duration.ofSeconds(4);

    public StormCommand(Stdio stdio) {
        super(stdio);
    }

    @Override
    public Integer call() throws IOException {
        Plan plan = plan();
        Map<StormServer, StormResult> results = StormRun.run(plan, stdio.err());
        stdio.out().print(StormText.of(results, plan));
        boolean failed = results.values().stream().anyMatch(result -> result.failures() > 0);
        return failed ? 1 : 0;
    }

    private Plan plan() {
        require(
                Math.min(clients, Math.min(echoes, rounds)) >= 1,
                "--clients, --echoes and --rounds must be at least 1");
        require(
                warmUp.isPositive() && calm.isPositive() && storm.isPositive(),
                "--warm-up, --calm and --storm must be longer than 0");
        return new Plan(servers.stream().distinct().toList(), clients, echoes, rounds, warmUp, calm, storm);
    }
}
