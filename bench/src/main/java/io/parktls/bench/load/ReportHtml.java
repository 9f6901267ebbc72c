package io.parktls.bench.load;

import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** Results as one page that needs nothing else: no scripts, no network. For one thread. */
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
     * The page.
     *
     * @param json what {@link RawResults} made of the same
     */
    static String of(Results results, Map<String, String> machine, String command, String json) {
        ReportHtml page = new ReportHtml(results);
        page.begin(machine, command);
        page.appendRatios();
        results.profile().rows().forEach(page::append);
        page.appendWhereItGoes();
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

    /** Against plain TCP and the JDK, at a glance: more than 1 is always better. */
    private void appendRatios() {
        for (Contender to : List.of(Contender.TCP, Contender.JDK)) {
            if (!results.profile().contenders().contains(to)) {
                continue;
            }
            html.append("<h2>Times ").append(escaped(to.title())).append("</h2>\n");
            html.append("<p>More is better, also where less of the figure is.</p>\n<table><tr><th></th>");
            results.profile().contenders().forEach(each -> head(each.title()));
            html.append("</tr>\n");
            for (Row row : results.profile().rows()) {
                html.append("<tr><td>").append(escaped(row.title())).append("</td>");
                for (Contender each : results.profile().contenders()) {
                    double ratio = results.median(each, row, row.figure()) / results.median(to, row, row.figure());
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
                .filter(metric -> results.profile().contenders().stream()
                        .anyMatch(each -> Double.isFinite(results.median(each, row, metric))))
                .toList();
        html.append("<table><tr><th></th>");
        metrics.forEach(metric -> head(metric == row.figure() ? row.unit() : metric.title()));
        html.append("</tr>\n");
        results.profile().contenders().forEach(each -> append(row, each, metrics));
        html.append("</table>\n");
    }

    private void append(Row row, Contender contender, List<Metric> metrics) {
        html.append("<tr><td>").append(escaped(contender.title())).append("</td>");
        for (Metric metric : metrics) {
            cell(results.range(contender, row, metric)
                    .map(range -> LoadText.number(results.median(contender, row, metric)) + " ["
                            + LoadText.number(range.least()) + ", " + LoadText.number(range.most()) + "]")
                    .orElse(""));
        }
        results.failure(contender, row)
                .ifPresent(reason -> html.append("<td class='failed'>failed: ")
                        .append(escaped(reason))
                        .append("</td>"));
        html.append("</tr>\n");
    }

    private void appendChart(Row row) {
        double largest = results.profile().contenders().stream()
                .flatMap(each -> results.range(each, row, row.figure()).stream())
                .mapToDouble(Results.Range::most)
                .max()
                .orElse(1);
        BarChart chart = new BarChart(largest);
        for (Contender each : results.profile().contenders()) {
            results.range(each, row, row.figure())
                    .ifPresentOrElse(
                            range -> chart.add(
                                    escaped(each.title()), results.median(each, row, row.figure()), range, style(each)),
                            () -> chart.addFailed(escaped(each.title())));
        }
        html.append(chart);
    }

    private void appendWhereItGoes() {
        List<String> lines = WhereItGoes.of(results);
        if (!lines.isEmpty()) {
            html.append("<h2>Where it goes</h2>\n<ul>\n");
            lines.forEach(line -> html.append("<li>").append(escaped(line)).append("</li>\n"));
            html.append("</ul>\n");
        }
    }

    private static String style(Contender contender) {
        return !contender.isTls() ? "limit" : contender.toString().startsWith("parktls") ? "ours" : "other";
    }

    private void appendContenders() {
        html.append("<h2>The servers</h2>\n<table class='words'>\n");
        for (Contender each : results.profile().contenders()) {
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
