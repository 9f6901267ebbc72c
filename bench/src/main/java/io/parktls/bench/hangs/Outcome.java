package io.parktls.bench.hangs;

/**
 * The outcome of a trial.
 *
 * @param right whether the stack behaves correctly
 * @param text a short description on one line
 */
record Outcome(boolean right, String text) {
    private static final String RIGHT = "outcome right ";
    private static final String WRONG = "outcome wrong ";

    static Outcome right(String text) {
        return new Outcome(true, text);
    }

    static Outcome wrong(String text) {
        return new Outcome(false, text);
    }

    /** The outcome as a line, for {@link #parse}. */
    String line() {
        return (right ? RIGHT : WRONG) + text.replace('\n', ' ');
    }

    /** Finds the outcome in the output of a process. */
    static Outcome parse(String output) {
        return output.lines()
                .filter(line -> line.startsWith(RIGHT) || line.startsWith(WRONG))
                .findFirst()
                .map(line -> new Outcome(line.startsWith(RIGHT), line.substring(RIGHT.length())))
                .orElseGet(() -> wrong("ended without an outcome: %s".formatted(output.strip())));
    }
}
