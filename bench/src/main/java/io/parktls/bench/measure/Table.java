package io.parktls.bench.measure;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * A table of results: the median of each contender, its ratio to the reference contenders, and the targets. Not
 * thread-safe.
 */
public final class Table {
    private final String title;
    private final String unit;
    private final List<String> references;
    private final List<Row> rows = new ArrayList<>();
    private final List<Object> remarks = new ArrayList<>();

    private record Row(String label, Samples samples, String note) {}

    /**
     * Creates an empty table.
     *
     * @param unit of the figures
     * @param references the labels of the lines that all lines are compared with; those without figures get no column
     */
    public Table(String title, String unit, List<String> references) {
        this.title = title;
        this.unit = unit;
        this.references = references;
    }

    /** Adds a line. If there are no samples, the note gives the reason. */
    public void add(String label, Samples samples, String note) {
        rows.add(new Row(label, samples, note));
    }

    /** Adds a line below the figures: a {@link Target} or any other remark. */
    public void add(Object remark) {
        remarks.add(remark);
    }

    /** The median of the ratios of one line to another, round by round; NaN if one of the lines has no samples. */
    public double ratio(String label, String other) {
        return samples(label).over(samples(other)).median();
    }

    /** The median of a line; NaN if it has no samples. */
    public double figure(String label) {
        return samples(label).median();
    }

    private Samples samples(String label) {
        return rows.stream()
                .filter(row -> row.label.equals(label))
                .map(Row::samples)
                .findFirst()
                .orElseGet(Samples::new);
    }

    /** A number with separated thousands, and with two decimals if it is below 100; "-" for NaN. */
    public static String number(double value) {
        return Double.isNaN(value) ? "-" : String.format(Locale.ROOT, Math.abs(value) < 100 ? "%.2f" : "%,.0f", value);
    }

    /** A fraction as a percentage; empty for NaN. */
    public static String percent(double fraction) {
        return Double.isNaN(fraction) ? "" : Math.round(100 * fraction) + "%";
    }

    @Override
    public String toString() {
        List<String> columns = references.stream()
                .filter(reference -> !samples(reference).isEmpty())
                .toList();
        Grid grid = new Grid();
        grid.add(header(columns));
        rows.forEach(row -> grid.add(cells(row, columns)));
        StringBuilder text = new StringBuilder(title).append('\n').append(grid);
        remarks.forEach(remark -> text.append("  ").append(remark).append('\n'));
        return text.toString();
    }

    private List<String> header(List<String> columns) {
        List<String> cells = new ArrayList<>(List.of("", unit, "+-"));
        if (hasShares()) {
            cells.add("cpu");
        }
        for (String reference : columns) {
            cells.addAll(List.of("x " + reference, "+-"));
        }
        cells.add("");
        return cells;
    }

    private List<String> cells(Row row, List<String> columns) {
        Samples samples = row.samples;
        List<String> cells = new ArrayList<>(List.of(row.label, number(samples.median()), percent(samples.spread())));
        if (hasShares()) {
            cells.add(percent(samples.shareOfCpu()));
        }
        for (String reference : columns) {
            Samples ratios = samples.over(samples(reference));
            boolean itself = row.label.equals(reference);
            cells.add(itself || ratios.isEmpty() ? "" : number(ratios.median()));
            cells.add(itself ? "" : percent(ratios.spread()));
        }
        cells.add(row.note);
        return cells;
    }

    /** Counts, and measurements of several threads, have no share of the processor. */
    private boolean hasShares() {
        return rows.stream().anyMatch(row -> !Double.isNaN(row.samples.shareOfCpu()));
    }
}
