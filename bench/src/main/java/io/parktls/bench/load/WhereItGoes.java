package io.parktls.bench.load;

import java.util.ArrayList;
import java.util.List;

/**
 * What blocking on virtual threads costs beyond what it is compared with, in words: our own event loop, and plain TCP with
 * no more than the bare cipher on top.
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
            switch (row.kind()) {
                case HANDSHAKE, REQUEST -> all.addLoop(row);
                case ECHO -> {
                    all.addLoop(row);
                    all.addTcp(row);
                }
                case START_UP, SEND, TAKE, FIXED_RATE, IDLE -> {
                    // They are about something else than processor time.
                }
            }
        }
        return all.lines;
    }

    private void addLoop(Row row) {
        Contender loop = Contender.PARKTLS_LOOP;
        if (hasBoth(row, loop)) {
            lines.add(String.format(
                    "%s: %s to %s makes %.2f. The server takes %s us of processor for one, %+.1f: %+.1f in user mode,"
                            + " of which the compilers %+.1f, and %+.1f in the system; %+.2f context switches, %+.2f reads,"
                            + " %+.2f writes. The generator, which is the same, takes %+.1f us.",
                    row.title(),
                    OURS.title(),
                    loop.title(),
                    median(OURS, row, Metric.RATE) / median(loop, row, Metric.RATE),
                    LoadText.number(median(OURS, row, Metric.SERVER_CPU)),
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
            double ciphers = 2 * results.bareCipher(row);
            lines.add(String.format(
                    "%s: %s to plain TCP makes %.2f. Both ends together take %.1f us of processor for one, %+.1f: %+.1f at"
                            + " the server, %+.1f at the generator. The bare cipher takes %.1f of it, to seal and to open at both"
                            + " ends: where processors are the limit, TLS that costs nothing else makes %.2f.",
                    row.title(),
                    OURS.title(),
                    median(OURS, row, Metric.RATE) / median(Contender.TCP, row, Metric.RATE),
                    tls,
                    tls - tcp,
                    more(row, Contender.TCP, Metric.SERVER_CPU),
                    more(row, Contender.TCP, Metric.CLIENT_CPU),
                    ciphers,
                    tcp / (tcp + ciphers)));
        }
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
