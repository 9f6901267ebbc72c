package io.parktls.bench.hangs;

import io.parktls.bench.tool.ChildJvm;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** Runs {@link TrialMain} in a JVM of its own, which is killed if it does not end in time. */
final class TrialProcess {
    private TrialProcess() {}

    static Outcome run(Trial trial, TlsStack stack, Duration limit) throws IOException, InterruptedException {
        return Outcome.parse(output(limit, trial.name(), stack.name()));
    }

    static List<CloseTimes.Row> closeTimes(CloseState state, int trials, Duration limit)
            throws IOException, InterruptedException {
        List<CloseTimes.Row> rows =
                CloseTimes.Row.parse(output(limit, TrialMain.CLOSE_TIMES, state.name(), Integer.toString(trials)));
        return rows.isEmpty()
                ? List.of(new CloseTimes.Row(
                        state.toString(), "?", "not through after " + limit.toSeconds() + " s", "?", false))
                : rows;
    }

    private static String output(Duration limit, String... arguments) throws IOException, InterruptedException {
        Process process = ChildJvm.command(List.of("-Xmx1g"), TrialMain.class, arguments)
                .redirectErrorStream(true)
                .start();
        try {
            process.getOutputStream().close();
            CompletableFuture<String> output = CompletableFuture.supplyAsync(() -> read(process));
            if (process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
                return output.join();
            }
            return Outcome.wrong("hangs: killed after %d s".formatted(limit.toSeconds()))
                    .line();
        } finally {
            process.destroyForcibly();
        }
    }

    private static String read(Process process) {
        try {
            return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            return e.toString();
        }
    }
}
