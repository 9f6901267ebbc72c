package io.parktls.bench.storm;

import io.parktls.bench.tool.ChildJvm;
import io.parktls.bench.tool.Stdio;
import io.parktls.bench.tool.ToolVersion;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

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
            ""
        },
        versionProvider = ToolVersion.class,
        mixinStandardHelpOptions = true,
        sortOptions = false)
public final class StormCommand implements Callable<Integer> {
    private static final List<String> CLIENT_OPTIONS = List.of(
            "-Xmx512m", "-Djdk.virtualThreadScheduler.parallelism=1", "-Djdk.virtualThreadScheduler.maxPoolSize=1");

    /** Full handshakes are what is compared: the JDK's server is to offer no resumption. */
    private static final List<String> SERVER_OPTIONS = List.of("-Xmx512m", "-Djdk.tls.server.newSessionTicketCount=0");

    private final Stdio stdio;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Option(
            names = "--of",
            paramLabel = "SERVER",
            split = ",",
            splitSynopsisLabel = ",",
            description = "Which servers: ${COMPLETION-CANDIDATES}. Default: all.")
    private List<Contender> contenders = List.of(Contender.values());

    @Option(names = "--clients", paramLabel = "N", description = "How many make the storm. Default: ${DEFAULT-VALUE}.")
    private int clients = 200;

    @Option(
            names = "--echoes",
            paramLabel = "N",
            description = "How many connections echo meanwhile. Default: ${DEFAULT-VALUE}.")
    private int echoes = 10;

    @Option(
            names = "--warm-up",
            paramLabel = "SECONDS",
            description = "How long to storm before anything is measured. Default: ${DEFAULT-VALUE}.")
    private int warmUp = 8;

    @Option(
            names = "--calm",
            paramLabel = "SECONDS",
            description = "How long to measure in calm. Default: ${DEFAULT-VALUE}.")
    private int calm = 5;

    @Option(
            names = "--storm",
            paramLabel = "SECONDS",
            description = "How long to measure in the storm. Default: ${DEFAULT-VALUE}.")
    private int storm = 15;

    public StormCommand(Stdio stdio) {
        this.stdio = stdio;
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        for (int number : new int[] {clients, echoes, warmUp, calm, storm}) {
            if (number < 1) {
                throw new ParameterException(spec.commandLine(), "numbers are at least 1");
            }
        }
        Path directory = Files.createTempDirectory("parktls-storm");
        Path file = directory.resolve("storm.p12");
        Map<Contender, StormResult> results = new EnumMap<>(Contender.class);
        try {
            StormKey key = StormKey.create(file);
            for (Contender contender : contenders) {
                stdio.err().println(contender.title() + " ...");
                results.put(contender, measure(contender, key));
            }
        } finally {
            Files.deleteIfExists(file);
            Files.delete(directory);
        }
        stdio.out().print(StormText.of(results, echoes, clients));
        boolean failed = results.values().stream().anyMatch(result -> result.failures() > 0);
        return failed ? 1 : 0;
    }

    private StormResult measure(Contender contender, StormKey key) throws IOException {
        try (ChildJvm server = ChildJvm.start(
                SERVER_OPTIONS, StormServer.class, contender.name(), key.file().toString())) {
            List<String> arguments = new ArrayList<>(
                    List.of(contender.name(), server.readLine(), key.file().toString()));
            for (int number : new int[] {echoes, clients, warmUp, calm, storm}) {
                arguments.add(Integer.toString(number));
            }
            try (ChildJvm client =
                    ChildJvm.start(CLIENT_OPTIONS, StormClient.class, arguments.toArray(String[]::new))) {
                return StormResult.of(client.readLine());
            }
        }
    }
}
