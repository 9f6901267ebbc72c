package io.parktls.revocation;

import java.time.Duration;

/** The time that is left for the fetches of one verification. */
final class FetchBudget {
    private final long deadline;

    FetchBudget(Duration timeout) {
        this.deadline = System.nanoTime() + timeout.toNanos();
    }

    /**
     * Returns how long the next source may take: all of the time that is left, or half of it if another source follows,
     * so that a responder that never answers leaves time for the other source.
     */
    Duration next(boolean anotherFollows) {
        long left = Math.max(0, deadline - System.nanoTime());
        return Duration.ofNanos(anotherFollows ? left / 2 : left);
    }
}
