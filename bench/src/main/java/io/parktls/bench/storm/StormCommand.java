package io.parktls.bench.storm;

import io.parktls.bench.tool.Stdio;
import io.parktls.bench.tool.ToolCommand;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code parktls storm}. */
@Command(
        name = "storm",
        description = {
            "Measures how long established connections wait for their echo, in calm and while others do nothing but shake"
                    + " hands.",
            "",
            "The server has an RSA-2048 key and a JVM of its own. The clients have one too, whose virtual threads are held to one"
                    + " core: 200 of them connect, shake hands, get a byte echoed and close, without pause."
                    + " The echoes, 64 bytes each, are done by platform threads there. Plain TCP stands for what the machine can"
                    + " do: its storm is of connects.",
            "",
            "All are there all the time and take turns, so that a machine which is busy at times is so for all. A turn begins"
                    + " when the one before is worked off; whose turn it is not does nothing. Times of echoes are those of all"
                    + " rounds together; handshakes are compared round by round, and it is the median round that counts.",
            ""
        })
public final class StormCommand extends ToolCommand {
    @Option(
            names = "--of",
            paramLabel = "SERVER",
            split = ",",
            description = "Which servers: ${COMPLETION-CANDIDATES}. Default: all.")
    private List<StormTarget> targets = List.of(StormTarget.values());

    @Option(names = "--clients", paramLabel = "N", description = "How many make the storm. Default: ${DEFAULT-VALUE}.")
    private int clients = 200;

    @Option(
            names = "--echoes",
            paramLabel = "N",
            description = "How many connections echo meanwhile. Default: ${DEFAULT-VALUE}.")
    private int echoes = 10;

    @Option(names = "--rounds", paramLabel = "N", description = "How many turns each has. Default: ${DEFAULT-VALUE}.")
    private int rounds = 6;

    @Option(
            names = "--warm-up",
            paramLabel = "TIME",
            description =
                    "How long each storms before anything is measured. Times are written 8 or 8s, and 500ms. Default: 100s, until the compilers are done.")
    private Duration warmUp = Duration.ofSeconds(100);

    @Option(names = "--calm", paramLabel = "TIME", description = "How long to measure in calm, each turn. Default: 2s.")
    private Duration calm = Duration.ofSeconds(2);

    @Option(
            names = "--storm",
            paramLabel = "TIME",
            description = "How long to measure in the storm, each turn. Default: 4s.")
    private Duration storm = Duration.ofSeconds(4);

    public StormCommand(Stdio stdio) {
        super(stdio);
    }

    @Override
    public Integer call() throws IOException {
        Plan plan = plan();
        Map<StormTarget, StormResult> results = StormRun.run(plan, stdio.err());
        stdio.out().print(StormText.of(results, plan));
        boolean failed = results.values().stream().anyMatch(result -> result.failures() > 0);
        return failed ? 1 : 0;
    }

    private Plan plan() {
        require(Math.min(clients, Math.min(echoes, rounds)) >= 1, "--clients, --echoes and --rounds must be at least 1");
        require(
                warmUp.isPositive() && calm.isPositive() && storm.isPositive(),
                "--warm-up, --calm and --storm must be longer than 0");
        return new Plan(targets.stream().distinct().toList(), clients, echoes, rounds, warmUp, calm, storm);
    }
}
