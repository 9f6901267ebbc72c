package io.parktls.bench.jmh;

/**
 * What a figure is to be.
 *
 * @param claim what is claimed, for instance {@code at least 2.5 x SunJSSE}
 * @param value what was measured, as the claim counts it
 * @param holds whether that is so
 */
record Target(String claim, double value, boolean holds) {
    static Target atLeast(double limit, String what, double value) {
        return new Target("at least " + Table.number(limit) + " " + what, value, value >= limit);
    }

    static Target atMost(double limit, String what, double value) {
        return new Target("at most " + Table.number(limit) + " " + what, value, value <= limit);
    }

    @Override
    public String toString() {
        return claim + ": " + Table.number(value) + (holds ? ", holds" : ", DOES NOT HOLD");
    }
}
