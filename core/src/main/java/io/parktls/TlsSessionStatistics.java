package io.parktls;

import java.util.Map;

/**
 * The counters of a context's resumptions, for a metrics library. They are cumulative since the context was built, and
 * are read one after the other, so their sums may be off by the handshakes that run meanwhile.
 *
 * @param offered handshakes whose client offered a session or ticket
 * @param resumed handshakes that resumed a session
 * @param issued tickets that this context's servers issued
 * @param refused sessions that were not resumed, by reason; a handshake may offer several
 */
public record TlsSessionStatistics(long offered, long resumed, long issued, Map<TlsTicketRefusal, Long> refused) {
    /** Copies the map. */
    public TlsSessionStatistics {
        refused = Map.copyOf(refused);
    }
}
