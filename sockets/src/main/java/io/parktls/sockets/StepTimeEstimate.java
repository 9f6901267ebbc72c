package io.parktls.sockets;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Estimates how long the longest step of a handshake computes. The estimate is the minimum over a window of handshakes,
 * since threads that share the processor only lengthen the elapsed time of a step. Thread-safe.
 */
final class StepTimeEstimate {
    /** How many handshakes make up a window. */
    static final int WINDOW = 32;

    private final AtomicLong shortest = new AtomicLong(Long.MAX_VALUE);
    private final AtomicInteger count = new AtomicInteger();

    /** The minimum of the last complete window, in nanoseconds; 0 before there is one. */
    private volatile long typical;

    /** Adds the longest step of a handshake, in nanoseconds. */
    void add(long nanos) {
        shortest.accumulateAndGet(nanos, Math::min);
        if (count.incrementAndGet() % WINDOW == 0) {
            long least = shortest.getAndSet(Long.MAX_VALUE);
            if (least != Long.MAX_VALUE) {
                typical = least;
            }
        }
    }

    /** Returns the estimate in nanoseconds; 0 before the first window is complete. */
    long typical() {
        return typical;
    }
}
