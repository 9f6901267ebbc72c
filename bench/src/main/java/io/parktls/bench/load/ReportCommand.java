package io.parktls.bench.load;

import io.parktls.bench.tool.Stdio;
import io.parktls.bench.tool.ToolCommand;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code parktls report}. */
@Command(
        name = "report",
        description = {
            "Measures as parktls load does, and writes a self-contained HTML page with the results. The raw results are in the"
                    + " page and in a JSON file.",
            ""
        })
public final class ReportCommand extends ToolCommand {
    @Mixin
    private ProfileOptions options = new ProfileOptions();

    @Option(
            names = "--output",
            paramLabel = "FILE",
            description = "The file for the page; the JSON is written to FILE.json. Default: ${DEFAULT-VALUE}.")
    private Path output = Path.of("parktls-report.html");

    public ReportCommand(Stdio stdio) {
        super(stdio);
    }

    @Override
    public Integer call() throws IOException {
        Profile profile = options.profile();
        Map<String, String> machine = Machine.describe();
        Results results = LoadRun.run(profile, new Progress(stdio.err(), stdio.terminal(), profile));
        String command = spec().root().name() + " "
                + String.join(" ", spec().commandLine().getParseResult().originalArgs());
        String json = RawResults.of(results, machine, command);
        Files.writeString(output, ReportHtml.of(results, machine, command, json));
        Files.writeString(Path.of(output + ".json"), json + "\n");
        stdio.out().print(LoadText.of(results));
        stdio.out().println("written to " + output);
        return results.hasFailures() ? 1 : 0;
    }
}
