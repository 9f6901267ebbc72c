package io.parktls.sockets;

import io.parktls.Interest;
import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Parks the threads that wait for a pipe, and wakes them when the pipe is ready, a deadline passes or the pipe is
 * closed.
 *
 * <p>At most one thread waits to read and one to write at a time, which the locks of the
 * {@link io.parktls.TlsConnection} ensure. The states of a parking are:
 *
 * <pre>
 *   OPEN ----&gt; CLOSING ----&gt; LINGERING ----&gt; CLOSED
 *     |            '---------------------------^
 *     '----------------------------------------'
 * </pre>
 *
 * While it is closing or lingering, only the thread that closes may wait. Thread-safe.
 */
abstract class Parking {
    private enum State {
        OPEN,
        CLOSING,
        LINGERING,
        CLOSED
    }

    private static final VarHandle READER = field("reader", Waiter.class);
    private static final VarHandle WRITER = field("writer", Waiter.class);
    private static final VarHandle TIMER = field("timer", DeadlineTimer.class);
    private static final VarHandle STATE = field("state", State.class);

    /**
     * The thread that waits for input, or for input or room. Written by that thread, and by the thread that wakes it.
     */
    private volatile @Nullable Waiter reader;

    /** The thread that waits for room to write. Written by that thread, and by the thread that wakes it. */
    private volatile @Nullable Waiter writer;

    /** The thread that waits for a condition instead of the pipe. Written by that thread. */
    private volatile @Nullable Waiter conditionWaiter;

    /** The thread that runs foreign code. Written by that thread. */
    private volatile @Nullable HandshakeWaiter foreignCodeWaiter;

    /** Fires at the earliest deadline of the waiters, or before. Set by a waiter, cleared by the timer or a close. */
    private volatile @Nullable DeadlineTimer timer;

    /** Only advances. */
    private volatile State state = State.OPEN;

    /** Never reset. */
    private volatile boolean inputEnded;

    /** Set before other threads use the socket. */
    private boolean interruptsIgnored;

    /**
     * Arranges that {@link #wakeReader} or {@link #wakeWriter} is called when the pipe is ready. Called after the
     * waiter was published.
     *
     * @return false if the pipe may have become ready since the waiter last tried
     */
    abstract boolean arm(Waiter waiter, Interest interest) throws IOException;

    /** Returns whether a thread that parks is also woken for input that arrived before it parked. */
    boolean seesArrivals() {
        return false;
    }

    /** Releases resources. Called once, after the pipe was closed. */
    abstract void release();

    /**
     * Begins a wait for input on behalf of a thread that is parked until the calling thread finishes a step. The parked
     * thread stays parked until the pipe is readable, which saves waking it in between.
     *
     * @return false if the caller must wake the thread, which then waits by itself
     */
    final boolean expectInput(Waiter waiter) {
        publish(waiter, Interest.READ);
        try {
            // A thread that closes sets the state before it looks for waiters.
            return arm(waiter, Interest.READ) && isOpen();
        } catch (IOException e) {
            return false;
        }
    }

    private void publish(Waiter waiter, Interest interest) {
        waiter.interest = interest;
        wake((Waiter) slot(interest).getAndSet(this, waiter));
    }

    private static VarHandle slot(Interest interest) {
        return interest.includesRead() ? READER : WRITER;
    }

    /**
     * Parks the calling thread until the pipe is ready or closed. It may return early.
     *
     * @return false if the waiter's deadline passed first
     */
    final boolean park(Waiter waiter, Interest interest) throws IOException {
        VarHandle slot = slot(interest);
        publish(waiter, interest);
        try {
            if (!arm(waiter, interest)) {
                return true;
            }
            setTimer(waiter);
            while ((Waiter) slot.getVolatile(this) == waiter && waiter.mayWait()) {
                if (!waiter.parkOnce(this)) {
                    return false;
                }
            }
            return true;
        } finally {
            slot.compareAndSet(this, waiter, null);
        }
    }

    /**
     * Parks the calling thread once, unless a condition is true, until another thread wakes it or its deadline passes.
     * One thread may do so at a time.
     *
     * @param done the condition; another thread makes it true and then wakes this one
     * @return false if the waiter's deadline has passed
     */
    final boolean parkForCondition(Waiter waiter, BooleanSupplier done) {
        conditionWaiter = waiter;
        try {
            setTimer(waiter);
            // Checked after the timer is set: setting it takes locks, and parking for a lock consumes the permit of a
            // wake-up that arrives meanwhile.
            return done.getAsBoolean() || waiter.parkOnce(this);
        } finally {
            conditionWaiter = null;
        }
    }

    /** Makes platform threads wait as threads that wait in a {@link java.net.Socket} do: an interrupt has no effect. */
    final void ignoreInterrupts() {
        interruptsIgnored = true;
    }

    final boolean ignoresInterrupts() {
        return interruptsIgnored;
    }

    // ---- foreign code

    /**
     * Registers that the calling thread is about to run foreign code, which is interrupted at the thread's deadline or
     * when the pipe is closed. One thread may do so at a time.
     */
    final void beginForeignCode(HandshakeWaiter waiter) {
        foreignCodeWaiter = waiter;
        if (!isOpen()) {
            // A thread that closes sets the state before it looks for foreign code, so it may have missed this waiter.
            waiter.interruptForeignCode();
        } else if (waiter.isExpired()) {
            waiter.endAtDeadline();
        } else {
            setTimer(waiter);
        }
    }

    final void endForeignCode() {
        foreignCodeWaiter = null;
    }

    private void interruptForeignCode() {
        HandshakeWaiter waiter = foreignCodeWaiter;
        if (waiter != null) {
            waiter.interruptForeignCode();
        }
    }

    // ---- deadlines

    /**
     * Makes sure that a timer fires by the waiter's deadline. Called after the waiter was published, since a timer that
     * was set before may be the one that has to wake it.
     */
    private void setTimer(Waiter waiter) {
        if (waiter.hasDeadline()) {
            setTimer(waiter.deadline());
        }
    }

    private void setTimer(long deadline) {
        for (DeadlineTimer current = timer; current == null || !current.firesBy(deadline); current = timer) {
            DeadlineTimer earlier = new DeadlineTimer(this, deadline);
            if (TIMER.compareAndSet(this, current, earlier)) {
                if (current != null) {
                    current.cancel();
                }
                boolean scheduled = false;
                try {
                    earlier.schedule();
                    scheduled = true;
                } finally {
                    if (!scheduled) {
                        TIMER.compareAndSet(this, earlier, null);
                    }
                }
                // Another thread may have replaced or cancelled the timer before it was scheduled.
                if (timer != earlier || isClosed()) {
                    earlier.cancel();
                }
                return;
            }
        }
    }

    /**
     * Wakes the waiters whose deadline has passed, and sets a new timer for the others. Called by a timer that fires.
     */
    final void timerFired(DeadlineTimer fired) {
        // Cleared before the waiters are checked: a thread that begins to wait later then sets a new timer, and all
        // others are already published.
        if (TIMER.compareAndSet(this, fired, null)) {
            wakeIfExpired(reader);
            wakeIfExpired(writer);
            wakeIfExpired(conditionWaiter);
            endForeignCodeIfExpired(foreignCodeWaiter);
        }
    }

    private void wakeIfExpired(@Nullable Waiter waiter) {
        if (waiter != null && waiter.hasDeadline()) {
            if (waiter.isExpired()) {
                wake(waiter);
            } else {
                setTimer(waiter.deadline());
            }
        }
    }

    private void endForeignCodeIfExpired(@Nullable HandshakeWaiter waiter) {
        if (waiter != null && waiter.hasDeadline()) {
            if (waiter.isExpired()) {
                waiter.endAtDeadline();
            } else {
                setTimer(waiter.deadline());
            }
        }
    }

    /** Returns the timer that is set, if any. */
    final @Nullable DeadlineTimer timer() {
        return timer;
    }

    private void cancelTimer() {
        DeadlineTimer current = (DeadlineTimer) TIMER.getAndSet(this, null);
        if (current != null) {
            current.cancel();
        }
    }

    // ---- waking

    /**
     * Wakes the thread that waits for input.
     *
     * @return whether there was one
     */
    final boolean wakeReader() {
        return reader != null && wake((Waiter) READER.getAndSet(this, null));
    }

    /**
     * Wakes the threads that wait for room to write, or for input or room.
     *
     * @return whether there was one
     */
    final boolean wakeWriter() {
        boolean woken = writer != null && wake((Waiter) WRITER.getAndSet(this, null));
        Waiter either = reader;
        if (either != null && either.interest.includesWrite()) {
            woken |= wakeReader();
        }
        return woken;
    }

    final void wakeAll() {
        wakeReader();
        wakeWriter();
    }

    private static boolean wake(@Nullable Waiter waiter) {
        if (waiter == null) {
            return false;
        }
        LockSupport.unpark(waiter.thread);
        return true;
    }

    // ---- closing

    /** Ends all waits for application data, now and from now on. Data that has arrived can still be read. */
    final void endInput() {
        inputEnded = true;
        wakeReader();
    }

    final boolean isInputEnded() {
        return inputEnded;
    }

    /** Returns whether neither {@link #beginClose} nor {@link #close} was called. */
    final boolean isOpen() {
        return state == State.OPEN;
    }

    final boolean isLingering() {
        return state == State.LINGERING;
    }

    final boolean isClosed() {
        return state == State.CLOSED;
    }

    /**
     * Ends all waits, except those of {@link Waiter#closing} waiters.
     *
     * @return false if this method or {@link #close} was called before
     */
    final boolean beginClose() {
        boolean first = STATE.compareAndSet(this, State.OPEN, State.CLOSING);
        if (first) {
            wakeAll();
            interruptForeignCode();
        }
        return first;
    }

    /**
     * Records that the connection has ended, while the pipe stays open until the peer has closed its end.
     *
     * @return false if this method or {@link #close} was called before
     */
    final boolean beginLinger() {
        return STATE.compareAndSet(this, State.CLOSING, State.LINGERING);
    }

    /**
     * Ends all waits and releases resources. Called once the pipe is closed; further calls have no effect.
     *
     * @return whether this call ended the connection: neither this method nor {@link #beginLinger} was called before
     */
    final boolean close() {
        State before = (State) STATE.getAndSet(this, State.CLOSED);
        if (before != State.CLOSED) {
            wakeAll();
            wake(conditionWaiter);
            interruptForeignCode();
            cancelTimer();
            release();
        }
        return before == State.OPEN || before == State.CLOSING;
    }

    private static VarHandle field(String name, Class<?> type) {
        try {
            return MethodHandles.lookup().findVarHandle(Parking.class, name, type);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }
}
