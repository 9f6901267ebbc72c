package io.parktls.sockets;

import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The time at which a connection looks whose time is up. There is one at most for each {@link Parking}, at the earliest of its
 * waiters' deadlines or before that.
 *
 * <p>An alarm outlives the wait that it was set for: the next one's deadline is later, as a rule, and then there is nothing to do
 * but to compare. A virtual thread that parks for a certain time, on the other hand, has the JDK's timer thread woken at
 * the beginning and at the end of each wait, which is two switches of threads and a good part of a handshake.
 */
final class DeadlineTimer implements Runnable {
    private static final long IDLE_SECONDS = 10;

    /** A platform thread's: it has to come while the carriers of virtual threads are busy. */
    private static final ScheduledThreadPoolExecutor CLOCK = clock();

    private final Parking parking;

    /** By the clock of {@link System#nanoTime}. */
    private final long time;

    /** Null until it is set. Written by who sets it, read by who cancels it. */
    private volatile @Nullable Future<?> scheduled;

    DeadlineTimer(Parking parking, long time) {
        this.parking = parking;
        this.time = time;
    }

    private static ScheduledThreadPoolExecutor clock() {
        ScheduledThreadPoolExecutor clock = new ScheduledThreadPoolExecutor(
                1,
                Thread.ofPlatform()
                        .daemon()
                        .name("parktls-clock")
                        .inheritInheritableThreadLocals(false)
                        .factory());
        clock.setKeepAliveTime(IDLE_SECONDS, TimeUnit.SECONDS);
        clock.allowCoreThreadTimeOut(true);
        // A connection that is closed is forgotten, however long its limits were.
        clock.setRemoveOnCancelPolicy(true);
        return clock;
    }

    /** Whether it comes in time for a deadline. */
    boolean isInTimeFor(long deadline) {
        return time - deadline <= 0;
    }

    void set() {
        scheduled = CLOCK.schedule(this, time - System.nanoTime(), TimeUnit.NANOSECONDS);
    }

    /** Has no effect on one that is not yet set. */
    void cancel() {
        Future<?> task = scheduled;
        if (task != null) {
            task.cancel(false);
        }
    }

    @Override
    public void run() {
        parking.expired(this);
    }

    /** How many alarms of this JVM are set. */
    static int count() {
        return CLOCK.getQueue().size();
    }
}
