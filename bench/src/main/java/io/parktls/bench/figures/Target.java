package io.parktls.bench.figures;

/**
 * What a figure is to be.
 *
 * @param text what is asked for and what was measured
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

    public static Target atLeast(double limit, String what, double value) {
        return new Target(
                "at least " + Table.number(limit) + " " + what + ": " + Table.number(value),
                Verdict.of(value, value >= limit));
    }

    public static Target atMost(double limit, String what, double value) {
        return new Target(
                "at most " + Table.number(limit) + " " + what + ": " + Table.number(value),
                Verdict.of(value, value <= limit));
    }

    /** A target that either of the two fulfils. */
    public Target or(Target other) {
        return new Target(text + "; or " + other.text, verdict.compareTo(other.verdict) >= 0 ? verdict : other.verdict);
    }

    @Override
    public String toString() {
        return text + " (" + verdict.words + ")";
    }
}
