package io.parktls;

import java.io.IOException;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * One direction of a connection: its lock, its first failure, and whether close_notify has ended it, which each direction is
 * by itself (RFC 8446 6.1).
 */
abstract sealed class Direction permits Inbound, Outbound {
    private final ReentrantLock lock = new ReentrantLock();

    private final Traffic traffic = new Traffic();

    /** The first failure; whoever finds it writes it. */
    private volatile @Nullable IOException failure;

    /** Written under the lock. */
    private volatile boolean shut;

    /** The read lock or the write lock. */
    final ReentrantLock lock() {
        return lock;
    }

    /** What has come out of the pipe, or what the pipe has taken. */
    final Traffic traffic() {
        return traffic;
    }

    /** Gives the buffer back if nothing is in it. */
    abstract void release();

    /** Forgets what is here. */
    abstract void discard();

    /** Keeps a failure, unless there was one before. */
    final void failed(IOException e) {
        if (failure == null) {
            failure = e;
        }
    }

    final @Nullable IOException failure() {
        return failure;
    }

    /** Close_notify goes this way, and nothing after it. */
    final void shut() {
        shut = true;
    }

    final boolean isShut() {
        return shut;
    }
}
