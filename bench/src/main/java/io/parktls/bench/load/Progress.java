package io.parktls.bench.load;

import io.parktls.bench.server.ServerKind;
import java.io.PrintStream;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Prints the current measurement and an estimate of the remaining time. For one thread. */
final class Progress {
    private final PrintStream out;
    private final boolean terminal;
    private final Profile profile;
    private final long start = System.nanoTime();

    /** The sum of the estimates of all completed steps, in nanoseconds. */
    private long completed;

    /** The estimate of the current step, in nanoseconds. */
    private long current;

    /**
     * @param terminal whether a line can be overwritten
     */
    Progress(PrintStream out, boolean terminal, Profile profile) {
        this.out = out;
        this.terminal = terminal;
        this.profile = profile;
    }

    void starting(ServerKind server) {
        next(profile.expectedFirst(), "to start and to warm up, " + server.title());
    }

    void measuring(int round, ServerKind server, Row row) {
        next(
                profile.expected(row),
                "round " + round + " of " + profile.rounds() + ", " + server.title() + ", " + row.title());
    }

    private void next(long expected, String what) {
        completed += current;
        current = expected;
        String line = left() + " left: " + what;
        out.print(terminal ? "\r\033[K" + line : line + System.lineSeparator());
        out.flush();
    }

    /** Prints the result, unless the next line is to overwrite it. */
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

    /** The remaining time, assuming the speed so far. In the first 10 s the estimates are taken as they are. */
    private String left() {
        long round = profile.rows().stream().mapToLong(profile::expected).sum();
        long all = (profile.expectedFirst() + round * profile.rounds())
                * profile.servers().size();
        long elapsed = System.nanoTime() - start;
        double pace = completed > TimeUnit.SECONDS.toNanos(10) ? (double) elapsed / completed : 1;
        long seconds = TimeUnit.NANOSECONDS.toSeconds((long) ((all - completed) * pace));
        return String.format("%d:%02d", seconds / 60, seconds % 60);
    }
}
