package io.parktls.record;

import io.parktls.TlsAlert;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The replies that the read half leaves for the write half to send: all that the two share but the {@link FloodBudget}.
 *
 * <p>A set of bits, so it is bounded however much a peer asks for: equal requests merge.
 *
 * <h2>One answer for all requests that come while this side is silent</h2>
 *
 * RFC 8446 4.6.3: a peer that asks for a KeyUpdate gets one before the next application data, and "an implementation which
 * receives multiple KeyUpdates while it is silent" responds "with a single update". The first request is answered at once if
 * the pipe takes it, so that a side that only receives does not keep old keys for ever. Requests that come between that answer
 * and the next application data are answered by it as well: no data has been sent under the new key, and the peer asks for no
 * more than a fresh key for the data to come. Otherwise a peer could make this side send a record for each that it sends.
 * BoringSSL, rustls and OpenSSL send one answer too.
 */
final class PendingReplies {
    /** A KeyUpdate of our own accord. */
    static final int KEY_UPDATE = 1;

    static final int KEY_UPDATE_AND_REQUEST = 2;
    static final int NO_RENEGOTIATION = 4;

    /** A KeyUpdate that the peer asked for. */
    private static final int ANSWER = 16;

    private static final int ANY_KEY_UPDATE = KEY_UPDATE | KEY_UPDATE_AND_REQUEST | ANSWER;

    private static final int ALERT = 8;
    private static final int ALERT_CODE_SHIFT = 8;

    /** Not a reply, but a state: the peer's requests are answered, and no application data was sent since. */
    private static final int ANSWERED = 32;

    private final AtomicInteger bits = new AtomicInteger();

    void add(int reply) {
        bits.getAndUpdate(pending -> pending | reply);
    }

    /** The peer has asked for a KeyUpdate. */
    void addAnswer() {
        bits.getAndUpdate(pending -> (pending & ANSWERED) != 0 ? pending : pending | ANSWER);
    }

    /** The first fatal alert is the last word: what comes later does not replace it. */
    void addAlert(TlsAlert alert) {
        bits.getAndUpdate(pending ->
                (pending & ALERT) != 0 ? pending : (pending & ANSWERED) | ALERT | alert.code() << ALERT_CODE_SHIFT);
    }

    boolean isEmpty() {
        return (bits.get() & ~ANSWERED) == 0;
    }

    /** Takes all of them. */
    int take() {
        return bits.getAndUpdate(pending -> (pending & (ANSWER | ANSWERED)) != 0 ? ANSWERED : 0);
    }

    /** Application data is about to be sent: from here on, requests are new ones. */
    void breakSilence() {
        if ((bits.get() & ANSWERED) != 0) {
            bits.getAndUpdate(pending -> pending & ~ANSWERED);
        }
    }

    static boolean isKeyUpdate(int taken) {
        return (taken & ANY_KEY_UPDATE) != 0;
    }

    /** The code of the alert among {@code taken}, or -1. */
    static int alertCode(int taken) {
        return (taken & ALERT) == 0 ? -1 : taken >>> ALERT_CODE_SHIFT;
    }
}
