package io.parktls;

import io.parktls.bio.NotifyingBio;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;

/** Waits for a pipe that notifies, for any number of threads, without a deadline. */
public final class Parking implements Waiting {
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();

    /** Guarded by lock. */
    private long changes;

    /** What each thread has seen of {@link #changes} when it last waited; a thread that has not sees all as news. */
    private final Map<Thread, Long> seen = new ConcurrentHashMap<>();

    public Parking(NotifyingBio bio) {
        bio.onChange(this::changed);
    }

    private void changed() {
        lock.lock();
        try {
            changes++;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public boolean await(Interest interest) throws IOException {
        lock.lock();
        try {
            // Changes since this thread's last wait may be those it waits for: then it tries again first.
            long known = seen.getOrDefault(Thread.currentThread(), -1L);
            while (known == changes) {
                changed.await();
            }
            seen.put(Thread.currentThread(), changes);
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted");
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void acquire(Lock wanted) {
        wanted.lock();
    }
}
