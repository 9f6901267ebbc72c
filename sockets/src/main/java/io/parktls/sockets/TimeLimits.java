package io.parktls.sockets;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Converts timeouts from the durations of callers to the nanoseconds that this package uses, where 0 means none. */
final class TimeLimits {
    /** A century: as good as no timeout, and safe to add to {@link System#nanoTime}. */
    private static final Duration LONGEST = Duration.ofDays(36_500);

    static final long LONGEST_NANOS = LONGEST.toNanos();

    private TimeLimits() {}

    /**
     * Converts a timeout to nanoseconds. Timeouts longer than a century are shortened to that.
     *
     * @param timeout null or zero for none
     * @throws IllegalArgumentException if the timeout is negative
     */
    static long nanos(@Nullable Duration timeout) {
        if (timeout == null) {
            return 0;
        }
        if (timeout.isNegative()) {
            throw new IllegalArgumentException("negative timeout: " + timeout);
        }
        return timeout.compareTo(LONGEST) > 0 ? LONGEST_NANOS : timeout.toNanos();
    }
}
