package io.parktls.bench.jmh;

/**
 * What a figure is to be.
 *
 * @param text what is asked for and what was measured
 * @param holds whether that is enough; never, if nothing was measured
 */
record Target(String text, boolean holds) {
    static Target atLeast(double limit, String what, double value) {
        return new Target("at least " + Table.number(limit) + " " + what + ": " + Table.number(value), value >= limit);
    }

    static Target atMost(double limit, String what, double value) {
        return new Target("at most " + Table.number(limit) + " " + what + ": " + Table.number(value), value <= limit);
    }

    /** A target that either of the two fulfils. */
    Target or(Target other) {
        return new Target(text + "; or " + other.text, holds || other.holds);
    }

    @Override
    public String toString() {
        return text + (holds ? " (holds)" : " (DOES NOT HOLD)");
    }
}
