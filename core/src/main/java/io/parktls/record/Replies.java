package io.parktls.record;

import io.parktls.TlsAlert;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * What the read half leaves for the write half to send, and what of the peer's doing was asked for: all that the two
 * share.
 *
 * <p>A set of bits, so it is bounded however much a peer asks for: equal requests merge. RFC 8446 4.6.3 asks for one
 * KeyUpdate before the next application data, however many requests have come in.
 */
final class Replies {
    static final int KEY_UPDATE = 1;
    static final int KEY_UPDATE_AND_REQUEST = 2;
    static final int NO_RENEGOTIATION = 4;

    private static final int ALERT = 8;
    private static final int ALERT_CODE_SHIFT = 8;

    private final AtomicInteger bits = new AtomicInteger();

    /** How many of our requests for a KeyUpdate are out and not answered. */
    private final AtomicInteger answersDue = new AtomicInteger();

    void add(int reply) {
        bits.getAndUpdate(pending -> pending | reply);
    }

    /** The first fatal alert is the last word: what comes later does not replace it. */
    void addAlert(TlsAlert alert) {
        bits.getAndUpdate(pending -> (pending & ALERT) != 0 ? pending : ALERT | alert.code() << ALERT_CODE_SHIFT);
    }

    boolean isEmpty() {
        return bits.get() == 0;
    }

    /** The write half has asked the peer for a KeyUpdate. */
    void requested() {
        answersDue.getAndIncrement();
    }

    /** Whether a KeyUpdate that came in was asked for. */
    boolean takeAnswerDue() {
        return answersDue.getAndUpdate(due -> Math.max(0, due - 1)) > 0;
    }

    /** Takes all of them. */
    int take() {
        return bits.getAndSet(0);
    }

    /** The code of the alert among {@code taken}, or -1. */
    static int alertCode(int taken) {
        return (taken & ALERT) == 0 ? -1 : taken >>> ALERT_CODE_SHIFT;
    }
}
