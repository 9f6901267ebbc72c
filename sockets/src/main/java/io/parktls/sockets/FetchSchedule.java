package io.parktls.sockets;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Determines when an OCSP response is fetched again. A random part keeps the fetches of many certificates apart.
 *
 * @param firstRetry the pause after the first of several failures, and the shortest time between two fetches
 * @param longestRetry the longest pause after a failure
 */
record FetchSchedule(Duration firstRetry, Duration longestRetry) {
    /** Doubling further would exceed any longest pause. */
    private static final int MAX_DOUBLINGS = 30;

    /**
     * Returns a time soon after half of a response's validity, or after half of what is left of it if that is over, as
     * with a response from a cache.
     */
    Instant renewal(Instant thisUpdate, Instant expires, Instant now) {
        Instant half = thisUpdate.plus(Duration.between(thisUpdate, expires).dividedBy(2));
        Instant from = half.isAfter(now)
                ? half
                : now.plus(Duration.between(now, expires).dividedBy(2));
        Instant time = from.plus(random(Duration.between(from, expires).dividedBy(10)));
        Instant earliest = now.plus(firstRetry);
        return time.isBefore(earliest) ? earliest : time;
    }

    /** Returns the pause after that many failures in a row, which is at least half of the nominal one. */
    Duration pauseAfter(int failures) {
        Duration pause = firstRetry;
        for (int i = 1; i < Math.min(failures, MAX_DOUBLINGS) && pause.compareTo(longestRetry) < 0; i++) {
            pause = pause.multipliedBy(2);
        }
        if (pause.compareTo(longestRetry) > 0) {
            pause = longestRetry;
        }
        return pause.minus(random(pause.dividedBy(2)));
    }

    private static Duration random(Duration bound) {
        return Duration.ofMillis(ThreadLocalRandom.current().nextLong(Math.max(1, bound.toMillis())));
    }
}
