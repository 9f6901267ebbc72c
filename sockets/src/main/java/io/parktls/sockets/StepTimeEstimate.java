package io.parktls.sockets;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * How long the longest steps of handshakes take of late: the shortest of the last few, since by the clock a step takes as long as
 * the others that share its processor let it. Thread-safe.
 */
final class StepTimeEstimate {
    /** How many handshakes are looked at together. */
    static final int WINDOW = 32;

    private final AtomicLong shortest = new AtomicLong(Long.MAX_VALUE);
    private final AtomicInteger count = new AtomicInteger();

    /** Of the last full window, in nanoseconds; 0 before. */
    private volatile long typical;

    void add(long nanos) {
        shortest.accumulateAndGet(nanos, Math::min);
        if (count.incrementAndGet() % WINDOW == 0) {
            long least = shortest.getAndSet(Long.MAX_VALUE);
            if (least != Long.MAX_VALUE) {
                typical = least;
            }
        }
    }

    /** In nanoseconds; 0 as long as nobody knows. */
    long typical() {
        return typical;
    }
}
