package io.parktls.watch;

import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Lets watches check their files at their intervals. All watches of this JVM share one daemon thread, which begins with
 * the first watch and ends with the last. It only keeps the time: each check runs on a virtual thread of its own, so
 * that a file system that does not answer delays only the watches of its own files.
 *
 * <p>A thread that waits for a file system holds a carrier or a substitute for one, of which the JDK creates a limited
 * number. So at most {@value #MOST_CHECKS} checks run at a time. A watch whose turn comes meanwhile waits for its next
 * turn.
 *
 * <p>The thread does not keep a watch reachable. A watch that is dropped without being closed is no longer checked once
 * the garbage collector has found it.
 */
final class WatchThread {
    /** The thread of this JVM. */
    static final WatchThread SHARED = new WatchThread();

    static final int MOST_CHECKS = 64;

    /** The longest time after which unreachable watches are removed. */
    private static final long PURGE = Duration.ofMinutes(1).toNanos();

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final Semaphore checks = new Semaphore(MOST_CHECKS);

    /** Guarded by {@link #lock}. */
    private final PriorityQueue<Turn> turns = new PriorityQueue<>(Comparator.naturalOrder());

    /** Guarded by {@link #lock}. */
    private boolean running;

    /** The time of a watch's next check. */
    private record Turn(WeakReference<FileWatch<?>> watch, long due) implements Comparable<Turn> {
        /** Compares the difference, because {@link System#nanoTime} may overflow. */
        @Override
        public int compareTo(Turn other) {
            return Long.signum(due - other.due);
        }

        boolean isOf(FileWatch<?> other) {
            return watch.refersTo(other);
        }

        boolean isUnreachable() {
            return watch.refersTo(null);
        }
    }

    void add(FileWatch<?> watch) {
        lock.lock();
        try {
            turns.add(new Turn(new WeakReference<>(watch), System.nanoTime() + nanos(watch)));
            if (running) {
                changed.signal();
            } else {
                Thread.ofPlatform()
                        .name("parktls-watch")
                        .daemon()
                        .inheritInheritableThreadLocals(false)
                        .start(this::run);
                running = true;
            }
        } finally {
            lock.unlock();
        }
    }

    void remove(FileWatch<?> watch) {
        lock.lock();
        try {
            turns.removeIf(turn -> turn.isOf(watch));
            changed.signal();
        } finally {
            lock.unlock();
        }
    }

    /** Returns the number of watches, without those that the garbage collector has found to be unreachable. */
    int size() {
        lock.lock();
        try {
            turns.removeIf(Turn::isUnreachable);
            changed.signal();
            return turns.size();
        } finally {
            lock.unlock();
        }
    }

    boolean isRunning() {
        lock.lock();
        try {
            return running;
        } finally {
            lock.unlock();
        }
    }

    private static long nanos(FileWatch<?> watch) {
        return watch.interval().toNanos();
    }

    private void run() {
        boolean more = true;
        while (more) {
            more = takeTurn();
        }
    }

    /** While this thread waits, no variable of it refers to a watch. */
    private boolean takeTurn() {
        FileWatch<?> due = nextDue();
        if (due == null) {
            return false;
        }
        check(due);
        return true;
    }

    /** Waits for the next watch whose turn it is; returns null, and counts as ended, if there is no watch any more. */
    private @Nullable FileWatch<?> nextDue() {
        lock.lock();
        try {
            while (true) {
                Turn first = turns.peek();
                if (first == null) {
                    running = false;
                    return null;
                }
                long left = first.due - System.nanoTime();
                FileWatch<?> watch = left > 0 ? null : first.watch.get();
                if (watch != null) {
                    turns.remove();
                    turns.add(new Turn(first.watch, System.nanoTime() + nanos(watch)));
                    return watch;
                }
                if (left > 0) {
                    try {
                        changed.awaitNanos(Math.min(left, PURGE));
                    } catch (InterruptedException e) {
                        // No code of ParkTLS interrupts this thread, and all watches of the JVM depend on it.
                    }
                }
                turns.removeIf(Turn::isUnreachable);
            }
        } finally {
            lock.unlock();
        }
    }

    private void check(FileWatch<?> watch) {
        if (watch.isChecking()) {
            start(watch::reportIfOverdue);
            return;
        }
        if (!checks.tryAcquire()) {
            return;
        }
        boolean started = start(() -> {
            try {
                watch.checkIfIdle();
            } finally {
                checks.release();
            }
        });
        if (!started) {
            checks.release();
        }
    }

    private static boolean start(Runnable task) {
        try {
            Thread.ofVirtual()
                    .name("parktls-watch-check")
                    .inheritInheritableThreadLocals(false)
                    .start(task);
            return true;
        } catch (OutOfMemoryError e) {
            // The next turn tries again.
            return false;
        }
    }
}
