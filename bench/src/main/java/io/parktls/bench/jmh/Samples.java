package io.parktls.bench.jmh;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** Measurements of one thing. Not thread-safe. */
final class Samples {
    private final List<Double> sorted = new ArrayList<>();

    void add(double value) {
        sorted.add(value);
        Collections.sort(sorted);
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

    private double quantile(double fraction) {
        double at = fraction * (sorted.size() - 1);
        double below = sorted.get((int) Math.floor(at));
        double above = sorted.get((int) Math.ceil(at));
        return below + (above - below) * (at - Math.floor(at));
    }
}
