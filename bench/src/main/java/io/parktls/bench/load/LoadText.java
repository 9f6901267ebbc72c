package io.parktls.bench.load;

import io.parktls.bench.measure.Samples;
import io.parktls.bench.server.ServerKind;
import java.util.List;

/** Formats results as tables for a terminal, one for each row. */
final class LoadText {
    private static final List<Metric> DETAILS = List.of(
            Metric.P50,
            Metric.P99,
            Metric.MAX,
            Metric.LATE_P99,
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
        CostBreakdown.of(results).forEach(line -> all.text.append(line).append("\n\n"));
        all.appendNegotiated();
        return all.text.toString();
    }

    private void append(Row row) {
        text.append(String.format("%s, %s%n", row.title(), row.unit()));
        text.append(String.format("  %-34s %10s %13s %6s %6s", "", "median", "of rounds", "/TCP", "/JDK"));
        DETAILS.forEach(metric -> text.append(String.format(" %13s", metric.title())));
        text.append('\n');
        results.profile().servers().forEach(server -> append(row, server));
        text.append('\n');
    }

    private void append(Row row, ServerKind server) {
        Samples samples = results.samples(server, row, row.figure());
        String line = String.format(
                "  %-34s %10s %13s %6s %6s",
                server.title(),
                number(samples.median()),
                samples.isEmpty() ? "failed" : number(samples.min()) + "-" + number(samples.max()),
                ratio(row, server, ServerKind.TCP),
                ratio(row, server, ServerKind.JDK));
        text.append(line);
        DETAILS.forEach(metric -> text.append(String.format(" %13s", number(results.median(server, row, metric)))));
        results.failure(server, row)
                .ifPresent(reason -> text.append("  failed: ").append(reason));
        text.append('\n');
    }

    private void appendNegotiated() {
        for (ServerKind server : results.profile().servers()) {
            text.append(String.format("%s: %s; %s%n", server.title(), server.settings(), results.negotiated(server)));
        }
    }

    private String ratio(Row row, ServerKind server, ServerKind to) {
        double ratio = results.ratio(server, to, row);
        return Double.isFinite(ratio) ? String.format("%.2f", ratio) : "";
    }

    /** A number with three significant digits, or with all digits before the point; empty for NaN. */
    static String number(double value) {
        if (Double.isNaN(value)) {
            return "";
        }
        double size = Math.abs(value);
        return String.format(size >= 100 ? "%,.0f" : size >= 10 ? "%.1f" : "%.2f", value);
    }
}
