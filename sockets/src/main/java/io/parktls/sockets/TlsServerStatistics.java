package io.parktls.sockets;

import io.parktls.TlsAlert;
import java.util.Map;

/**
 * What a {@link TlsServer} has seen so far, for a metrics library. The figures are taken one after the other while the
 * server goes on, so they need not add up to the last digit.
 *
 * @param accepted connections ever accepted
 * @param active connections open now, those in their handshake included
 * @param handshaking connections open now whose handshake is not done
 * @param queued handshakes that wait for a processor now
 * @param handshakes handshakes ever completed
 * @param alertsSent handshakes that failed with an alert from this end, by alert
 * @param alertsReceived handshakes that failed with an alert from the client, by alert
 * @param timedOut handshakes cut off at the deadline
 * @param refused handshakes refused because too many were in the queue
 * @param failedOtherwise handshakes that failed another way: the client went away, was no TLS client, or sent no valid
 *     PROXY header
 * @param unrouted connections closed since no handler was for their host and protocol
 * @param idled connections closed because nothing moved on them
 * @param handlerFailures handlers that ended with an exception, be it the connection's
 * @param acceptFailures times that accepting failed, for instance for want of file descriptors
 * @param bytesReceived bytes received by TLS connections, its own included
 * @param bytesSent bytes sent by TLS connections, its own included
 * @param recordsReceived records received by TLS connections, those of handshakes included
 * @param recordsSent records sent by TLS connections, those of handshakes included
 */
public record TlsServerStatistics(
        long accepted,
        int active,
        int handshaking,
        int queued,
        long handshakes,
        Map<TlsAlert, Long> alertsSent,
        Map<TlsAlert, Long> alertsReceived,
        long timedOut,
        long refused,
        long failedOtherwise,
        long unrouted,
        long idled,
        long handlerFailures,
        long acceptFailures,
        long bytesReceived,
        long bytesSent,
        long recordsReceived,
        long recordsSent) {
    public TlsServerStatistics {
        alertsSent = Map.copyOf(alertsSent);
        alertsReceived = Map.copyOf(alertsReceived);
    }

    /** Handshakes that failed, for whatever reason. */
    public long handshakesFailed() {
        return sum(alertsSent) + sum(alertsReceived) + timedOut + refused + failedOtherwise;
    }

    private static long sum(Map<TlsAlert, Long> counts) {
        return counts.values().stream().mapToLong(Long::longValue).sum();
    }
}
