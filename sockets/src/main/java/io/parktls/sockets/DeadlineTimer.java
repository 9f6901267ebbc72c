package io.parktls.sockets;

import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A timer that makes a {@link Parking} check the deadlines of its waiters. Each parking has at most one, which fires at
 * or before the earliest of those deadlines.
 *
 * <p>A timer outlives the wait that it was set for. The next wait usually has a later deadline, so it compares two
 * numbers and schedules nothing. {@code LockSupport.parkNanos} on a virtual thread, by contrast, wakes the JDK's timer
 * thread at the beginning and at the end of each wait: two thread switches, which take a good part of a handshake's
 * time.
 */
final class DeadlineTimer implements Runnable {
    /** How long the thread stays alive without timers. */
    private static final long IDLE_SECONDS = 10;

    /** Uses a platform thread, since timers must also fire while the carriers of the virtual threads are busy. */
    private static final ScheduledThreadPoolExecutor SCHEDULER = scheduler();

    private final Parking parking;

    /** By the clock of {@link System#nanoTime}. */
    private final long time;

    /**
     * Null until the timer is scheduled. Written by the thread that schedules it, read by the thread that cancels it.
     */
    private volatile @Nullable Future<?> task;

    DeadlineTimer(Parking parking, long time) {
        this.parking = parking;
        this.time = time;
    }

    private static ScheduledThreadPoolExecutor scheduler() {
        ScheduledThreadPoolExecutor scheduler = new ScheduledThreadPoolExecutor(
                1,
                Thread.ofPlatform()
                        .daemon()
                        .name("parktls-timer")
                        .inheritInheritableThreadLocals(false)
                        .factory());
        scheduler.setKeepAliveTime(IDLE_SECONDS, TimeUnit.SECONDS);
        scheduler.allowCoreThreadTimeOut(true);
        // Otherwise a closed connection would stay reachable until its timer fires.
        scheduler.setRemoveOnCancelPolicy(true);
        return scheduler;
    }

    /** Returns whether this timer fires at or before a deadline. */
    boolean firesBy(long deadline) {
        return time - deadline <= 0;
    }

    void schedule() {
        task = SCHEDULER.schedule(this, time - System.nanoTime(), TimeUnit.NANOSECONDS);
    }

    /** Cancels the timer. Has no effect if the timer is not scheduled yet. */
    void cancel() {
        Future<?> scheduled = task;
        if (scheduled != null) {
            scheduled.cancel(false);
        }
    }

    @Override
    public void run() {
        parking.timerFired(this);
    }

    /** Returns how many timers of this JVM are scheduled. */
    static int count() {
        return SCHEDULER.getQueue().size();
    }
}
