package io.parktls.bench.hangs;

import io.parktls.bench.tool.Stdio;
import io.parktls.bench.tool.ToolCommand;
import java.io.IOException;
import java.io.PrintStream;
import java.time.Duration;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code parktls hangs}. */
@Command(
        name = "hangs",
        description = {
            "Tries well-known classes of failures of TLS sockets on the JDK's SSLSocket and on ParkTLS, each in a process of its"
                    + " own, which is killed if it hangs.",
            "",
            "Then measures close() and abort() in every state of a socket.",
            "",
            "The exit code is 1 if ParkTLS is wrong in any case.",
            ""
        })
public final class HangsCommand extends ToolCommand {
    private static final String ROW = "%-5s %-34s %-5s %-62s %-5s %s%n";
    private static final String CLOSE_ROW = "%-14s %-22s %-31s %-31s %s%n";

    /** The timeout of a trial, including the start of its JVM. */
    private static final Duration LIMIT = Duration.ofSeconds(60);

    private static final Duration CLOSE_TIMES_LIMIT = Duration.ofMinutes(5);

    @Option(
            names = "--class",
            paramLabel = "ID",
            split = ",",
            description = "Try these classes only, for example H2,H6. Default: all (${COMPLETION-CANDIDATES}).")
    private List<Trial> trials = List.of(Trial.values());

    @Option(
            names = "--trials",
            paramLabel = "N",
            description =
                    "How many times to close a socket in each state; 0 skips the measurement. Default: ${DEFAULT-VALUE}.")
    private int closes = 1_000;

    public HangsCommand(Stdio stdio) {
        super(stdio);
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        require(closes >= 0, "--trials: " + closes + " is negative");
        boolean right = tryClasses();
        if (closes > 0) {
            right &= timeCloses();
        }
        return right ? 0 : 1;
    }

    private boolean tryClasses() throws IOException, InterruptedException {
        PrintStream out = stdio.out();
        out.printf(ROW, "", "class", "JDK", "", "ParkTLS", "");
        boolean right = true;
        for (Trial trial : trials) {
            Outcome jdk = TrialProcess.run(trial, TlsStack.JDK, LIMIT);
            Outcome parkTls = TrialProcess.run(trial, TlsStack.PARKTLS, LIMIT);
            out.printf(ROW, trial, trial.title(), word(jdk), jdk.text(), word(parkTls), parkTls.text());
            out.flush();
            right &= parkTls.right();
        }
        return right;
    }

    private static String word(Outcome outcome) {
        return outcome.right() ? "right" : "WRONG";
    }

    private boolean timeCloses() throws IOException, InterruptedException {
        PrintStream out = stdio.out();
        out.printf("%nclose() and abort() of ParkTLS, %,d times in each state; close() of the JDK, once%n", closes);
        out.printf(CLOSE_ROW, "state", "JDK close()", "ParkTLS close()", "ParkTLS abort()", "");
        boolean right = true;
        for (CloseState state : CloseState.values()) {
            for (CloseTimes.Row row : TrialProcess.closeTimes(state, closes, CLOSE_TIMES_LIMIT)) {
                out.printf(
                        CLOSE_ROW, row.state(), row.jdk(), row.close(), row.abort(), row.right() ? "right" : "WRONG");
                out.flush();
                right &= row.right();
            }
        }
        return right;
    }
}
