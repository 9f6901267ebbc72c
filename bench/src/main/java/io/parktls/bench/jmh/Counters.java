package io.parktls.bench.jmh;

import io.parktls.bench.figures.Samples.Sample;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.RunResult;

/** What JMH's results say beside its own score. */
final class Counters {
    private static final double NANOS = 1e9;

    private Counters() {}

    /** Of each iteration how much it did in a second of {@link CpuTime}. */
    static Stream<Sample> rates(RunResult run) {
        return run.getBenchmarkResults().stream()
                .flatMap(result -> result.getIterationResults().stream())
                .map(iteration -> {
                    double seconds = value(iteration.getSecondaryResults(), "nanos") / NANOS;
                    double rate = value(iteration.getSecondaryResults(), "operations") / seconds;
                    return new Sample(rate, iteration.getPrimaryResult().getScore() / rate);
                });
    }

    /** What a whole run counted. */
    static double of(RunResult run, String label) {
        return value(run.getSecondaryResults(), label);
    }

    @SuppressWarnings("rawtypes") // JMH's own
    private static double value(Map<String, Result> results, String label) {
        return Objects.requireNonNull(results.get(label), label).getScore();
    }
}
