package io.parktls.sockets;

import io.parktls.Interest;
import io.parktls.bio.NotifyingBio;
import java.util.concurrent.atomic.AtomicInteger;

/** Waits for a pipe that tells of its changes. */
final class NotifiedParking extends Parking {
    /** How often the pipe has changed: who waits for a change since it last looked compares. */
    private final AtomicInteger changes = new AtomicInteger(1);

    NotifiedParking(NotifyingBio bio) {
        bio.onChange(this::changed);
    }

    private void changed() {
        changes.incrementAndGet();
        wakeAll();
    }

    /** The first time a waiter only takes note of where things stand, and tries again. */
    @Override
    boolean arm(Waiter waiter, Interest interest) {
        int now = changes.get();
        if (now != waiter.changesSeen) {
            waiter.changesSeen = now;
            return false;
        }
        return true;
    }

    @Override
    void release() {
        // The pipe holds no more than a reference to this.
    }
}
