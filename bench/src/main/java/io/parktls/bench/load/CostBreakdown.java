package io.parktls.bench.load;

import io.parktls.bench.server.ServerKind;
import java.util.ArrayList;
import java.util.List;

/**
 * Explains in sentences what blocking on virtual threads costs in comparison with ParkTLS's own event loop, and with
 * plain TCP plus the bare cryptography.
 */
final class CostBreakdown {
    private static final ServerKind OURS = ServerKind.PARKTLS;

    private final Results results;
    private final List<String> lines = new ArrayList<>();

    private CostBreakdown(Results results) {
        this.results = results;
    }

    /** The sentences, at most two for each row. */
    static List<String> of(Results results) {
        CostBreakdown all = new CostBreakdown(results);
        for (Row row : results.profile().rows()) {
            if (row.kind() == Row.Kind.HANDSHAKE || isAboutCiphers(row)) {
                all.addLoop(row);
            }
            if (isAboutCiphers(row)) {
                all.addTcp(row);
            }
            if (row.kind() == Row.Kind.HANDSHAKE) {
                all.addHandshake(row);
            }
        }
        return all.lines;
    }

    /** Whether the row is limited by the processors, and mostly by the processing of records. */
    static boolean isAboutCiphers(Row row) {
        return switch (row.kind()) {
            case ECHO, REQUEST, SEND, TAKE -> true;
            case START_UP, HANDSHAKE, RESUMED, FIXED_RATE, IDLE -> false;
        };
    }

    private void addLoop(Row row) {
        ServerKind loop = ServerKind.PARKTLS_LOOP;
        if (hasBoth(row, loop)) {
            lines.add(String.format(
                    "%s: %s to %s makes %.2f. The server takes %s us of processor for %s, %+.1f: %+.1f in user mode,"
                            + " of which the compilers %+.1f, and %+.1f in the system; %+.2f context switches, %+.2f reads,"
                            + " %+.2f writes. The generator, which is the same, takes %+.1f us.",
                    row.title(),
                    OURS.title(),
                    loop.title(),
                    results.ratio(OURS, loop, row),
                    LoadText.number(median(OURS, row, Metric.SERVER_CPU)),
                    unit(row),
                    more(row, loop, Metric.SERVER_CPU),
                    more(row, loop, Metric.SERVER_USER),
                    more(row, loop, Metric.SERVER_COMPILING),
                    more(row, loop, Metric.SERVER_SYSTEM),
                    more(row, loop, Metric.SWITCHES),
                    more(row, loop, Metric.READS),
                    more(row, loop, Metric.WRITES),
                    more(row, loop, Metric.CLIENT_CPU)));
        }
    }

    private void addTcp(Row row) {
        if (hasBoth(row, ServerKind.TCP)) {
            double tcp = bothEnds(ServerKind.TCP, row);
            double tls = bothEnds(OURS, row);
            lines.add(String.format(
                    "%s: %s to plain TCP makes %.2f. Both ends together take %.1f us of processor for %s, %+.1f: %+.1f at"
                            + " the server, %+.1f at the generator. The bare cipher takes %.1f of it, at both ends: where %s the"
                            + " limit, TLS that costs nothing else makes %.2f.",
                    row.title(),
                    OURS.title(),
                    results.ratio(OURS, ServerKind.TCP, row),
                    tls,
                    unit(row),
                    tls - tcp,
                    more(row, ServerKind.TCP, Metric.SERVER_CPU),
                    more(row, ServerKind.TCP, Metric.CLIENT_CPU),
                    2 * results.bareCryptography(row),
                    isPipeline(row) ? "the busier end is" : "processors are",
                    limit(row)));
        }
    }

    private void addHandshake(Row row) {
        if (hasBoth(row, ServerKind.TCP)) {
            double connect = median(ServerKind.TCP, row, Metric.SERVER_CPU);
            double primitives = results.bareCryptography(row);
            double client = median(OURS, row, Metric.CLIENT_CPU);
            StringBuilder line = new StringBuilder(String.format(
                    "%s: %s takes %.0f us of processor at the server, and %.0f at the generator. To connect takes %.0f of the"
                            + " former, as plain TCP shows, and the bare primitives, in Java, %.0f. Where processors are the limit, a"
                            + " server that costs nothing else makes %.2f times as many",
                    row.title(),
                    OURS.title(),
                    median(OURS, row, Metric.SERVER_CPU),
                    client,
                    connect,
                    primitives,
                    (median(OURS, row, Metric.SERVER_CPU) + client) / (connect + primitives + client)));
            for (ServerKind other : List.of(ServerKind.JDK, ServerKind.TCNATIVE)) {
                if (hasBoth(row, other)) {
                    double theirs = median(other, row, Metric.SERVER_CPU) + median(other, row, Metric.CLIENT_CPU);
                    line.append(String.format(
                            ", %.2f times the %s", theirs / (connect + primitives + client), other.title()));
                }
            }
            lines.add(line.append('.').toString());
        }
    }

    private static String unit(Row row) {
        return row.isBulk() ? "a MB" : "one";
    }

    /** Whether both ends work at the same time, with one thread each. */
    private static boolean isPipeline(Row row) {
        return row.isBulk() && row.connections() == 1;
    }

    /** The share of its rate that plain TCP would keep if it also did the bare cipher operations. */
    private double limit(Row row) {
        double server = median(ServerKind.TCP, row, Metric.SERVER_CPU);
        double client = median(ServerKind.TCP, row, Metric.CLIENT_CPU);
        double cipher = results.bareCryptography(row);
        if (isPipeline(row)) {
            double busier = Math.max(server, client);
            return busier / (busier + cipher);
        }
        return (server + client) / (server + client + 2 * cipher);
    }

    private boolean hasBoth(Row row, ServerKind other) {
        return Double.isFinite(median(OURS, row, Metric.SERVER_CPU))
                && Double.isFinite(median(other, row, Metric.SERVER_CPU));
    }

    private double bothEnds(ServerKind server, Row row) {
        return median(server, row, Metric.SERVER_CPU) + median(server, row, Metric.CLIENT_CPU);
    }

    private double more(Row row, ServerKind than, Metric metric) {
        return median(OURS, row, metric) - median(than, row, metric);
    }

    private double median(ServerKind server, Row row, Metric metric) {
        return results.median(server, row, metric);
    }
}
