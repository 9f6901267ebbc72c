package io.parktls.session;

import io.parktls.TlsSessionStatistics;
import io.parktls.TlsTicketRefusal;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;

/** Counts the sessions that a context's connections offer, resume and refuse. Thread-safe. */
public final class SessionCounters {
    private final LongAdder offered = new LongAdder();
    private final LongAdder resumed = new LongAdder();
    private final LongAdder issued = new LongAdder();
    private final Map<TlsTicketRefusal, LongAdder> refused = new EnumMap<>(TlsTicketRefusal.class);

    /** Creates counters that are zero. */
    public SessionCounters() {
        for (TlsTicketRefusal reason : TlsTicketRefusal.values()) {
            refused.put(reason, new LongAdder());
        }
    }

    /** Counts a handshake whose client offers a session. */
    public void offered() {
        offered.increment();
    }

    /** Counts a handshake that resumes a session. */
    public void resumed() {
        resumed.increment();
    }

    /** Counts a ticket that a server has issued. */
    public void issued() {
        issued.increment();
    }

    /** Counts a session that is not resumed. */
    @SuppressWarnings("NullAway") // The constructor adds an entry for each constant.
    public void refused(TlsTicketRefusal reason) {
        refused.get(reason).increment();
    }

    /** Returns the current values. */
    public TlsSessionStatistics statistics() {
        Map<TlsTicketRefusal, Long> counts = new EnumMap<>(TlsTicketRefusal.class);
        refused.forEach((reason, count) -> {
            if (count.sum() > 0) {
                counts.put(reason, count.sum());
            }
        });
        return new TlsSessionStatistics(offered.sum(), resumed.sum(), issued.sum(), counts);
    }
}
