package io.parktls.bench.figures;

import java.util.SortedMap;
import java.util.TreeMap;

/** Measurements of one thing, one for each round that it was there. Not thread-safe. */
public final class Samples {
    private final SortedMap<Integer, Sample> rounds = new TreeMap<>();

    /**
     * A measurement.
     *
     * @param shareOfCpu how much of the time the measuring thread had a processor: 1 on a quiet machine; NaN if that does
     *     not matter
     */
    public record Sample(double value, double shareOfCpu) {
        /** Something counted. */
        public static Sample of(double count) {
            return new Sample(count, Double.NaN);
        }

        public Sample times(double factor) {
            return new Sample(value * factor, shareOfCpu);
        }
    }

    /** Adds that of a round, which has but one. */
    public void add(int round, Sample sample) {
        rounds.put(round, sample);
    }

    public boolean isEmpty() {
        return rounds.isEmpty();
    }

    /**
     * How many times those others these are, round by round: what the machine did to both in a round does not show. Of rounds
     * that only one of them has there is no ratio.
     */
    public Samples over(Samples others) {
        Samples ratios = new Samples();
        rounds.forEach((round, sample) -> {
            Sample other = others.rounds.get(round);
            if (other != null) {
                ratios.add(round, Sample.of(sample.value / other.value));
            }
        });
        return ratios;
    }

    /** NaN if there are none. */
    public double median() {
        return quantile(0.5);
    }

    /** How far the middle half of the measurements strays from the median, as a fraction of it. NaN if there are not two. */
    public double spread() {
        return rounds.size() < 2 ? Double.NaN : (quantile(0.75) - quantile(0.25)) / 2 / median();
    }

    /** The mean share. NaN if there are none. */
    public double shareOfCpu() {
        return rounds.values().stream()
                .mapToDouble(Sample::shareOfCpu)
                .average()
                .orElse(Double.NaN);
    }

    private double quantile(double fraction) {
        if (rounds.isEmpty()) {
            return Double.NaN;
        }
        double[] sorted =
                rounds.values().stream().mapToDouble(Sample::value).sorted().toArray();
        double at = fraction * (sorted.length - 1);
        double below = sorted[(int) Math.floor(at)];
        double above = sorted[(int) Math.ceil(at)];
        return below + (above - below) * (at - Math.floor(at));
    }
}
