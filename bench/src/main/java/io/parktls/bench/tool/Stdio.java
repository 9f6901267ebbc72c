package io.parktls.bench.tool;

import java.io.Console;
import java.io.InputStream;
import java.io.PrintStream;
import java.util.Map;

/**
 * What a command gets from the process that runs it. Tests bring their own.
 *
 * @param in standard input
 * @param out standard output: what was asked for, and nothing else
 * @param err standard error: progress, warnings, failures
 * @param terminal whether a person is watching
 * @param environment the environment variables
 */
public record Stdio(
        InputStream in, PrintStream out, PrintStream err, boolean terminal, Map<String, String> environment) {
    /** That of this process. */
    @SuppressWarnings("SystemConsoleNull") // JDK 22 to 24 have one always, JDK 25 only on a terminal
    public static Stdio ofProcess() {
        Console console = System.console();
        return new Stdio(System.in, System.out, System.err, console != null && console.isTerminal(), System.getenv());
    }

    /** Prints a line about what went wrong or deserves attention to standard error. */
    public void complain(String message) {
        err.println("parktls: " + message);
        err.flush();
    }
}
