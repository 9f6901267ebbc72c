package io.parktls.bench.jmh;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** Measurements of one thing. Not thread-safe. */
final class Samples {
    private final List<Double> sorted = new ArrayList<>();
    private double sharesOfCpu;

    /**
     * A measurement.
     *
     * @param shareOfCpu how much of the time the measuring thread had a processor: 1 on a quiet machine; NaN if that does
     *     not matter
     */
    record Sample(double value, double shareOfCpu) {
        /** Something counted. */
        static Sample of(double count) {
            return new Sample(count, Double.NaN);
        }

        Sample times(double factor) {
            return new Sample(value * factor, shareOfCpu);
        }
    }

    void add(Sample sample) {
        sorted.add(sample.value);
        Collections.sort(sorted);
        sharesOfCpu += sample.shareOfCpu;
    }

    boolean isEmpty() {
        return sorted.isEmpty();
    }

    double median() {
        return quantile(0.5);
    }

    /** How far the middle half of the measurements strays from the median, as a fraction of it. */
    double spread() {
        return (quantile(0.75) - quantile(0.25)) / 2 / median();
    }

    /** The mean share. */
    double shareOfCpu() {
        return sharesOfCpu / sorted.size();
    }

    private double quantile(double fraction) {
        double at = fraction * (sorted.size() - 1);
        double below = sorted.get((int) Math.floor(at));
        double above = sorted.get((int) Math.ceil(at));
        return below + (above - below) * (at - Math.floor(at));
    }
}
