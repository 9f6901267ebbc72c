package io.parktls.bench.cli;

import io.parktls.bench.tool.Stdio;
import io.parktls.bench.tool.ToolCommand;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code parktls semantics}. */
@Command(
        name = "semantics",
        description = {
            "Prints how ParkTLS compares with libssl: each row is the same, different on purpose or not applicable, with the test"
                    + " that shows it.",
            "",
            "The tests of the core module write the table to target/semantics.",
            ""
        })
public final class SemanticsCommand extends ToolCommand {
    private static final String GENERATE = "mvn -pl core test";

    /** The directories of the table, relative to the root of the project and to a module. */
    private static final List<Path> DIRECTORIES =
            List.of(Path.of("core", "target", "semantics"), Path.of("..", "core", "target", "semantics"));

    @Parameters(
            paramLabel = "ROW",
            arity = "0..*",
            description = "Print these rows only: ids or prefixes of ids, for example HS or EOF-01.")
    private List<String> rows = List.of();

    @Option(
            names = "--dir",
            paramLabel = "DIR",
            description = "The directory of the table. Default: core/target/semantics.")
    private @Nullable Path directory;

    @Option(names = "--json", description = "Print the whole table as JSON.")
    private boolean json;

    public SemanticsCommand(Stdio stdio) {
        super(stdio);
    }

    @Override
    public Integer call() throws IOException {
        Optional<Path> table = candidates()
                .map(candidate -> candidate.resolve(json ? "rows.json" : "rows.txt"))
                .filter(Files::isReadable)
                .findFirst();
        if (table.isEmpty()) {
            stdio.complain("no table in "
                    + (directory == null ? DIRECTORIES.getFirst() : directory)
                    + ": the tests write it; run '" + GENERATE + "' in the project's root first");
            return 1;
        }
        try (Stream<String> lines = Files.lines(table.get())) {
            lines.filter(line -> json || isWanted(line)).forEach(stdio.out()::println);
        }
        return 0;
    }

    private Stream<Path> candidates() {
        return directory == null ? DIRECTORIES.stream() : Stream.of(directory);
    }

    private boolean isWanted(String line) {
        return rows.isEmpty() || rows.stream().anyMatch(row -> line.startsWith(row.toUpperCase(Locale.ROOT)));
    }
}
