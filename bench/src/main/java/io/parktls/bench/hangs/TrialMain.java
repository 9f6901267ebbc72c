package io.parktls.bench.hangs;

import io.parktls.bench.tool.Complaint;
import io.parktls.bench.tool.Stdio;

/**
 * The main class of a process that runs one trial of one stack, or measures the closing in one state. It halts the JVM
 * afterwards.
 */
public final class TrialMain {
    static final String CLOSE_TIMES = "close-times";

    private TrialMain() {}

    /** Called by {@link TrialProcess}. */
    public static void main(String[] args) throws Exception {
        String line = args[0].equals(CLOSE_TIMES)
                ? CloseTimes.measure(CloseState.valueOf(args[1]), Integer.parseInt(args[2]))
                        .line()
                : outcome(Trial.of(args[0]), TlsStack.valueOf(args[1])).line();
        Stdio.ofProcess().out().println(line);
        Stdio.ofProcess().out().flush();
        Runtime.getRuntime().halt(0);
    }

    private static Outcome outcome(Trial trial, TlsStack stack) {
        try {
            return trial.run(stack);
        } catch (Exception e) {
            return Outcome.wrong("fails: %s".formatted(Complaint.about(e)));
        }
    }
}
