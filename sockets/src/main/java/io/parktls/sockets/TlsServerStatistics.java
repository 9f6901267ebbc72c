package io.parktls.sockets;

import io.parktls.TlsAlert;
import java.util.Map;

/**
 * The counters of a {@link TlsServer}, for a metrics library. Counters are cumulative since the server was opened,
 * except {@code active}, {@code handshaking} and {@code queued}, which are current values. They are read one after the
 * other while the server is running, so their sums may be off by the connections that change state meanwhile.
 *
 * @param accepted accepted connections
 * @param active connections that are open now, including those in their handshake
 * @param handshaking connections that are open now and whose handshake is not done
 * @param queued handshakes that wait for a processor now
 * @param handshakes completed handshakes
 * @param resumed completed handshakes that resumed a session; the statistics of the context say why others did not,
 *     see {@link io.parktls.TlsContext#sessionStatistics}
 * @param alertsSent handshakes that failed with an alert from this end, by alert
 * @param alertsReceived handshakes that failed with an alert from the client, by alert
 * @param timedOut handshakes that were not done by their deadline
 * @param refused handshakes refused because the queue was full
 * @param failedOtherwise handshakes that failed for another reason: the client disconnected, did not speak TLS, or sent
 *     no valid PROXY header
 * @param unrouted connections closed because no handler matched their host and protocol
 * @param idled connections closed by the idle timeout
 * @param handlerFailures handlers that threw an exception, including exceptions of the connection
 * @param acceptFailures failed calls of the system's accept, for instance because there were no more file descriptors
 * @param bytesReceived bytes received by TLS connections, including TLS overhead
 * @param bytesSent bytes sent by TLS connections, including TLS overhead
 * @param recordsReceived records received by TLS connections, including those of handshakes
 * @param recordsSent records sent by TLS connections, including those of handshakes
 */
public record TlsServerStatistics(
        long accepted,
        int active,
        int handshaking,
        int queued,
        long handshakes,
        long resumed,
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
    /** Copies the maps. */
    public TlsServerStatistics {
        alertsSent = Map.copyOf(alertsSent);
        alertsReceived = Map.copyOf(alertsReceived);
    }

    /** {@return the number of handshakes that failed, for any reason} */
    public long handshakesFailed() {
        return sum(alertsSent) + sum(alertsReceived) + timedOut + refused + failedOtherwise;
    }

    private static long sum(Map<TlsAlert, Long> counts) {
        return counts.values().stream().mapToLong(Long::longValue).sum();
    }
}
