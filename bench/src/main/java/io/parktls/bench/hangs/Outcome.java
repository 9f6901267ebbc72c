package io.parktls.bench.hangs;

/**
 * How a stack did.
 *
 * @param text in few words, on one line
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

    /** For the process that waits. */
    String line() {
        return (right ? RIGHT : WRONG) + text.replace('\n', ' ');
    }

    /** From what a process printed. */
    static Outcome parse(String output) {
        return output.lines()
                .filter(line -> line.startsWith(RIGHT) || line.startsWith(WRONG))
                .findFirst()
                .map(line -> new Outcome(line.startsWith(RIGHT), line.substring(RIGHT.length())))
                .orElseGet(() -> wrong("ended without an outcome: %s".formatted(output.strip())));
    }
}
