package io.parktls.sockets.jsse.engine.fuzz;

import io.parktls.sockets.Task;
import java.util.concurrent.CancellationException;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Counts what has changed in a {@link ThreadedConversation}, so that threads can wait for the next change. Thread-safe.
 */
final class Changes {
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();

    /** Guarded by {@link #lock}. */
    private long version;

    /** The first failure of a thread; null if none has failed. Guarded by {@link #lock}. */
    private @Nullable Throwable failure;

    long version() {
        lock.lock();
        try {
            return version;
        } finally {
            lock.unlock();
        }
    }

    void record() {
        lock.lock();
        try {
            version++;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Makes the waits of all threads end with an exception. */
    void fail(Throwable e) {
        lock.lock();
        try {
            failure = failure == null ? e : failure;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    @Nullable
    Throwable failure() {
        lock.lock();
        try {
            return failure;
        } finally {
            lock.unlock();
        }
    }

    /**
     * Waits until there is a version that is later than {@code seen}.
     *
     * @param waiter says who waits and for what, for the message of a hang
     */
    void await(long seen, Object waiter) throws InterruptedException {
        lock.lock();
        try {
            long remaining = Task.HANG.toNanos();
            while (version == seen && failure == null) {
                if (remaining <= 0) {
                    throw new Defect("stalls: " + waiter);
                }
                remaining = changed.awaitNanos(remaining);
            }
            if (failure != null) {
                throw new CancellationException("another thread has failed");
            }
        } finally {
            lock.unlock();
        }
    }
}
