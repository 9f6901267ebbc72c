package io.parktls.sockets;

import io.parktls.Interest;
import io.parktls.bio.NotifyingBio;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Parks threads for a {@link NotifyingBio}, whose notifications wake them. The pipe may become ready between a thread's
 * last attempt and its wait, so this class counts the notifications, and a thread parks only if the count has not
 * changed.
 */
final class NotifiedParking extends Parking {
    /** How many times the pipe became readable. Begins with 1, so that it differs from a new waiter's 0. */
    private final AtomicInteger readableCount = new AtomicInteger(1);

    /** How many times the pipe became writable. Begins with 1, so that it differs from a new waiter's 0. */
    private final AtomicInteger writableCount = new AtomicInteger(1);

    NotifiedParking(NotifyingBio bio) {
        bio.onChange(this::readable, this::writable);
    }

    private void readable() {
        readableCount.incrementAndGet();
        wakeReader();
    }

    private void writable() {
        writableCount.incrementAndGet();
        wakeWriter();
    }

    /** Returns false the first time a waiter calls it, which then knows the counts and tries the pipe again. */
    @Override
    boolean arm(Waiter waiter, Interest interest) {
        boolean changed = false;
        if (interest.includesRead()) {
            int now = readableCount.get();
            changed = now != waiter.readableSeen;
            waiter.readableSeen = now;
        }
        if (interest.includesWrite()) {
            int now = writableCount.get();
            changed |= now != waiter.writableSeen;
            waiter.writableSeen = now;
        }
        return !changed;
    }

    @Override
    void release() {
        // There are no resources: the pipe only refers to this object.
    }
}
