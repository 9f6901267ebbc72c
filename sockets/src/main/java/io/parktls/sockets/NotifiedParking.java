package io.parktls.sockets;

import io.parktls.Interest;
import io.parktls.bio.NotifyingBio;
import java.util.concurrent.atomic.AtomicInteger;

/** Waits for a pipe that tells of its changes. */
final class NotifiedParking extends Parking {
    /** How often the pipe has changed: who waits for a change since it last looked compares. */
    private final AtomicInteger changes = new AtomicInteger();

    NotifiedParking(NotifyingBio bio) {
        bio.onChange(this::changed);
    }

    private void changed() {
        changes.incrementAndGet();
        wakeAll();
    }

    @Override
    void beforeYield(Waiter waiter) {
        waiter.changesSeen = changes.get();
    }

    @Override
    boolean arm(Waiter waiter, Interest interest) {
        return changes.get() == waiter.changesSeen;
    }

    @Override
    void release() {
        // The pipe holds no more than a reference to this.
    }
}
