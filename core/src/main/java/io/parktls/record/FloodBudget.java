package io.parktls.record;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/**
 * A budget that limits how many records without application data a peer may send. Floods exhaust it, but long
 * connections do not.
 *
 * <p>A record without application data (an empty one, a warning, a KeyUpdate, a session ticket) costs CPU time and
 * makes no progress. Such records have legitimate uses, and over the life of a connection there may be any number of
 * them. They spend the budget, and these events refill it:
 *
 * <ul>
 *   <li>This side reads application data: the budget is full again.
 *   <li>This side sends a record of application data: the budget grows by one record. A peer that only receives may
 *       have as many KeyUpdates to send, for instance because its key limits are low. They may arrive long after the
 *       data was sent, so the budget may exceed its full size in this way, by up to {@link #MAX_EARNED} records.
 *   <li>Time passes: the budget grows by one record per second until it is full.
 * </ul>
 *
 * A KeyUpdate that answers a request of this side costs nothing. A session ticket costs little, because servers send
 * several at once; its cost grows with its length.
 *
 * <p>One thread at a time reads and spends the budget; another one may write and report what it sends. Neither waits
 * for the other.
 */
public final class FloodBudget {
    /** The cost of a record without application data. The unit is the cost of the smallest session ticket. */
    public static final int RECORD = 32;

    /** The number of records by which the data that this side sends may raise the budget above its full size. */
    static final int MAX_EARNED = 1 << 14;

    /** The time in nanoseconds after which the budget grows by one unit. */
    private static final long NANOS_PER_UNIT = 1_000_000_000L / RECORD;

    /**
     * The bytes of session tickets that cost one unit: a full record of them costs as much as a record without data.
     */
    private static final int TICKET_BYTES_PER_UNIT = 512;

    /** The minimum number of bytes of a ticket in a record; a record with less costs as much as one without data. */
    private static final int MIN_TICKET_FRAGMENT = 64;

    private final long full;
    private final LongSupplier nanoTime;

    // ---- used by the reader only

    private long remaining;

    /** The time up to which elapsed time has refilled the budget. */
    private long refilledAt;

    /** The number of sent records that have refilled the budget. */
    private long sentBefore;

    // ---- written by the writer, read by the reader

    private final AtomicLong sent = new AtomicLong();

    /** The number of this side's requests for a KeyUpdate that the peer has not answered. */
    private final AtomicInteger answersDue = new AtomicInteger();

    /**
     * Creates a full budget.
     *
     * @param records the number of records without application data that may arrive in a row
     * @param nanoTime the time in nanoseconds from an arbitrary origin, like {@link System#nanoTime()}
     */
    public FloodBudget(int records, LongSupplier nanoTime) {
        this.full = (long) records * RECORD;
        this.remaining = full;
        this.nanoTime = nanoTime;
        this.refilledAt = nanoTime.getAsLong();
    }

    // ---- the writer

    /** Reports that a record of application data was sent. */
    public void sentData() {
        // The increment need not be atomic, because the connection's write lock allows only one writer at a time.
        sent.setOpaque(sent.getPlain() + 1);
    }

    /** Reports that a KeyUpdate was sent that requests one from the peer. */
    public void updateRequested() {
        answersDue.getAndUpdate(due -> Math.min(due + 1, MAX_EARNED));
    }

    // ---- the reader

    /** Makes the budget full again, because application data was read. */
    public void replenish() {
        if (remaining < full) {
            remaining = full;
        }
    }

    /**
     * Reports that a KeyUpdate was received.
     *
     * @return whether it may be the answer to one of this side's requests; each request has one answer
     */
    public boolean takeAnswerDue() {
        return answersDue.get() > 0 && answersDue.getAndUpdate(due -> Math.max(0, due - 1)) > 0;
    }

    /**
     * Returns the cost of a record that contains session tickets, or a part of one.
     *
     * @param tickets the number of tickets that end in this record
     * @param bytes the number of bytes of content
     */
    public static int costOfTickets(int tickets, int bytes) {
        return tickets == 0 && bytes < MIN_TICKET_FRAGMENT
                ? RECORD
                : Math.max(1, tickets + bytes / TICKET_BYTES_PER_UNIT);
    }

    /**
     * Charges a record without application data to the budget.
     *
     * @param cost {@link #RECORD}, or {@link #costOfTickets}
     * @return false if the budget is exhausted, which means that the peer is flooding the connection
     */
    public boolean spend(int cost) {
        refill();
        if (remaining < cost) {
            return false;
        }
        remaining -= cost;
        return true;
    }

    private void refill() {
        long sentByNow = sent.getOpaque();
        remaining = Math.min(remaining + (sentByNow - sentBefore) * RECORD, full + (long) MAX_EARNED * RECORD);
        sentBefore = sentByNow;
        long earned = (nanoTime.getAsLong() - refilledAt) / NANOS_PER_UNIT;
        refilledAt += earned * NANOS_PER_UNIT;
        if (remaining < full) {
            remaining = Math.min(remaining + earned, full);
        }
    }
}
