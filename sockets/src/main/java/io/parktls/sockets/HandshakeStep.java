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
 * One step of a handshake, which may have to stand in the queue of a {@link HandshakeGate}.
 *
 * <pre>
 *            .--&gt; ADMITTED                 its own thread takes the step
 *   QUEUED --+--&gt; LENT -------&gt; RETURNED   the same, while a worker waits, whose place that is
 *            +--&gt; WORKING ----&gt; DONE       a worker takes the step
 *            '--&gt; DROPPED                  its own thread waits no more, or the gate is closed
 * </pre>
 *
 * A step that may run foreign code is for its own thread alone: a worker that comes to it lends its place.
 */
final class HandshakeStep implements Runnable, Comparable<HandshakeStep> {
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

    /** When it left the queue, in {@link System#nanoTime}; 0 before. Written by who has it leave. */
    private volatile long left;

    /** The worker that lent its place; written by it. */
    private volatile @Nullable Thread lender;

    /** Written by who takes it. */
    private long nanos;

    /** Written by the worker before it is done, as is the next; read afterwards. */
    private @Nullable TlsStatus status;

    private @Nullable Throwable failure;

    /**
     * When a worker was done and left the thread parked, to be woken by input; 0 if that is not so. Written by the worker before
     * it is done.
     */
    private long expecting;

    /**
     * A step of the calling thread's connection.
     *
     * @param waiter of the calling thread
     * @param first whether nothing of the handshake is done yet; others come first
     * @param ownThread whether only the calling thread may take it
     * @param number in the order of arrival
     * @param gate whose queue it stands in
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

    /** Has the step's own thread take it; false if it is dropped. */
    boolean admit() {
        return leaveQueue(State.ADMITTED);
    }

    /** Takes it off the queue unfinished; false if it had left it. */
    boolean drop() {
        return leaveQueue(State.DROPPED);
    }

    private boolean leaveQueue(State next) {
        if (!state.compareAndSet(State.QUEUED, next)) {
            return false;
        }
        left = System.nanoTime();
        LockSupport.unpark(waiter.thread);
        return true;
    }

    /** What a worker does. */
    @Override
    @SuppressWarnings("CatchingUnchecked") // thrown again where it belongs
    public void run() {
        if (ownThread) {
            lendPlace();
            return;
        }
        if (!state.compareAndSet(State.QUEUED, State.WORKING)) {
            return;
        }
        left = System.nanoTime();
        gate.begun();
        try {
            status = takeHere();
        } catch (Exception | Error e) {
            failure = e;
        }
        boolean mayStayParked = status == TlsStatus.WANT_READ && waiter.seesArrivals();
        if (mayStayParked) {
            expecting = System.nanoTime();
        }
        state.set(State.DONE);
        if (!mayStayParked || !waiter.expectInput()) {
            LockSupport.unpark(waiter.thread);
        }
    }

    /** The part of a worker whose place the step's own thread computes in. */
    private void lendPlace() {
        if (!leaveQueue(State.LENT)) {
            return;
        }
        gate.begun();
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

    /** Gives the place back that a worker lent. Called by the step's own thread, once. */
    void returnPlace() {
        state.set(State.RETURNED);
        LockSupport.unpark(lender);
    }

    boolean isLent() {
        return state.get() == State.LENT;
    }

    /** In the calling thread. */
    TlsStatus takeHere() throws IOException {
        long start = System.nanoTime();
        try {
            return connection.doHandshake(Waiting.NEVER);
        } finally {
            nanos = System.nanoTime() - start;
        }
    }

    boolean isFirst() {
        return first;
    }

    /** How long it took, once it is taken. */
    long nanos() {
        return nanos;
    }

    /** How long it was in the queue, up to now. */
    long queuedNanos() {
        return (left == 0 ? System.nanoTime() : left) - created;
    }

    /** How long its thread has been parked for what comes after it, if a worker saw to that; else 0. */
    long expectingNanos() {
        return expecting == 0 ? 0 : System.nanoTime() - expecting;
    }

    /** Whether its thread was parked for the input that comes after it, and need not wait for that again. */
    boolean hasAwaitedInput() {
        return expecting != 0;
    }

    /** Whether its own thread has a place. */
    boolean isAdmitted() {
        State now = state.get();
        return now == State.ADMITTED || now == State.LENT;
    }

    /** Whether there is something for its own thread to do. */
    boolean isDecided() {
        State now = state.get();
        return now != State.QUEUED && now != State.WORKING;
    }

    /** What came of it, once that is decided and was not left to its own thread. */
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
