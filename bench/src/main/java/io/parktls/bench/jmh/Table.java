package io.parktls.bench.jmh;

import io.parktls.bench.jmh.stack.Peer;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The answer to a question: a figure for each peer, how they compare, and what was asked for. Not thread-safe. */
final class Table {
    private final String title;
    private final String unit;
    private final List<Row> rows = new ArrayList<>();
    private final List<Target> targets = new ArrayList<>();

    private record Row(String label, Samples samples, String note) {}

    /**
     * An empty table.
     *
     * @param unit of the figures
     */
    Table(String title, String unit) {
        this.title = title;
        this.unit = unit;
    }

    /** Adds a line; without samples, the note says why there are none. */
    void add(String label, Samples samples, String note) {
        rows.add(new Row(label, samples, note));
    }

    void add(Target target) {
        targets.add(target);
    }

    /** That line's figure divided by that other line's; NaN if either is missing. */
    double ratio(Object label, Object other) {
        return figure(label) / figure(other);
    }

    /** That line's figure; NaN if it has none. */
    double figure(Object label) {
        return rows.stream()
                .filter(row -> row.label.equals(label.toString()) && !row.samples.isEmpty())
                .mapToDouble(row -> row.samples.median())
                .findFirst()
                .orElse(Double.NaN);
    }

    /** With thousands separated, and as many decimals as tell something. */
    static String number(double value) {
        return Double.isNaN(value) ? "-" : String.format(Locale.ROOT, Math.abs(value) < 100 ? "%.2f" : "%,.0f", value);
    }

    private static String percent(double fraction) {
        return Double.isNaN(fraction) ? "" : Math.round(100 * fraction) + "%";
    }

    @Override
    public String toString() {
        int width = rows.stream().mapToInt(row -> row.label.length()).max().orElse(0);
        StringBuilder text = new StringBuilder(title).append('\n');
        line(text, width, "", unit, "+-", "cpu", "x " + Peer.SUN_JSSE, "x tcnative", "");
        for (Row row : rows) {
            if (row.samples.isEmpty()) {
                line(text, width, row.label, "-", "", "", "", "", row.note);
            } else {
                line(
                        text,
                        width,
                        row.label,
                        number(row.samples.median()),
                        percent(row.samples.spread()),
                        percent(row.samples.shareOfCpu()),
                        number(ratio(row.label, Peer.SUN_JSSE)),
                        number(ratio(row.label, Peer.TCNATIVE)),
                        row.note);
            }
        }
        targets.forEach(target -> text.append("  ").append(target).append('\n'));
        return text.toString();
    }

    private static void line(StringBuilder text, int width, String label, Object... cells) {
        text.append("  ").append(label).append(" ".repeat(width - label.length()));
        text.append(String.format(" %14s %5s %5s %10s %11s   %s", cells).stripTrailing());
        text.append('\n');
    }
}
