package io.parktls.bench.load;

import java.util.List;

/** Results as tables for a terminal, one for each row. */
final class LoadText {
    private static final List<Metric> DETAILS = List.of(
            Metric.P50,
            Metric.P99,
            Metric.MAX,
            Metric.SERVER_CPU,
            Metric.SERVER_USER,
            Metric.SERVER_SYSTEM,
            Metric.SERVER_COMPILING,
            Metric.CLIENT_CPU,
            Metric.READS,
            Metric.WRITES,
            Metric.SWITCHES);

    private final Results results;
    private final StringBuilder text = new StringBuilder();

    private LoadText(Results results) {
        this.results = results;
    }

    static String of(Results results) {
        LoadText all = new LoadText(results);
        results.profile().rows().forEach(all::append);
        WhereItGoes.of(results).forEach(line -> all.text.append(line).append("\n\n"));
        all.appendNegotiated();
        return all.text.toString();
    }

    private void append(Row row) {
        text.append(String.format("%s, %s%n", row.title(), row.unit()));
        text.append(String.format("  %-34s %10s %13s %6s %6s", "", "median", "of rounds", "/TCP", "/JDK"));
        DETAILS.forEach(metric -> text.append(String.format(" %13s", metric.title())));
        text.append('\n');
        results.profile().contenders().forEach(contender -> append(row, contender));
        text.append('\n');
    }

    private void append(Row row, Contender contender) {
        Metric figure = row.figure();
        String line = String.format(
                "  %-34s %10s %13s %6s %6s",
                contender.title(),
                number(results.median(contender, row, figure)),
                results.range(contender, row, figure)
                        .map(range -> number(range.least()) + "-" + number(range.most()))
                        .orElse("failed"),
                ratio(row, contender, Contender.TCP),
                ratio(row, contender, Contender.JDK));
        text.append(line);
        DETAILS.forEach(metric -> text.append(String.format(" %13s", number(results.median(contender, row, metric)))));
        results.failure(contender, row)
                .ifPresent(reason -> text.append("  failed: ").append(reason));
        text.append('\n');
    }

    private void appendNegotiated() {
        for (Contender contender : results.profile().contenders()) {
            text.append(String.format(
                    "%s: %s; %s%n", contender.title(), contender.settings(), results.negotiated(contender)));
        }
    }

    private String ratio(Row row, Contender contender, Contender to) {
        double ratio = results.median(contender, row, row.figure()) / results.median(to, row, row.figure());
        return Double.isFinite(ratio) ? String.format("%.2f", ratio) : "";
    }

    /** With three digits that count, or all before the point. */
    static String number(double value) {
        if (Double.isNaN(value)) {
            return "";
        }
        double size = Math.abs(value);
        return String.format(size >= 100 ? "%,.0f" : size >= 10 ? "%.1f" : "%.2f", value);
    }
}
