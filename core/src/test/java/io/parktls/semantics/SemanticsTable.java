package io.parktls.semantics;

import io.parktls.openssl.LibSsl;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The result of each row in a test run: the same as libssl, different on purpose, or not applicable because Java has no
 * counterpart. The table is written as text and as JSON after the last test.
 */
final class SemanticsTable implements AutoCloseable {
    private static final Path DIRECTORY = Path.of("target", "semantics");

    /** The results of the tests of a row. */
    private static final class Shown {
        private final Set<String> tests = new LinkedHashSet<>();
        private final Set<String> reasons = new LinkedHashSet<>();
        private boolean failed;
    }

    /** A line of the table. */
    private record Line(String id, String says, String verdict, String reason, Set<String> tests) {}

    /** Guarded by {@code this}. */
    private final Map<String, Shown> shown = new TreeMap<>();

    synchronized void add(Row row, String test, boolean passed) {
        Shown what = shown.computeIfAbsent(row.value(), id -> new Shown());
        what.tests.add(test);
        what.failed |= !passed;
        if (!row.differs().isEmpty()) {
            what.reasons.add(row.differs());
        }
    }

    @Override
    public synchronized void close() {
        List<Line> lines = new ArrayList<>();
        for (ListedRow row : ListedRow.all()) {
            lines.add(line(row, shown.get(row.id())));
        }
        try {
            Files.createDirectories(DIRECTORY);
            Files.writeString(DIRECTORY.resolve("rows.txt"), text(lines));
            Files.writeString(DIRECTORY.resolve("rows.json"), json(lines));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Line line(ListedRow row, @Nullable Shown what) {
        if (row.notApplicable() != null) {
            return new Line(row.id(), row.says(), "not applicable", row.notApplicable(), Set.of());
        }
        if (what == null) {
            return new Line(row.id(), row.says(), "not run", "", Set.of());
        }
        String reason = String.join(" ", what.reasons);
        String verdict = what.failed ? "FAILED" : reason.isEmpty() ? "same" : "differs on purpose";
        return new Line(row.id(), row.says(), verdict, reason, what.tests);
    }

    private static String text(List<Line> lines) {
        Map<String, Long> counts =
                lines.stream().collect(Collectors.groupingBy(Line::verdict, TreeMap::new, Collectors.counting()));
        StringBuilder text = new StringBuilder("ParkTLS compared with ")
                .append(LibSsl.version())
                .append(": ")
                .append(lines.size())
                .append(" rows: ")
                .append(counts.entrySet().stream()
                        .map(count -> count.getValue() + " " + count.getKey())
                        .collect(Collectors.joining(", ")))
                .append('\n');
        for (Line line : lines) {
            text.append("%-8s%-19s%s".formatted(line.id, line.verdict, line.says))
                    .append(line.reason.isEmpty() ? "" : " | " + line.reason)
                    .append(line.tests.isEmpty() ? "" : " | " + String.join(", ", line.tests))
                    .append('\n');
        }
        return text.toString();
    }

    private static String json(List<Line> lines) {
        return lines.stream()
                .map(line -> "  {\"id\": %s, \"says\": %s, \"verdict\": %s, \"reason\": %s, \"tests\": [%s]}"
                        .formatted(
                                quoted(line.id),
                                quoted(line.says),
                                quoted(line.verdict),
                                quoted(line.reason),
                                line.tests.stream().map(SemanticsTable::quoted).collect(Collectors.joining(", "))))
                .collect(Collectors.joining(
                        ",\n", "{\"libssl\": " + quoted(LibSsl.version()) + ", \"rows\": [\n", "\n]}\n"));
    }

    private static String quoted(String text) {
        return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
    }
}
