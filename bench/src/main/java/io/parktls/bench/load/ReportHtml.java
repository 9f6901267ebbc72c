package io.parktls.bench.load;

import io.parktls.bench.measure.Samples;
import io.parktls.bench.server.ServerKind;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** Formats results as one self-contained page, without scripts and external resources. For one thread. */
final class ReportHtml {
    private static final String STYLE = """
            body { font: 15px/1.45 sans-serif; max-width: 1100px; margin: 2em auto; padding: 0 1em; color: #222 }
            table { border-collapse: collapse; margin: .5em 0 1.5em }
            th, td { padding: .15em .7em; text-align: right; border-bottom: 1px solid #ddd; vertical-align: top }
            th:first-child, td:first-child, table.words td { text-align: left }
            svg { font-size: 13px; overflow: visible }
            rect.ours { fill: #2a7f62 } rect.limit { fill: #999 } rect.other { fill: #8fb3d9 }
            path.range { stroke: #222; fill: none } .failed { color: #b00020; fill: #b00020 }
            pre { white-space: pre-wrap; word-break: break-all; font-size: 12px }
            """;

    private final Results results;
    private final StringBuilder html = new StringBuilder();

    private ReportHtml(Results results) {
        this.results = results;
    }

    /**
     * @param json the same results as {@link RawResults} formats them
     */
    static String of(Results results, Map<String, String> machine, String command, String json) {
        ReportHtml page = new ReportHtml(results);
        page.begin(machine, command);
        page.appendRatios();
        results.profile().rows().forEach(page::append);
        page.appendCostBreakdown();
        page.appendContenders();
        page.html
                .append("<h2>Raw results</h2>\n<details><summary>JSON</summary><pre>")
                .append(escaped(json))
                .append("</pre></details>\n</body></html>\n");
        return page.html.toString();
    }

    private void begin(Map<String, String> machine, String command) {
        Profile profile = results.profile();
        html.append(
                        "<!DOCTYPE html>\n<html lang='en'><head><meta charset='utf-8'><title>ParkTLS under load</title><style>\n")
                .append(STYLE)
                .append("</style></head><body>\n<h1>ParkTLS under load</h1>\n<p><code>")
                .append(escaped(command))
                .append(
                        "</code></p>\n<p>Servers over the loopback, each in a JVM of its own; the generator is the same for all:")
                .append(" non-blocking ParkTLS connections on event loops. Figures are medians of ")
                .append(profile.rounds())
                .append(
                        " rounds, in which the servers take turns; lines and brackets are from the least to the largest round. ")
                .append("Each was measured for ")
                .append(profile.measured().toMillis())
                .append(" ms. Latencies of the rows with a fixed rate count from when the request was due.</p>\n")
                .append("<table class='words'>\n");
        machine.forEach((name, value) -> cells(name, value));
        html.append("</table>\n");
    }

    /** The ratios to plain TCP and to the JDK. Above 1 is always better. */
    private void appendRatios() {
        for (ServerKind to : List.of(ServerKind.TCP, ServerKind.JDK)) {
            if (!results.profile().servers().contains(to)) {
                continue;
            }
            html.append("<h2>Times ").append(escaped(to.title())).append("</h2>\n");
            html.append("<p>More is better, also where less of the figure is.</p>\n<table><tr><th></th>");
            results.profile().servers().forEach(each -> head(each.title()));
            html.append("</tr>\n");
            for (Row row : results.profile().rows()) {
                html.append("<tr><td>").append(escaped(row.title())).append("</td>");
                for (ServerKind each : results.profile().servers()) {
                    double ratio = results.ratio(each, to, row);
                    cell(LoadText.number(row.figure().moreIsBetter() ? ratio : 1 / ratio));
                }
                html.append("</tr>\n");
            }
            html.append("</table>\n");
        }
    }

    private void append(Row row) {
        html.append("<h2>")
                .append(escaped(row.title()))
                .append("</h2>\n<p>")
                .append(escaped(row.unit()))
                .append(row.figure().moreIsBetter() ? "; more is better" : "; less is better")
                .append("</p>\n");
        appendChart(row);
        List<Metric> metrics = Arrays.stream(Metric.values())
                .filter(metric -> results.profile().servers().stream()
                        .anyMatch(each -> Double.isFinite(results.median(each, row, metric))))
                .toList();
        html.append("<table><tr><th></th>");
        metrics.forEach(metric -> head(metric == row.figure() ? row.unit() : metric.title()));
        html.append("</tr>\n");
        results.profile().servers().forEach(each -> append(row, each, metrics));
        html.append("</table>\n");
    }

    private void append(Row row, ServerKind server, List<Metric> metrics) {
        html.append("<tr><td>").append(escaped(server.title())).append("</td>");
        for (Metric metric : metrics) {
            Samples samples = results.samples(server, row, metric);
            cell(
                    samples.isEmpty()
                            ? ""
                            : LoadText.number(samples.median()) + " [" + LoadText.number(samples.min()) + ", "
                                    + LoadText.number(samples.max()) + "]");
        }
        results.failure(server, row)
                .ifPresent(reason -> html.append("<td class='failed'>failed: ")
                        .append(escaped(reason))
                        .append("</td>"));
        html.append("</tr>\n");
    }

    private void appendChart(Row row) {
        double largest = results.profile().servers().stream()
                .mapToDouble(each -> results.samples(each, row, row.figure()).max())
                .filter(Double::isFinite)
                .max()
                .orElse(1);
        BarChart chart = new BarChart(largest);
        for (ServerKind each : results.profile().servers()) {
            chart.add(escaped(each.title()), results.samples(each, row, row.figure()), style(each));
        }
        html.append(chart);
    }

    private void appendCostBreakdown() {
        List<String> lines = CostBreakdown.of(results);
        if (!lines.isEmpty()) {
            html.append("<h2>Where it goes</h2>\n<ul>\n");
            lines.forEach(line -> html.append("<li>").append(escaped(line)).append("</li>\n"));
            html.append("</ul>\n");
        }
    }

    private static String style(ServerKind server) {
        return !server.isTls() ? "limit" : server.toString().startsWith("parktls") ? "ours" : "other";
    }

    private void appendContenders() {
        html.append("<h2>The servers</h2>\n<table class='words'>\n");
        for (ServerKind each : results.profile().servers()) {
            html.append("<tr><td>").append(escaped(each.title())).append("</td><td>");
            html.append(escaped(each.settings())).append("</td><td>");
            html.append(escaped(results.negotiated(each))).append("</td></tr>\n");
        }
        html.append("</table>\n");
    }

    private void cells(String name, String value) {
        html.append("<tr><td>")
                .append(escaped(name))
                .append("</td><td>")
                .append(escaped(value))
                .append("</td></tr>\n");
    }

    private void head(String text) {
        html.append("<th>").append(escaped(text)).append("</th>");
    }

    private void cell(String text) {
        html.append("<td>").append(escaped(text)).append("</td>");
    }

    private static String escaped(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("'", "&#39;");
    }
}
