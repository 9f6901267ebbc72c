package io.parktls.bench.load;

import io.parktls.bench.jmh.stack.Pki;
import io.parktls.bench.measure.Contender;
import io.parktls.bench.measure.Grid;
import io.parktls.bench.measure.Sample;
import io.parktls.bench.measure.Samples;
import io.parktls.bench.measure.Table;
import io.parktls.bench.server.EventLoop;
import io.parktls.bench.server.ServerKind;
import java.io.IOException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The figures of servers that differ in their numbers of carriers and pollers. Not thread-safe. */
final class WakeUps {
    private static final List<Metric> METRICS =
            List.of(Metric.RATE, Metric.SERVER_CPU, Metric.POLLERS, Metric.READY, Metric.POLLER);

    private final List<Row> rows;

    /** By server, in the order in which they were measured. */
    private final Map<String, Map<Row, Map<Metric, Samples>>> servers = new LinkedHashMap<>();

    WakeUps(List<Row> rows) {
        this.rows = List.copyOf(rows);
    }

    private void add(String server, int round, Row row, Map<Metric, Double> figures) {
        Map<Metric, Samples> samples = servers.computeIfAbsent(server, title -> new EnumMap<>(Row.class))
                .computeIfAbsent(row, measured -> new EnumMap<>(Metric.class));
        figures.forEach((metric, value) ->
                samples.computeIfAbsent(metric, measured -> new Samples()).add(round, Sample.of(value)));
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder();
        for (Row row : rows) {
            Grid grid = new Grid();
            List<String> header = new ArrayList<>(List.of(row.title()));
            METRICS.forEach(metric -> header.addAll(List.of(metric.title(), "+-")));
            header.addAll(List.of("a poller busy", "enough for"));
            grid.add(header);
            servers.forEach((server, figures) -> grid.add(cells(server, figures.getOrDefault(row, Map.of()))));
            text.append(grid).append('\n');
        }
        return text.toString();
    }

    private static List<String> cells(String server, Map<Metric, Samples> figures) {
        List<String> cells = new ArrayList<>(List.of(server));
        for (Metric metric : METRICS) {
            Samples samples = figures.getOrDefault(metric, new Samples());
            cells.addAll(List.of(Table.number(samples.median()), Table.percent(samples.spread())));
        }
        double pollerSeconds = median(figures, Metric.POLLER) / 1e6;
        cells.add(Table.percent(median(figures, Metric.RATE) * pollerSeconds / median(figures, Metric.POLLERS)));
        double carriers = median(figures, Metric.SERVER_CPU) / median(figures, Metric.POLLER);
        cells.add(Double.isNaN(carriers) ? "-" : Math.round(carriers) + " carriers");
        return cells;
    }

    private static double median(Map<Metric, Samples> figures, Metric metric) {
        return figures.getOrDefault(metric, new Samples()).median();
    }

    /** A server on virtual threads with a number of carriers and of pollers. For one thread. */
    static final class Server implements Contender {
        private final String title;
        private final Profile profile;
        private final ServerUnderLoad server;

        private Server(String title, Profile profile, ServerUnderLoad server) {
            this.title = title;
            this.profile = profile;
            this.server = server;
        }

        /** @param pollers the number of pollers; 0 for that which ParkTLS chooses */
        static Server start(int carriers, int pollers, Profile profile, Pki pki, List<EventLoop> loops)
                throws IOException {
            List<String> options = new ArrayList<>(List.of("-Djdk.virtualThreadScheduler.parallelism=" + carriers));
            if (pollers > 0) {
                options.add("-Dio.parktls.pollers=" + pollers);
            }
            String title = carriers + " carriers, " + (pollers == 0 ? "default pollers" : pollers + " pollers");
            return new Server(title, profile, ServerUnderLoad.start(ServerKind.PARKTLS, profile, pki, loops, options));
        }

        @Override
        public String title() {
            return title;
        }

        void warmUp() throws IOException {
            for (Row row : profile.warmUpRows()) {
                server.warmUp(row);
            }
            server.endRound();
        }

        void measure(int round, WakeUps results) throws IOException {
            for (Row row : profile.rows()) {
                results.add(title, round, row, server.measure(row));
            }
            server.endRound();
        }

        @Override
        public void close() throws IOException {
            server.close();
        }
    }
}
