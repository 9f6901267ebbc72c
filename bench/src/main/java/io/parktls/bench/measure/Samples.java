package io.parktls.bench.measure;

import java.util.SortedMap;
import java.util.TreeMap;

/** The measurements of one quantity of one contender: at most one for each round. Not thread-safe. */
public final class Samples {
    private final SortedMap<Integer, Sample> rounds = new TreeMap<>();

    /** Adds the sample of a round. */
    public void add(int round, Sample sample) {
        rounds.put(round, sample);
    }

    public boolean isEmpty() {
        return rounds.isEmpty();
    }

    /**
     * Returns the ratios of these samples to other ones, round by round: what slowed down the machine in a round slowed
     * down both and cancels out. A round that only one of the two has is left out.
     */
    public Samples over(Samples others) {
        Samples ratios = new Samples();
        rounds.forEach((round, sample) -> {
            Sample other = others.rounds.get(round);
            if (other != null) {
                ratios.add(round, Sample.of(sample.value() / other.value()));
            }
        });
        return ratios;
    }

    /** The median; NaN if there are no samples. */
    public double median() {
        return quantile(0.5);
    }

    /** The smallest sample; NaN if there are no samples. */
    public double min() {
        return quantile(0);
    }

    /** The largest sample; NaN if there are no samples. */
    public double max() {
        return quantile(1);
    }

    /** Half the interquartile range as a fraction of the median. NaN if there are fewer than two samples. */
    public double spread() {
        return rounds.size() < 2 ? Double.NaN : (quantile(0.75) - quantile(0.25)) / 2 / median();
    }

    /** The mean of the shares. NaN if there are no samples. */
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
