package io.parktls.bench.jmh;

import io.parktls.bench.jmh.Samples.Sample;
import io.parktls.bench.tool.Complaint;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.RunResult;

/** Several who take turns at the same measurement. Not thread-safe. */
final class Comparison {
    private static final double NANOS = 1e9;

    private final Table table;
    private final List<Entrant> entrants = new ArrayList<>();

    /** One turn of an entrant. */
    @FunctionalInterface
    interface Turn {
        Stream<Sample> take() throws IOException;
    }

    private record Entrant(String label, String note, Turn turn, Samples samples) {}

    /** A comparison whose figures go into that table. */
    Comparison(Table table) {
        this.table = table;
    }

    void enter(String label, String note, Turn turn) {
        entrants.add(new Entrant(label, note, turn, new Samples()));
    }

    /** Enters a peer, if it is fit. */
    void enter(Contender contender, Turn turn) {
        enter(contender.peer().toString(), contender, turn);
    }

    void enter(String label, Contender contender, Turn turn) {
        enter(label, contender.note(), contender.fit() ? turn : Stream::empty);
    }

    /** Lets all have their turns, and returns the table. */
    Table run(Setting setting) {
        int rounds = setting.pace().rounds();
        for (int round = 1; round <= rounds; round++) {
            for (Entrant entrant : entrants) {
                setting.announce("  " + entrant.label + ", round " + round + " of " + rounds);
                try {
                    entrant.turn.take().forEach(entrant.samples::add);
                } catch (IOException e) {
                    setting.announce("  " + Complaint.about(e));
                }
            }
        }
        entrants.forEach(entrant -> table.add(entrant.label, entrant.samples, entrant.note));
        return table;
    }

    /** Of each iteration how much it did in a second of {@link CpuTime}. */
    static Stream<Sample> rates(RunResult run) {
        return run.getBenchmarkResults().stream()
                .flatMap(result -> result.getIterationResults().stream())
                .map(iteration -> {
                    double seconds = secondary(iteration.getSecondaryResults(), "nanos") / NANOS;
                    double rate = secondary(iteration.getSecondaryResults(), "operations") / seconds;
                    return new Sample(rate, iteration.getPrimaryResult().getScore() / rate);
                });
    }

    /** What a run counted besides. */
    @SuppressWarnings("rawtypes") // JMH's own
    static double secondary(Map<String, Result> results, String label) {
        return Objects.requireNonNull(results.get(label), label).getScore();
    }
}
