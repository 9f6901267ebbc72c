package io.parktls.bench.tool;

import java.io.Console;
import java.io.InputStream;
import java.io.PrintStream;
import java.util.Map;

/**
 * The environment of a command: that of the process, or one that a test supplies.
 *
 * @param in standard input
 * @param out standard output, for results only
 * @param err standard error, for progress, warnings and failures
 * @param terminal whether the output is a terminal
 * @param environment the environment variables
 */
public record Stdio(
        InputStream in, PrintStream out, PrintStream err, boolean terminal, Map<String, String> environment) {
    /** The environment of this process. */
    @SuppressWarnings("SystemConsoleNull") // JDK 22 to 24 always have a console, JDK 25 only on a terminal
    public static Stdio ofProcess() {
        Console console = System.console();
        return new Stdio(System.in, System.out, System.err, console != null && console.isTerminal(), System.getenv());
    }

    /** Prints a failure or a warning to standard error, as one line. */
    public void complain(String message) {
        err.println("parktls: " + message);
        err.flush();
    }
}
