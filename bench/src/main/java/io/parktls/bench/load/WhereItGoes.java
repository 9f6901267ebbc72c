package io.parktls.bench.load;

import java.util.ArrayList;
import java.util.List;

/**
 * What blocking on virtual threads costs beyond what it is compared with, in words: our own event loop, and plain TCP with
 * no more than the bare cryptography on top.
 */
final class WhereItGoes {
    private static final Contender OURS = Contender.PARKTLS;

    private final Results results;
    private final List<String> lines = new ArrayList<>();

    private WhereItGoes(Results results) {
        this.results = results;
    }

    /** A line for each row of which there is something to say. */
    static List<String> of(Results results) {
        WhereItGoes all = new WhereItGoes(results);
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

    /** Whether it takes the time of processors, and takes it for records. */
    static boolean isAboutCiphers(Row row) {
        return switch (row.kind()) {
            case ECHO, REQUEST, SEND, TAKE -> true;
            case START_UP, HANDSHAKE, FIXED_RATE, IDLE -> false;
        };
    }

    private void addLoop(Row row) {
        Contender loop = Contender.PARKTLS_LOOP;
        if (hasBoth(row, loop)) {
            lines.add(String.format(
                    "%s: %s to %s makes %.2f. The server takes %s us of processor for %s, %+.1f: %+.1f in user mode,"
                            + " of which the compilers %+.1f, and %+.1f in the system; %+.2f context switches, %+.2f reads,"
                            + " %+.2f writes. The generator, which is the same, takes %+.1f us.",
                    row.title(),
                    OURS.title(),
                    loop.title(),
                    median(OURS, row, Metric.RATE) / median(loop, row, Metric.RATE),
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
        if (hasBoth(row, Contender.TCP)) {
            double tcp = bothEnds(Contender.TCP, row);
            double tls = bothEnds(OURS, row);
            lines.add(String.format(
                    "%s: %s to plain TCP makes %.2f. Both ends together take %.1f us of processor for %s, %+.1f: %+.1f at"
                            + " the server, %+.1f at the generator. The bare cipher takes %.1f of it, at both ends: where %s the"
                            + " limit, TLS that costs nothing else makes %.2f.",
                    row.title(),
                    OURS.title(),
                    median(OURS, row, Metric.RATE) / median(Contender.TCP, row, Metric.RATE),
                    tls,
                    unit(row),
                    tls - tcp,
                    more(row, Contender.TCP, Metric.SERVER_CPU),
                    more(row, Contender.TCP, Metric.CLIENT_CPU),
                    2 * results.bareCryptography(row),
                    isPipeline(row) ? "the busier end is" : "processors are",
                    limit(row)));
        }
    }

    private void addHandshake(Row row) {
        if (hasBoth(row, Contender.TCP)) {
            double connect = median(Contender.TCP, row, Metric.SERVER_CPU);
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
            for (Contender other : List.of(Contender.JDK, Contender.TCNATIVE)) {
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

    /** Whether both ends work at the same time, and each has one thread. */
    private static boolean isPipeline(Row row) {
        return row.isBulk() && row.connections() == 1;
    }

    /** What plain TCP would make of its own rate with the bare cipher on top. */
    private double limit(Row row) {
        double server = median(Contender.TCP, row, Metric.SERVER_CPU);
        double client = median(Contender.TCP, row, Metric.CLIENT_CPU);
        double cipher = results.bareCryptography(row);
        if (isPipeline(row)) {
            double busier = Math.max(server, client);
            return busier / (busier + cipher);
        }
        return (server + client) / (server + client + 2 * cipher);
    }

    private boolean hasBoth(Row row, Contender other) {
        return Double.isFinite(median(OURS, row, Metric.SERVER_CPU))
                && Double.isFinite(median(other, row, Metric.SERVER_CPU));
    }

    private double bothEnds(Contender contender, Row row) {
        return median(contender, row, Metric.SERVER_CPU) + median(contender, row, Metric.CLIENT_CPU);
    }

    private double more(Row row, Contender than, Metric metric) {
        return median(OURS, row, metric) - median(than, row, metric);
    }

    private double median(Contender contender, Row row, Metric metric) {
        return results.median(contender, row, metric);
    }
}
