package io.parktls.sockets;

import io.parktls.TlsConnection;
import io.parktls.TlsStatus;
import io.parktls.Waiting;
import java.io.IOException;
import java.nio.channels.AsynchronousCloseException;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * A step of a handshake in the queue of a {@link HandshakeGate}. Either the connection's own thread performs it or a
 * worker of the gate does:
 *
 * <pre>
 *            .--&gt; ADMITTED                 the own thread performs the step
 *   QUEUED --+--&gt; LENT -------&gt; RETURNED   the own thread performs the step, with the permit of a waiting worker
 *            +--&gt; WORKING ----&gt; DONE       a worker performs the step
 *            '--&gt; DROPPED                  the own thread has stopped waiting, or the gate is closed
 * </pre>
 *
 * Only the own thread may perform a step that may run foreign code: a worker that takes such a step from the queue
 * lends its permit.
 */
final class HandshakeStep implements Runnable, Comparable<HandshakeStep> {
    /** For steps that hold a permit, or need none. */
    static final Waiting COMPUTING = new StepWaiting() {};

    private enum State {
        QUEUED,
        ADMITTED,
        LENT,
        RETURNED,
        WORKING,
        DONE,
        DROPPED
    }

    private final TlsConnection connection;
    private final Waiter waiter;
    private final boolean first;
    private final boolean ownThread;
    private final long number;
    private final HandshakeGate gate;
    private final long created = System.nanoTime();
    private final AtomicReference<State> state = new AtomicReference<>(State.QUEUED);

    /** When the step left the queue, by {@link System#nanoTime}; 0 before. Written by the thread that removes it. */
    private volatile long dequeued;

    /** The worker that lent its permit. Written by that worker. */
    private volatile @Nullable Thread lender;

    /** How long the step computed. Written by the thread that performs it. */
    private long nanos;

    /** Written by the worker before it sets {@link State#DONE}, read after that. */
    private @Nullable TlsStatus status;

    /** Written by the worker before it sets {@link State#DONE}, read after that. */
    private @Nullable Throwable failure;

    /**
     * When a worker finished the step and left the own thread parked until there is input, by {@link System#nanoTime};
     * 0 if it did not. Written by the worker before it sets {@link State#DONE}, read after that.
     */
    private long inputWaitStart;

    /**
     * Creates a step of the calling thread's connection.
     *
     * @param waiter the waiter of the calling thread
     * @param first whether this is the first step of the handshake; later steps have priority
     * @param ownThread whether only the calling thread may perform the step
     * @param number the step's number in the order of arrival
     * @param gate the gate in whose queue the step waits
     */
    HandshakeStep(
            TlsConnection connection,
            Waiter waiter,
            boolean first,
            boolean ownThread,
            long number,
            HandshakeGate gate) {
        this.connection = connection;
        this.waiter = waiter;
        this.first = first;
        this.ownThread = ownThread;
        this.number = number;
        this.gate = gate;
    }

    /** Wakes the step's own thread to perform it; returns false if the step had left the queue. */
    boolean admit() {
        return leaveQueue(State.ADMITTED);
    }

    /** Drops the step unperformed; returns false if it had left the queue. */
    boolean drop() {
        return leaveQueue(State.DROPPED);
    }

    private boolean leaveQueue(State next) {
        if (!state.compareAndSet(State.QUEUED, next)) {
            return false;
        }
        dequeued = System.nanoTime();
        LockSupport.unpark(waiter.thread);
        return true;
    }

    /** Performs the step on a worker, or lends the worker's permit. */
    @Override
    @SuppressWarnings("CatchingUnchecked") // the own thread throws it again, see result()
    public void run() {
        if (ownThread) {
            lendPermit();
            return;
        }
        if (!state.compareAndSet(State.QUEUED, State.WORKING)) {
            return;
        }
        dequeued = System.nanoTime();
        gate.workerBegan();
        try {
            status = perform();
        } catch (Exception | Error e) {
            failure = e;
        }
        boolean mayStayParked = status == TlsStatus.WANT_READ && waiter.seesArrivals();
        if (mayStayParked) {
            inputWaitStart = System.nanoTime();
        }
        state.set(State.DONE);
        if (!mayStayParked || !waiter.expectInput()) {
            LockSupport.unpark(waiter.thread);
        }
    }

    /** Blocks the worker while the step's own thread computes with the worker's permit. */
    private void lendPermit() {
        if (!leaveQueue(State.LENT)) {
            return;
        }
        gate.workerBegan();
        lender = Thread.currentThread();
        boolean interrupted = false;
        while (state.get() == State.LENT) {
            LockSupport.park(this);
            interrupted |= Thread.interrupted();
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** Returns the permit to the worker that lent it. Called once, by the step's own thread. */
    void returnPermit() {
        state.set(State.RETURNED);
        LockSupport.unpark(lender);
    }

    boolean isLent() {
        return state.get() == State.LENT;
    }

    /** Performs the step in the calling thread. */
    TlsStatus perform() throws IOException {
        long start = System.nanoTime();
        try {
            return connection.doHandshake(COMPUTING);
        } finally {
            nanos = System.nanoTime() - start;
        }
    }

    boolean isFirst() {
        return first;
    }

    /** Returns how long the step computed, in nanoseconds, once it was performed. */
    long nanos() {
        return nanos;
    }

    /** Returns how long the step was in the queue up to now, in nanoseconds. */
    long queuedNanos() {
        return (dequeued == 0 ? System.nanoTime() : dequeued) - created;
    }

    /**
     * Returns how long a worker left the own thread parked for input after the step, in nanoseconds; 0 if it did not.
     */
    long inputWaitNanos() {
        return inputWaitStart == 0 ? 0 : System.nanoTime() - inputWaitStart;
    }

    /**
     * Returns whether the own thread was parked for input after the step, and so need not wait for that input again.
     */
    boolean hasAwaitedInput() {
        return inputWaitStart != 0;
    }

    /** Returns whether the own thread has a permit. */
    boolean isAdmitted() {
        State now = state.get();
        return now == State.ADMITTED || now == State.LENT;
    }

    /** Returns whether the own thread need not wait for this step any more. */
    boolean isDecided() {
        State now = state.get();
        return now != State.QUEUED && now != State.WORKING;
    }

    /** Returns the result of a worker. Called once the step is decided, unless the own thread performs it. */
    TlsStatus result() throws IOException {
        if (state.get() == State.DROPPED) {
            throw new AsynchronousCloseException();
        }
        return switch (failure) {
            case null -> Objects.requireNonNull(status);
            case IOException e -> throw e;
            case RuntimeException e -> throw e;
            case Error e -> throw e;
            default -> throw new IllegalStateException(failure);
        };
    }

    @Override
    public int compareTo(HandshakeStep other) {
        return first == other.first ? Long.compare(number, other.number) : Boolean.compare(first, other.first);
    }
}
