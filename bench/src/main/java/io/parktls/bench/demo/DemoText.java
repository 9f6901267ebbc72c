package io.parktls.bench.demo;

import io.parktls.TlsSession;
import org.jspecify.annotations.Nullable;

/** Formats the result of the demo for people. */
final class DemoText {
    private final StringBuilder text = new StringBuilder();

    private DemoText() {}

    static String of(DemoResult result) {
        DemoText table = new DemoText();
        table.appendFigures(result);
        NonBlockingHandshake steps = result.steps();
        if (steps != null) {
            table.appendSteps(steps);
        }
        return table.text.toString();
    }

    private void appendFigures(DemoResult result) {
        TlsSession session = result.session();
        text.append(System.lineSeparator());
        if (session != null) {
            row("engine", session.engine());
            row("protocol", session.protocol().toString());
            row("cipher suite", session.cipherSuite().name());
            row("group", orUnknown(session.group()));
        }
        row("handshakes", String.format("%,d of %,d", result.handshakes(), result.clients()));
        row(
                "handshakes per second",
                String.format("%,.0f (both ends in this process, from a cold start)", result.handshakesPerSecond()));
        DemoResult.Percentiles millis = result.handshakeMillis();
        row(
                "handshake time",
                String.format(
                        "p50 %,.0f ms, p99 %,.0f ms, max %,.0f ms (all at once)",
                        millis.p50(), millis.p99(), millis.max()));
        row("bytes checked", String.format("%,d", result.bytesChecked()));
        row("virtual threads", String.format("%,d", result.virtualThreads()));
        row("carriers", String.format("%d at most, for %d processors", result.carriers(), result.parallelism()));
        row("time", String.format("%.1f s", result.seconds()));
        row("failures", String.format("%,d", result.failureCount()));
        result.failures().forEach((reason, count) -> row("", String.format("%,d x %s", count, reason)));
    }

    private void appendSteps(NonBlockingHandshake steps) {
        text.append(String.format(
                "%nThe same handshake in non-blocking mode: one thread, a BIO pair of %d bytes each way.%n%n",
                steps.capacity()));
        String format = "%4s  %-6s  %-10s  %6s  %-22s  %9s  %9s%n";
        text.append(
                String.format(format, "call", "side", "status", "return", "SSL_get_error", "to server", "to client"));
        int number = 0;
        for (NonBlockingHandshake.Call call : steps.calls()) {
            text.append(String.format(
                    format,
                    ++number,
                    call.side(),
                    call.status(),
                    call.status().returnCode(),
                    call.status().sslErrorName(),
                    call.toServer(),
                    call.toClient()));
        }
        text.append(String.format(
                "%nstatus: what doHandshake() returned; return and SSL_get_error: what SSL_do_handshake would have;%n"
                        + "to server, to client: bytes waiting in the pair after the call."));
    }

    private void row(String label, String value) {
        text.append(String.format("  %-24s%s%n", label, value));
    }

    private static String orUnknown(@Nullable Object value) {
        return value == null ? "not told by this engine" : value.toString();
    }
}
