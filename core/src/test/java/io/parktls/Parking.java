package io.parktls;

import io.parktls.bio.NotifyingBio;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;

/** Waits for a {@code NotifyingBio} without a deadline. Any number of threads may use it. */
public final class Parking implements Waiting {
    private record Changes(long arrivals, long room) {
        boolean isNewsTo(Changes seen, Interest interest) {
            return interest.includesRead() && arrivals != seen.arrivals
                    || interest.includesWrite() && room != seen.room;
        }
    }

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();

    /** Guarded by lock. */
    private Changes changes = new Changes(0, 0);

    /** The value of {@link #changes} that each thread saw in its last wait. */
    private final Map<Thread, Changes> seen = new ConcurrentHashMap<>();

    public Parking(NotifyingBio bio) {
        bio.onChange(() -> note(1, 0), () -> note(0, 1));
    }

    private void note(int arrivals, int room) {
        lock.lock();
        try {
            changes = new Changes(changes.arrivals + arrivals, changes.room + room);
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public boolean await(Interest interest) throws IOException {
        lock.lock();
        try {
            // A change since this thread's last wait may be the one it waits for, so it tries again without waiting.
            Changes known = seen.getOrDefault(Thread.currentThread(), new Changes(-1, -1));
            while (!changes.isNewsTo(known, interest)) {
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
