package io.parktls.bench.demo;

import io.parktls.bench.tool.Stdio;
import java.time.Duration;

/**
 * Shows the progress of the demo on standard error: on a terminal in one line that is overwritten, otherwise with a new
 * line every 2 s. For one thread.
 */
final class Progress {
    private static final Duration ON_TERMINAL = Duration.ofMillis(100);
    private static final long ELSEWHERE_NANOS = 2_000_000_000;

    private final Stdio stdio;
    private final int total;
    private final long begin = System.nanoTime();

    private long lastShown = begin;

    Progress(Stdio stdio, int total) {
        this.stdio = stdio;
        this.total = total;
    }

    /** The interval at which to call {@link #show}. */
    static Duration interval() {
        return ON_TERMINAL;
    }

    void show(Clients clients) {
        long now = System.nanoTime();
        if (stdio.terminal()) {
            stdio.err().print("\r" + line(clients, now));
        } else if (now - lastShown >= ELSEWHERE_NANOS) {
            lastShown = now;
            stdio.err().println(line(clients, now));
        }
        stdio.err().flush();
    }

    /** Ends the line that is overwritten. */
    void end(Clients clients) {
        if (stdio.terminal()) {
            stdio.err().println("\r" + line(clients, System.nanoTime()));
            stdio.err().flush();
        }
    }

    private String line(Clients clients, long now) {
        return String.format(
                "connected %,d  handshakes %,d  done %,d of %,d  %,.1f MB checked  %.1f s ",
                clients.connected(),
                clients.established(),
                clients.finished(),
                total,
                clients.bytesChecked() / 1e6,
                (now - begin) / 1e9);
    }
}
