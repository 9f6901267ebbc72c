package io.parktls.bench.jmh;

import io.parktls.bench.measure.Sample;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.RunResult;

/** Reads the secondary results of JMH. */
final class Counters {
    private static final double NANOS = 1e9;

    private Counters() {}

    /** The operations per second of {@link CpuTime}, a sample for each iteration. */
    static Stream<Sample> rates(RunResult run) {
        return run.getBenchmarkResults().stream()
                .flatMap(result -> result.getIterationResults().stream())
                .map(iteration -> {
                    double seconds = value(iteration.getSecondaryResults(), "nanos") / NANOS;
                    double rate = value(iteration.getSecondaryResults(), "operations") / seconds;
                    return new Sample(rate, iteration.getPrimaryResult().getScore() / rate);
                });
    }

    /** The operations per second of elapsed time, a sample for each iteration, for operations of several threads. */
    static Stream<Sample> elapsedRates(RunResult run) {
        return run.getBenchmarkResults().stream()
                .flatMap(result -> result.getIterationResults().stream())
                .map(iteration -> Sample.of(iteration.getPrimaryResult().getScore()));
    }

    /** A counter of a whole run. */
    static double of(RunResult run, String label) {
        return value(run.getSecondaryResults(), label);
    }

    @SuppressWarnings("rawtypes") // JMH declares it so
    private static double value(Map<String, Result> results, String label) {
        return Objects.requireNonNull(results.get(label), label).getScore();
    }
}
