package io.parktls.sockets;

import io.parktls.Interest;
import io.parktls.bio.NotifyingBio;
import java.util.concurrent.atomic.AtomicInteger;

/** Waits for a pipe that tells of its changes. */
final class NotifiedParking extends Parking {
    /** How often the pipe became readable: who waits for a change since it last looked compares. */
    private final AtomicInteger arrivals = new AtomicInteger(1);

    /** The same of room to write. */
    private final AtomicInteger room = new AtomicInteger(1);

    NotifiedParking(NotifyingBio bio) {
        bio.onChange(this::readable, this::writable);
    }

    private void readable() {
        arrivals.incrementAndGet();
        wakeReader();
    }

    private void writable() {
        room.incrementAndGet();
        wakeWriter();
    }

    /** The first time a waiter only takes note of where things stand, and tries again. */
    @Override
    boolean arm(Waiter waiter, Interest interest) {
        boolean news = false;
        if (interest.includesRead()) {
            int now = arrivals.get();
            news = now != waiter.arrivalsSeen;
            waiter.arrivalsSeen = now;
        }
        if (interest.includesWrite()) {
            int now = room.get();
            news |= now != waiter.roomSeen;
            waiter.roomSeen = now;
        }
        return !news;
    }

    @Override
    void release() {
        // The pipe holds no more than a reference to this.
    }
}
