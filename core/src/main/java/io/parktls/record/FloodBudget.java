package io.parktls.record;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/**
 * How many records without application data a peer may still send: a budget that floods exhaust and long connections do not.
 *
 * <p>A record without application data (an empty one, a warning, a KeyUpdate, a session ticket) costs CPU time and brings the
 * connection no further, but each has its uses, and over the life of a connection there may be any number of them. So the
 * budget is spent by such records, and refilled by:
 *
 * <ul>
 *   <li>application data that is read: the budget is full again;
 *   <li>application data that this side sends: one record for one record. A peer that only receives may have as many KeyUpdates
 *       to send, for instance because its own key limits are low. They may arrive much later than the data went out, so what is
 *       earned in this way is kept, up to {@link #MOST_EARNED};
 *   <li>time: one record each second, until the budget is full.
 * </ul>
 *
 * A KeyUpdate that answers a request of this side costs nothing. A session ticket costs little, since servers send several at
 * once, but the more the longer it is.
 *
 * <p>The reader spends; the writer reports what it sends. Neither waits for the other.
 */
public final class FloodBudget {
    /** The cost of a record without application data. The unit is the cost of the smallest session ticket. */
    public static final int RECORD = 32;

    /** How many records' worth the data that this side sends may earn beyond the full budget. */
    static final int MOST_EARNED = 1 << 14;

    /** How long it takes to earn one unit by waiting, in nanoseconds. */
    private static final long NANOS_PER_UNIT = 1_000_000_000L / RECORD;

    /** Bytes of session tickets that cost one unit: a full record of them costs as much as a record without data. */
    private static final int TICKET_BYTES_PER_UNIT = 512;

    /** The least part of a session ticket, in bytes, that a record has to carry to be charged as one. */
    private static final int LEAST_TICKET_PART = 64;

    private final long full;
    private final LongSupplier nanoTime;

    // ---- the reader's

    private long left;

    /** Up to when time is paid for. */
    private long refilledAt;

    /** How many of the records that this side sent are paid for. */
    private long sentBefore;

    // ---- the writer's, read by the reader

    private final AtomicLong sent = new AtomicLong();

    /** How many of our requests for a KeyUpdate are out and not answered. */
    private final AtomicInteger answersDue = new AtomicInteger();

    /**
     * A full budget.
     *
     * @param records how many records without application data may come in a row
     * @param nanoTime the time in nanoseconds, from any origin, as of {@link System#nanoTime()}
     */
    public FloodBudget(int records, LongSupplier nanoTime) {
        this.full = (long) records * RECORD;
        this.left = full;
        this.nanoTime = nanoTime;
        this.refilledAt = nanoTime.getAsLong();
    }

    // ---- the writer

    /** A record of application data was sent. */
    public void sentData() {
        // One writer at a time, under the connection's write lock: this need not be atomic.
        sent.setOpaque(sent.getPlain() + 1);
    }

    /** The peer was asked for a KeyUpdate. */
    public void updateRequested() {
        answersDue.getAndUpdate(due -> Math.min(due + 1, MOST_EARNED));
    }

    // ---- the reader

    /** Makes the budget full again, because application data was read. */
    public void replenish() {
        if (left < full) {
            left = full;
        }
    }

    /**
     * Takes notice of a KeyUpdate that came in.
     *
     * @return whether it may answer one of our requests; each request is taken to be answered once
     */
    public boolean takeAnswerDue() {
        return answersDue.get() > 0 && answersDue.getAndUpdate(due -> Math.max(0, due - 1)) > 0;
    }

    /**
     * The cost of a record that carries session tickets, or a part of one.
     *
     * @param tickets how many of them end in this record
     * @param bytes of content
     */
    public static int costOfTickets(int tickets, int bytes) {
        return tickets == 0 && bytes < LEAST_TICKET_PART
                ? RECORD
                : Math.max(1, tickets + bytes / TICKET_BYTES_PER_UNIT);
    }

    /**
     * Pays for a record without application data.
     *
     * @return false if the budget does not allow for it: this is a flood
     */
    public boolean spend(int cost) {
        refill();
        if (left < cost) {
            return false;
        }
        left -= cost;
        return true;
    }

    private void refill() {
        long sentByNow = sent.getOpaque();
        left = Math.min(left + (sentByNow - sentBefore) * RECORD, full + (long) MOST_EARNED * RECORD);
        sentBefore = sentByNow;
        long earned = (nanoTime.getAsLong() - refilledAt) / NANOS_PER_UNIT;
        refilledAt += earned * NANOS_PER_UNIT;
        if (left < full) {
            left = Math.min(left + earned, full);
        }
    }
}
