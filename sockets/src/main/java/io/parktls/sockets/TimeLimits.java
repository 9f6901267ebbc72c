package io.parktls.sockets;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Time limits as callers give them, and as they are kept: nanoseconds, 0 for none. */
final class TimeLimits {
    /** A century: long enough to be none, and safe to add to a clock. */
    private static final Duration LONGEST = Duration.ofDays(36_500);

    /** The same in nanoseconds. */
    static final long LONGEST_NANOS = LONGEST.toNanos();

    private TimeLimits() {}

    /**
     * The limit in nanoseconds.
     *
     * @param limit null or zero for none
     * @throws IllegalArgumentException if it is negative
     */
    static long nanos(@Nullable Duration limit) {
        if (limit == null) {
            return 0;
        }
        if (limit.isNegative()) {
            throw new IllegalArgumentException("negative time limit: " + limit);
        }
        return limit.compareTo(LONGEST) > 0 ? LONGEST_NANOS : limit.toNanos();
    }
}
