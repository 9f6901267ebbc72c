package io.parktls.bench.measure;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Text in columns: the first and the last column are flush left, the figures between them flush right. Not thread-safe.
 */
public final class Grid {
    private final List<List<String>> lines = new ArrayList<>();

    /** Adds a line. All lines have the same number of cells. */
    public void add(List<String> cells) {
        lines.add(List.copyOf(cells));
    }

    @Override
    public String toString() {
        int last = lines.getFirst().size() - 1;
        int[] widths = IntStream.range(0, last).map(this::width).toArray();
        StringBuilder text = new StringBuilder();
        for (List<String> line : lines) {
            StringBuilder row = new StringBuilder();
            for (int i = 0; i < last; i++) {
                String padding = " ".repeat(widths[i] - line.get(i).length());
                row.append("  ").append(i == 0 ? line.get(i) + padding : padding + line.get(i));
            }
            row.append("   ").append(line.get(last));
            text.append(row.toString().stripTrailing()).append('\n');
        }
        return text.toString();
    }

    private int width(int column) {
        return lines.stream().mapToInt(line -> line.get(column).length()).max().orElse(0);
    }
}
