package io.parktls.sockets;

import io.parktls.Interest;
import io.parktls.Waiting;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.SocketTimeoutException;
import java.nio.channels.AsynchronousCloseException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Parks the thread of one operation until the pipe is ready, the deadline has passed, the thread is interrupted or the
 * pipe is closed. It works the same way for virtual and platform threads. Used by the thread that created it, unless a
 * method says otherwise.
 */
sealed class Waiter implements Waiting permits IdleLimitedWaiter {
    final Thread thread = Thread.currentThread();

    /** Written by this thread before the waiter is published in {@link Parking}. */
    Interest interest = Interest.READ;

    /** How many times the pipe of a {@link NotifiedParking} had become readable when this thread last tried. */
    int readableSeen;

    /** How many times the pipe of a {@link NotifiedParking} had become writable when this thread last tried. */
    int writableSeen;

    /**
     * How long this operation was parked for the pipe, in nanoseconds; not measured for reads. Used by this thread
     * only.
     */
    long parked;

    /** How long this operation waited for a processor in a queue, in nanoseconds. Used by this thread only. */
    long queued;

    enum Kind {
        READ,
        OTHER,
        CLOSE
    }

    /**
     * Whether an interrupt that {@link Parking#ignoresInterrupts} defers has been cleared. Used by this thread only.
     */
    private boolean interruptDeferred;

    final Parking parking;
    final String operation;

    /** In nanoseconds; 0 for none. */
    private final long timeout;

    /** By the clock of {@link System#nanoTime}, if there is a timeout. */
    private final long deadline;

    private final Kind kind;

    Waiter(Parking parking, String operation, long timeout, Kind kind) {
        this.parking = parking;
        this.operation = operation;
        this.timeout = timeout;
        this.deadline = timeout == 0 ? 0 : System.nanoTime() + timeout;
        this.kind = kind;
    }

    /**
     * Creates the waiter of an operation that begins now.
     *
     * @param operation the name of the operation, for messages
     * @param timeout in nanoseconds; 0 for none
     */
    static Waiter of(Parking parking, String operation, long timeout) {
        return new Waiter(parking, operation, timeout, Kind.OTHER);
    }

    /**
     * Creates the waiter of a read of application data, which does not wait once {@link Parking#endInput} was called.
     *
     * @param timeout of the whole read, in nanoseconds; 0 for none
     * @param idleTimeout of each wait for input, in nanoseconds; 0 for none
     */
    static Waiter reading(Parking parking, long timeout, long idleTimeout) {
        return idleTimeout == 0
                ? new Waiter(parking, "read", timeout, Kind.READ)
                : new IdleLimitedWaiter(parking, "read", timeout, idleTimeout, Kind.READ);
    }

    /** Creates the waiter of a close, which may wait after {@link Parking#beginClose} has ended all other waits. */
    static Waiter closing(Parking parking, long timeout) {
        return new Waiter(parking, "close", timeout, Kind.CLOSE);
    }

    @Override
    public boolean await(Interest wanted) throws IOException {
        try {
            requireMayWait();
            if (isExpired()) {
                throw timedOut();
            }
            boolean inTime = kind == Kind.READ ? parking.park(this, wanted) : parkTimed(wanted);
            requireMayWait();
            if (!inTime) {
                throw timedOut();
            }
            return true;
        } finally {
            restoreInterrupt();
        }
    }

    /** Returns whether the thread is interrupted. A parked thread does not park while its flag is set. */
    private boolean isInterrupted() {
        if (!thread.isInterrupted()) {
            return false;
        }
        if (!parking.ignoresInterrupts() || thread.isVirtual()) {
            return true;
        }
        interruptDeferred |= Thread.interrupted();
        return false;
    }

    private void restoreInterrupt() {
        if (interruptDeferred) {
            interruptDeferred = false;
            thread.interrupt();
        }
    }

    private boolean parkTimed(Interest wanted) throws IOException {
        long start = System.nanoTime();
        boolean inTime = parking.park(this, wanted);
        parked += System.nanoTime() - start;
        return inTime;
    }

    @Override
    public boolean seesArrivals() {
        return parking.seesArrivals();
    }

    @Override
    public void acquire(Lock lock) throws IOException {
        if (!lock.tryLock()) {
            awaitLock(lock);
        }
        if (isClosed()) {
            lock.unlock();
            throw new AsynchronousCloseException();
        }
    }

    /** Need not watch for a close: it wakes the thread that holds the lock, which then releases the lock. */
    private void awaitLock(Lock lock) throws IOException {
        try {
            if (timeout == 0 && parking.ignoresInterrupts() && !thread.isVirtual()) {
                lock.lock();
            } else if (timeout == 0) {
                lock.lockInterruptibly();
            } else if (!lock.tryLock(remaining(), TimeUnit.NANOSECONDS)) {
                throw timedOut();
            }
        } catch (InterruptedException e) {
            thread.interrupt();
            throw interrupted();
        }
    }

    /**
     * Waits until a condition is true. The thread that makes it true must unpark this one.
     *
     * @throws IOException as {@link #await(Interest)}
     */
    void await(BooleanSupplier done) throws IOException {
        try {
            while (!done.getAsBoolean()) {
                requireMayWait();
                if (!parking.parkForCondition(this, done)) {
                    throw timedOut();
                }
            }
        } finally {
            restoreInterrupt();
        }
    }

    /**
     * Lets this waiter's thread, which is parked until the calling thread finishes a step, stay parked until there is
     * input. Called by another thread.
     *
     * @return false if the caller must wake the thread instead
     */
    boolean expectInput() {
        return parking.expectInput(this);
    }

    /** Returns whether the operation may wait, regardless of its deadline. Called by this thread. */
    boolean mayWait() {
        return !isClosed() && !isInterrupted() && !isDrained();
    }

    /**
     * Parks the thread once. It may return early. The caller must have set the timer that wakes the thread at its
     * deadline.
     *
     * @return false if the deadline has passed
     */
    boolean parkOnce(Object blocker) {
        if (isExpired()) {
            return false;
        }
        LockSupport.park(blocker);
        return true;
    }

    /** Any thread may call this. */
    boolean hasDeadline() {
        return timeout != 0;
    }

    /** Returns the deadline by the clock of {@link System#nanoTime}, if there is one. Any thread may call this. */
    long deadline() {
        return deadline;
    }

    /** Returns whether there is a deadline and it has passed. Any thread may call this. */
    boolean isExpired() {
        return hasDeadline() && remaining() <= 0;
    }

    private boolean isClosed() {
        return kind == Kind.CLOSE ? parking.isClosed() : !parking.isOpen();
    }

    private boolean isDrained() {
        return kind == Kind.READ && parking.isInputEnded();
    }

    private long remaining() {
        return deadline() - System.nanoTime();
    }

    /**
     * Returns why the operation must end although the pipe is open and the thread is not interrupted; null if it need
     * not.
     */
    @Nullable
    IOException interruption() {
        return null;
    }

    private void requireMayWait() throws IOException {
        IOException interruption = interruption();
        if (interruption != null) {
            throw interruption;
        }
        if (isClosed()) {
            throw new AsynchronousCloseException();
        }
        if (isInterrupted()) {
            throw interrupted();
        }
        if (isDrained()) {
            throw new ServerDrainingException();
        }
    }

    private InterruptedIOException interrupted() {
        return new InterruptedIOException(operation + " interrupted");
    }

    SocketTimeoutException timedOut() {
        return new SocketTimeoutException(operation + " timed out after " + format(timeout));
    }

    static String format(long nanos) {
        Duration duration = Duration.ofNanos(nanos);
        long millis = duration.toMillis();
        return millis > 0 && millis % 1_000 == 0 ? duration.toSeconds() + " s" : millis + " ms";
    }

    @Override
    public String toString() {
        return "Waiter[" + operation + (timeout == 0 ? "" : " within " + format(timeout)) + ", " + thread + "]";
    }
}
