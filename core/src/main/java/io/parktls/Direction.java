package io.parktls;

import java.io.IOException;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * One direction of a connection: its lock, its first failure, and whether close_notify has closed it. Each direction is
 * closed separately (RFC 8446 6.1).
 */
abstract sealed class Direction permits Inbound, Outbound {
    private final ReentrantLock lock = new ReentrantLock();

    private final TrafficCounter traffic = new TrafficCounter();

    /** The first failure. Written and read by any thread. */
    private volatile @Nullable IOException failure;

    /** Written under the lock, read by any thread. */
    private volatile boolean shut;

    /** Returns the read lock or the write lock. */
    final ReentrantLock lock() {
        return lock;
    }

    /** Returns the counter of the bytes that were read from the pipe, or that the pipe has accepted. */
    final TrafficCounter traffic() {
        return traffic;
    }

    /** Returns the buffer to the pool if it is empty. */
    abstract void release();

    /** Discards the buffered bytes and returns the buffer to the pool. */
    abstract void discard();

    /** Fails this direction, unless it has failed before. */
    final void failed(IOException e) {
        if (failure == null) {
            failure = e;
        }
    }

    final @Nullable IOException failure() {
        return failure;
    }

    /** Closes this direction: close_notify was the last message. */
    final void shut() {
        shut = true;
    }

    final boolean isShut() {
        return shut;
    }
}
