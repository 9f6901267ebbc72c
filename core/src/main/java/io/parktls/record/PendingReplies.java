package io.parktls.record;

import io.parktls.TlsAlert;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The replies that the read half passes to the write half for sending. The halves share only these and the
 * {@link FloodBudget}. Thread-safe.
 *
 * <p>The replies are a set of bits, in which equal requests merge. Its size is therefore bounded, regardless of how
 * many requests a peer sends.
 *
 * <h2>One answer to all requests while this side sends no data</h2>
 *
 * If a peer requests a KeyUpdate, this side must send one before the next application data, and "an implementation
 * which receives multiple KeyUpdates while it is silent" responds "with a single update" (RFC 8446 4.6.3). This side
 * answers the first request immediately if the pipe accepts the answer, so that a side that only receives does not keep
 * old keys forever. The same answer also covers the requests that arrive between it and the next application data: no
 * data has been sent under the new key, and the peer only requests a new key for future data. Otherwise a peer could
 * make this side send a record for each record it receives. BoringSSL, rustls and OpenSSL also send a single answer.
 */
final class PendingReplies {
    /** A KeyUpdate that the application requested. */
    static final int KEY_UPDATE = 1;

    /** Like {@link #KEY_UPDATE}, and it also requests a KeyUpdate from the peer. */
    static final int KEY_UPDATE_AND_REQUEST = 2;

    /** A warning alert that declines a renegotiation. */
    static final int NO_RENEGOTIATION = 4;

    /** A KeyUpdate that the peer requested. */
    private static final int ANSWER = 16;

    private static final int ANY_KEY_UPDATE = KEY_UPDATE | KEY_UPDATE_AND_REQUEST | ANSWER;

    private static final int ALERT = 8;
    private static final int ALERT_CODE_SHIFT = 8;

    /**
     * Not a reply, but a state: a request of the peer was answered, and no application data has been sent since then.
     */
    private static final int ANSWERED = 32;

    private final AtomicInteger bits = new AtomicInteger();

    /** Adds a reply, which must be one of the package-private constants. */
    void add(int reply) {
        bits.getAndUpdate(pending -> pending | reply);
    }

    /** Adds a KeyUpdate that answers a request of the peer, unless an earlier answer covers the request. */
    void addAnswer() {
        bits.getAndUpdate(pending -> (pending & ANSWERED) != 0 ? pending : pending | ANSWER);
    }

    /** Adds a fatal alert, which replaces all other replies. If there already is one, it remains. */
    void addAlert(TlsAlert alert) {
        bits.getAndUpdate(pending ->
                (pending & ALERT) != 0 ? pending : (pending & ANSWERED) | ALERT | alert.code() << ALERT_CODE_SHIFT);
    }

    boolean isEmpty() {
        return (bits.get() & ~ANSWERED) == 0;
    }

    /** Removes and returns all replies. */
    int take() {
        return bits.getAndUpdate(pending -> (pending & (ANSWER | ANSWERED)) != 0 ? ANSWERED : 0);
    }

    /** Reports that application data will be sent, so that the next request of the peer needs a new answer. */
    void beforeData() {
        if ((bits.get() & ANSWERED) != 0) {
            bits.getAndUpdate(pending -> pending & ~ANSWERED);
        }
    }

    /** Whether {@code taken} includes a KeyUpdate. */
    static boolean isKeyUpdate(int taken) {
        return (taken & ANY_KEY_UPDATE) != 0;
    }

    /** Returns the code of the fatal alert in {@code taken}, or -1 if there is none. */
    static int alertCode(int taken) {
        return (taken & ALERT) == 0 ? -1 : taken >>> ALERT_CODE_SHIFT;
    }
}
