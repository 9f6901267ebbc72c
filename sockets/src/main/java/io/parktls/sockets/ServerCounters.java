package io.parktls.sockets;

import io.parktls.TlsAlert;
import io.parktls.TlsFailure;
import io.parktls.TlsTruncatedException;
import java.net.SocketTimeoutException;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.LongAdder;

/** The counters of a server. Thread-safe. */
final class ServerCounters {
    final LongAdder handshakes = new LongAdder();
    final LongAdder resumed = new LongAdder();
    final LongAdder unrouted = new LongAdder();
    final LongAdder idled = new LongAdder();
    final LongAdder handlerFailures = new LongAdder();
    final LongAdder acceptFailures = new LongAdder();

    /** The traffic of connections that have ended. */
    private final AtomicReference<Traffic> traffic = new AtomicReference<>(Traffic.NONE);

    private final AtomicLong accepted = new AtomicLong();
    private final LongAdder timedOut = new LongAdder();
    private final LongAdder refused = new LongAdder();
    private final LongAdder failedOtherwise = new LongAdder();
    private final Map<TlsAlert, LongAdder> alertsSent = counters();
    private final Map<TlsAlert, LongAdder> alertsReceived = counters();

    private static Map<TlsAlert, LongAdder> counters() {
        Map<TlsAlert, LongAdder> counters = new EnumMap<>(TlsAlert.class);
        for (TlsAlert alert : TlsAlert.values()) {
            counters.put(alert, new LongAdder());
        }
        return counters;
    }

    /** Counts an accepted connection and returns its number, beginning with 1. */
    long begin() {
        return accepted.incrementAndGet();
    }

    void handshakeFailed(Exception cause) {
        LongAdder counter = failedOtherwise;
        // A client that has disconnected, as port scanners and health checks do, does not read the alert.
        boolean disconnected = cause instanceof TlsTruncatedException;
        if (!disconnected
                && cause instanceof TlsFailure failure
                && failure.alert().isPresent()) {
            counter = (failure.isAlertReceived() ? alertsReceived : alertsSent)
                    .getOrDefault(failure.alert().get(), failedOtherwise);
        } else if (cause instanceof SocketTimeoutException) {
            counter = timedOut;
        } else if (cause instanceof HandshakeGate.RefusedException) {
            counter = refused;
        }
        counter.increment();
    }

    /** Adds the traffic of a connection that has ended. */
    void ended(Traffic ofConnection) {
        traffic.accumulateAndGet(ofConnection, Traffic::plus);
    }

    /** Returns the counters, combined with the given values of the connections that are open. */
    TlsServerStatistics snapshot(int active, int handshaking, int queued, Traffic ofOpen) {
        Traffic all = Objects.requireNonNull(traffic.get()).plus(ofOpen);
        return new TlsServerStatistics(
                accepted.get(),
                active,
                handshaking,
                queued,
                handshakes.sum(),
                resumed.sum(),
                nonZero(alertsSent),
                nonZero(alertsReceived),
                timedOut.sum(),
                refused.sum(),
                failedOtherwise.sum(),
                unrouted.sum(),
                idled.sum(),
                handlerFailures.sum(),
                acceptFailures.sum(),
                all.bytesReceived(),
                all.bytesSent(),
                all.recordsReceived(),
                all.recordsSent());
    }

    private static Map<TlsAlert, Long> nonZero(Map<TlsAlert, LongAdder> counters) {
        Map<TlsAlert, Long> counts = new EnumMap<>(TlsAlert.class);
        counters.forEach((alert, counter) -> {
            if (counter.sum() > 0) {
                counts.put(alert, counter.sum());
            }
        });
        return counts;
    }
}
