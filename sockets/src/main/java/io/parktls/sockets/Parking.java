package io.parktls.sockets;

import io.parktls.Interest;
import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Where threads wait until a pipe is ready: at most one to read and one to write at a time, which the locks of their
 * owners see to. It is also what ends all waiting when the pipe is closed.
 *
 * <pre>
 *   OPEN ----&gt; CLOSING ----&gt; LINGERING ----&gt; CLOSED
 *     |            '---------------------------^
 *     '----------------------------------------'
 * </pre>
 *
 * While it is closing or lingering, only the thread that closes may wait.
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

    /** Who waits for input, or for either. Set by the waiter, reset by it or by who wakes it. */
    private volatile @Nullable Waiter reader;

    /** Who waits for room to write. Set by the waiter, reset by it or by who wakes it. */
    private volatile @Nullable Waiter writer;

    /** Who waits for another thread. Set and reset by the waiter. */
    private volatile @Nullable Waiter bystander;

    /** The waiter whose thread runs foreign code. Set and reset by it. */
    private volatile @Nullable HandshakeWaiter foreign;

    /** Set by who waits for a limited time, reset by the alarm. */
    private volatile @Nullable DeadlineTimer timer;

    /** Only ever advances. */
    private volatile State state = State.OPEN;

    /** Only ever set. */
    private volatile boolean inputEnded;

    /**
     * Sees to it that {@link #wakeReader} or {@link #wakeWriter} is called when the pipe is ready. Called after the waiter
     * was published.
     *
     * @return false if the pipe may have become ready since the waiter tried
     */
    abstract boolean arm(Waiter waiter, Interest interest) throws IOException;

    /** Whether who parks is woken for what had arrived before, too. */
    boolean seesArrivals() {
        return false;
    }

    /** Called once, after the pipe was closed. */
    abstract void release();

    /**
     * Begins a wait for input in the name of a thread that is parked already, for something that this thread has just done: it
     * stays parked until the pipe is readable.
     *
     * @return false if the thread is to be woken, and to wait by itself
     */
    final boolean expectInput(Waiter waiter) {
        publish(waiter, Interest.READ);
        try {
            // Whoever closes says so first and then looks for waiters.
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
     * Parks the calling thread until the pipe is ready, closed, or something else wakes it.
     *
     * @return false if the waiter's time was up first
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
     * Parks the calling thread once, to be woken by another thread, or when its time is up. One thread may do so at a time.
     *
     * @param done whether there is nothing to wait for; the other thread makes it so, and then wakes this one
     * @return false if the waiter's time is up
     */
    final boolean parkAside(Waiter waiter, BooleanSupplier done) {
        bystander = waiter;
        try {
            setTimer(waiter);
            // Only now: that takes locks, and to park for one uses up the wake-up that has come meanwhile.
            return done.getAsBoolean() || waiter.parkOnce(this);
        } finally {
            bystander = null;
        }
    }

    // ---- foreign code

    /**
     * The calling thread is about to run foreign code: its deadline, or the end of the pipe, interrupts that. One thread may do so at a
     * time.
     */
    final void beginForeignCode(HandshakeWaiter waiter) {
        foreign = waiter;
        if (!isOpen()) {
            // A thread that closes sets the state first and then looks here.
            waiter.interruptForeignCode();
        } else if (waiter.isTimeUp()) {
            waiter.cutOff();
        } else {
            setTimer(waiter);
        }
    }

    final void endForeignCode() {
        foreign = null;
    }

    private void interruptForeignCode() {
        HandshakeWaiter waiter = foreign;
        if (waiter != null) {
            waiter.interruptForeignCode();
        }
    }

    // ---- time limits

    /** To be called when the waiter is to be seen in its place: an alarm that was there before looks at it, too. */
    private void setTimer(Waiter waiter) {
        if (waiter.isLimited()) {
            setTimer(waiter.deadline());
        }
    }

    private void setTimer(long deadline) {
        for (DeadlineTimer now = timer; now == null || !now.isInTimeFor(deadline); now = timer) {
            DeadlineTimer earlier = new DeadlineTimer(this, deadline);
            if (TIMER.compareAndSet(this, now, earlier)) {
                if (now != null) {
                    now.cancel();
                }
                boolean set = false;
                try {
                    earlier.set();
                    set = true;
                } finally {
                    if (!set) {
                        TIMER.compareAndSet(this, earlier, null);
                    }
                }
                if (timer != earlier || isClosed()) {
                    earlier.cancel();
                }
                return;
            }
        }
    }

    /** The time of an alarm has come: wakes those whose time is up, and sets another for the rest. */
    final void expired(DeadlineTimer timer) {
        // First: who begins to wait from now on sets one, and all others are in their places.
        if (TIMER.compareAndSet(this, timer, null)) {
            wakeIfExpired(reader);
            wakeIfExpired(writer);
            wakeIfExpired(bystander);
            cutOffIfExpired(foreign);
        }
    }

    private void wakeIfExpired(@Nullable Waiter waiter) {
        if (waiter != null && waiter.isLimited()) {
            if (waiter.isTimeUp()) {
                wake(waiter);
            } else {
                setTimer(waiter.deadline());
            }
        }
    }

    private void cutOffIfExpired(@Nullable HandshakeWaiter waiter) {
        if (waiter != null && waiter.isLimited()) {
            if (waiter.isTimeUp()) {
                waiter.cutOff();
            } else {
                setTimer(waiter.deadline());
            }
        }
    }

    /** The alarm that is set, if there is one. */
    final @Nullable DeadlineTimer timer() {
        return timer;
    }

    private void cancelTimer() {
        DeadlineTimer set = (DeadlineTimer) TIMER.getAndSet(this, null);
        if (set != null) {
            set.cancel();
        }
    }

    /**
     * Wakes who waits for input.
     *
     * @return whether there was anybody
     */
    final boolean wakeReader() {
        return reader != null && wake((Waiter) READER.getAndSet(this, null));
    }

    /**
     * Wakes who waits for room to write, be it among other things.
     *
     * @return whether there was anybody
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

    // ---- the end

    /** From now on nobody waits for application data. What has arrived may still be read. */
    final void endInput() {
        inputEnded = true;
        wakeReader();
    }

    final boolean isInputEnded() {
        return inputEnded;
    }

    /** Whether neither {@link #beginClose} nor {@link #close} was called. */
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
     * Ends all waiting, but for those who close.
     *
     * @return false if another call of this method or of {@link #close} came first
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
     * Takes note that the connection has ended, while the pipe stays open until the peer has closed it, too.
     *
     * @return false if another call of this method or of {@link #close} came first
     */
    final boolean beginLinger() {
        return STATE.compareAndSet(this, State.CLOSING, State.LINGERING);
    }

    /**
     * Ends all waiting. Called once the pipe is closed; again without effect.
     *
     * @return whether the connection has ended with this call: neither this method nor {@link #beginLinger} was called before
     */
    final boolean close() {
        State before = (State) STATE.getAndSet(this, State.CLOSED);
        if (before != State.CLOSED) {
            wakeAll();
            wake(bystander);
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
