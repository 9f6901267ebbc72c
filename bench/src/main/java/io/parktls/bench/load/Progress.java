package io.parktls.bench.load;

import java.io.PrintStream;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Says what is being measured, and how long it all will take. For one thread. */
final class Progress {
    private final PrintStream out;
    private final boolean terminal;
    private final Profile profile;
    private final long start = System.nanoTime();

    /** Of the time that all is expected to take: what is behind us, in nanoseconds. */
    private long behind;

    private long current;

    /**
     * Progress on a stream.
     *
     * @param terminal whether a line can be written over
     */
    Progress(PrintStream out, boolean terminal, Profile profile) {
        this.out = out;
        this.terminal = terminal;
        this.profile = profile;
    }

    void entering(Contender contender) {
        next(profile.expectedFirst(), "to start and to warm up, " + contender.title());
    }

    void now(int round, Contender contender, Row row) {
        next(
                profile.expected(row),
                "round " + round + " of " + profile.rounds() + ", " + contender.title() + ", " + row.title());
    }

    private void next(long expected, String what) {
        behind += current;
        current = expected;
        String line = left() + " left: " + what;
        out.print(terminal ? "\r\033[K" + line : line + System.lineSeparator());
        out.flush();
    }

    /** Shows what came of it, where that does not hide what comes next. */
    void measured(Row row, Map<Metric, Double> figures) {
        if (!terminal) {
            out.println("  " + LoadText.number(figures.getOrDefault(row.figure(), Double.NaN)) + " " + row.unit());
        }
    }

    void end() {
        if (terminal) {
            out.print("\r\033[K");
        }
    }

    /** As fast as until now, but for the start, about which nothing is known yet. */
    private String left() {
        long round = profile.rows().stream().mapToLong(profile::expected).sum();
        long all = (profile.expectedFirst() + round * profile.rounds())
                * profile.contenders().size();
        long elapsed = System.nanoTime() - start;
        double pace = behind > TimeUnit.SECONDS.toNanos(10) ? (double) elapsed / behind : 1;
        long seconds = TimeUnit.NANOSECONDS.toSeconds((long) ((all - behind) * pace));
        return String.format("%d:%02d", seconds / 60, seconds % 60);
    }
}
