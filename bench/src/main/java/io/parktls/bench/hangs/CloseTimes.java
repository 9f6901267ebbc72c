package io.parktls.bench.hangs;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.HdrHistogram.Histogram;

/**
 * Measures {@code close()} and {@code abort()} in every state: of ParkTLS many times, of the JDK, which has no abort,
 * once, since it may not return.
 */
final class CloseTimes {
    private static final Duration CLOSE_LIMIT = Duration.ofSeconds(1);
    private static final Duration ABORT_LIMIT = Duration.ofMillis(100);
    private static final Duration JDK_LIMIT = Duration.ofSeconds(5);

    private CloseTimes() {}

    /**
     * A row of the table.
     *
     * @param right whether ParkTLS keeps its limits
     */
    record Row(String state, String jdk, String close, String abort, boolean right) {
        private static final String MARK = "close-times";

        String line() {
            return String.join("\t", MARK, state, jdk, close, abort, Boolean.toString(right));
        }

        static List<Row> parse(String output) {
            List<Row> rows = new ArrayList<>();
            output.lines().map(line -> line.split("\t", -1)).forEach(cells -> {
                if (cells.length == 6 && cells[0].equals(MARK)) {
                    rows.add(new Row(cells[1], cells[2], cells[3], cells[4], Boolean.parseBoolean(cells[5])));
                }
            });
            return rows;
        }
    }

    private interface Ending {
        void end(ParkTlsEnd end) throws IOException;
    }

    private record Times(Histogram micros, boolean allWoken) {
        boolean areWithin(Duration limit) {
            return allWoken && micros.getValueAtPercentile(99) * 1_000 <= limit.toNanos();
        }

        @Override
        public String toString() {
            return String.format(
                    "p99 %.2f ms, max %.2f ms%s",
                    micros.getValueAtPercentile(99) / 1e3,
                    micros.getMaxValue() / 1e3,
                    allWoken ? "" : ", a thread not woken");
        }
    }

    static Row measure(CloseState state, int trials) throws Exception {
        Contexts contexts = Contexts.of(Contexts.HOST);
        Times close = parkTls(state, contexts, trials, end -> end.socket().close());
        Times abort = parkTls(state, contexts, trials, end -> end.socket().abort());
        return new Row(
                state.toString(),
                jdk(state, contexts),
                close.toString(),
                abort.toString(),
                close.areWithin(CLOSE_LIMIT) && abort.areWithin(ABORT_LIMIT));
    }

    private static Times parkTls(CloseState state, Contexts contexts, int trials, Ending ending) throws Exception {
        Histogram micros = new Histogram(3);
        boolean allWoken = true;
        for (int i = 0; i < trials; i++) {
            ThreadKind kind = i % 2 == 0 ? ThreadKind.VIRTUAL : ThreadKind.PLATFORM;
            CloseState.Prepared prepared = state.prepare(TlsStack.PARKTLS, contexts, kind);
            for (Attempt<?> thread : prepared.threads()) {
                thread.awaitParked();
            }
            long begin = System.nanoTime();
            ending.end((ParkTlsEnd) prepared.end());
            micros.recordValue((System.nanoTime() - begin) / 1_000);
            for (Attempt<?> thread : prepared.threads()) {
                allWoken &= thread.endsWithin(CLOSE_LIMIT) && thread.failure() instanceof IOException;
            }
            prepared.release();
        }
        return new Times(micros, allWoken);
    }

    private static String jdk(CloseState state, Contexts contexts) throws Exception {
        CloseState.Prepared prepared = state.prepare(TlsStack.JDK, contexts, ThreadKind.PLATFORM);
        for (Attempt<?> thread : prepared.threads()) {
            thread.awaitBlocked();
        }
        Attempt<?> closing = Attempt.run(ThreadKind.PLATFORM, prepared.end()::close);
        if (!closing.endsWithin(JDK_LIMIT)) {
            return "not back after " + JDK_LIMIT.toSeconds() + " s";
        }
        for (Attempt<?> thread : prepared.threads()) {
            if (!thread.endsWithin(JDK_LIMIT)) {
                return closing.millis() + " ms, a thread not woken";
            }
        }
        return closing.millis() + " ms";
    }
}
