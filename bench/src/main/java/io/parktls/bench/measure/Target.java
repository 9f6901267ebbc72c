package io.parktls.bench.measure;

/**
 * A limit for a figure, and whether the measured figure keeps it.
 *
 * @param text the limit and the measured figure
 */
public record Target(String text, Verdict verdict) {
    private enum Verdict {
        NOT_MEASURED("not measured"),
        FAILS("DOES NOT HOLD"),
        HOLDS("holds");

        private final String words;

        Verdict(String words) {
            this.words = words;
        }

        static Verdict of(double value, boolean holds) {
            return Double.isNaN(value) ? NOT_MEASURED : holds ? HOLDS : FAILS;
        }
    }

    /** A figure that must not be below the limit. A figure that is NaN counts as not measured. */
    public static Target atLeast(double limit, String what, double value) {
        return new Target(
                "at least " + Table.number(limit) + " " + what + ": " + Table.number(value),
                Verdict.of(value, value >= limit));
    }

    /** A figure that must not be above the limit. A figure that is NaN counts as not measured. */
    public static Target atMost(double limit, String what, double value) {
        return new Target(
                "at most " + Table.number(limit) + " " + what + ": " + Table.number(value),
                Verdict.of(value, value <= limit));
    }

    /** A target that holds if one of the two holds. */
    public Target or(Target other) {
        return new Target(text + "; or " + other.text, verdict.compareTo(other.verdict) >= 0 ? verdict : other.verdict);
    }

    @Override
    public String toString() {
        return text + " (" + verdict.words + ")";
    }
}
