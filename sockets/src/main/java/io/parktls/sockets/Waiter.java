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
 * How one operation of one thread waits: parked, until the pipe is ready, the deadline has come, the thread is interrupted
 * or the pipe closed. Virtual and platform threads alike.
 */
sealed class Waiter implements Waiting permits HandshakeWaiter {
    final Thread thread = Thread.currentThread();

    /** Written by this thread before it is published in {@link Parking}. */
    Interest interest = Interest.READ;

    /** Where things stood when this thread last tried: {@link NotifiedParking}'s notes. */
    int arrivalsSeen;

    int roomSeen;

    /** Nanoseconds that this operation was parked for the pipe, unless it reads. Used by its thread only, as is the next. */
    long parked;

    /** Nanoseconds that it stood in a queue for a processor. */
    long queued;

    enum Kind {
        READ,
        OTHER,
        CLOSE
    }

    final Parking parking;
    private final String operation;

    /** Nanoseconds; 0 for no limit. */
    private final long limit;

    /** By the clock of {@link System#nanoTime}, if there is a limit. */
    private final long deadline;

    private final Kind kind;

    Waiter(Parking parking, String operation, long limit, Kind kind) {
        this.parking = parking;
        this.operation = operation;
        this.limit = limit;
        this.deadline = limit == 0 ? 0 : System.nanoTime() + limit;
        this.kind = kind;
    }

    /**
     * For an operation that begins now.
     *
     * @param operation its name, for messages
     * @param limit in nanoseconds; 0 for none
     */
    static Waiter of(Parking parking, String operation, long limit) {
        return new Waiter(parking, operation, limit, Kind.OTHER);
    }

    /** For reading application data: waits for no more of it once {@link Parking#endInput} was called. */
    static Waiter reading(Parking parking, long limit) {
        return new Waiter(parking, "read", limit, Kind.READ);
    }

    /** For the end: waits while others may no more. */
    static Waiter closing(Parking parking, long limit) {
        return new Waiter(parking, "close", limit, Kind.CLOSE);
    }

    @Override
    public boolean await(Interest wanted) throws IOException {
        requireMayWait();
        if (isTimeUp()) {
            throw timedOut();
        }
        boolean inTime = kind == Kind.READ ? parking.park(this, wanted) : parkTimed(wanted);
        requireMayWait();
        if (!inTime) {
            throw timedOut();
        }
        return true;
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
            acquireLater(lock);
        }
        if (isClosed()) {
            lock.unlock();
            throw new AsynchronousCloseException();
        }
    }

    /** Whoever holds the lock may be parked, but closing wakes it, and then this thread has its turn. */
    private void acquireLater(Lock lock) throws IOException {
        try {
            if (limit == 0) {
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
     * Waits for another thread, which unparks this one when it is done.
     *
     * @throws IOException as {@link #await(Interest)}
     */
    void await(BooleanSupplier done) throws IOException {
        while (!done.getAsBoolean()) {
            requireMayWait();
            if (!parking.parkAside(this, done)) {
                throw timedOut();
            }
        }
    }

    /**
     * Has this waiter's thread, which is parked for what the calling thread has just done, stay so until there is input.
     *
     * @return false if the thread is to be woken instead
     */
    boolean expectInput() {
        return parking.expectInput(this);
    }

    /** Whether nothing but the clock speaks against waiting. */
    boolean mayWait() {
        return !isClosed() && !thread.isInterrupted() && !isDrained();
    }

    /**
     * Parks the thread, perhaps for less than it takes. Who wakes it when its time is up, if nothing else does, is set before.
     *
     * @return false if the deadline has come
     */
    boolean parkOnce(Object blocker) {
        if (isTimeUp()) {
            return false;
        }
        LockSupport.park(blocker);
        return true;
    }

    boolean isLimited() {
        return limit != 0;
    }

    /** By the clock of {@link System#nanoTime}; to be asked of one that is limited. */
    long deadline() {
        return deadline;
    }

    boolean isTimeUp() {
        return isLimited() && remaining() <= 0;
    }

    private boolean isClosed() {
        return kind == Kind.CLOSE ? parking.isClosed() : !parking.isOpen();
    }

    private boolean isDrained() {
        return kind == Kind.READ && parking.isInputEnded();
    }

    private long remaining() {
        return deadline - System.nanoTime();
    }

    /** Why the operation may not wait any more though the pipe is open and the thread is not interrupted; null if it may. */
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
        if (thread.isInterrupted()) {
            throw interrupted();
        }
        if (isDrained()) {
            throw new ServerDrainingException();
        }
    }

    private InterruptedIOException interrupted() {
        return new InterruptedIOException(operation + " interrupted");
    }

    final SocketTimeoutException timedOut() {
        return new SocketTimeoutException(operation + " timed out after " + inWords(limit));
    }

    private static String inWords(long nanos) {
        Duration duration = Duration.ofNanos(nanos);
        long millis = duration.toMillis();
        return millis > 0 && millis % 1_000 == 0 ? duration.toSeconds() + " s" : millis + " ms";
    }

    @Override
    public String toString() {
        return "Waiter[" + operation + (limit == 0 ? "" : " within " + inWords(limit)) + ", " + thread + "]";
    }
}
