package io.parktls.sockets;

import io.parktls.Waiting;
import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.channels.AsynchronousCloseException;
import org.jspecify.annotations.Nullable;

/**
 * The waiter of a handshake, which may run foreign code: a trust manager, a key or a key log of the application. While
 * foreign code runs, the thread checks neither the deadline nor whether the connection is closed. So the thread that
 * closes the connection, or the timer, interrupts it.
 *
 * <pre>
 *   NONE &lt;---&gt; RUNNING ---&gt; INTERRUPTING ---&gt; INTERRUPTED
 * </pre>
 */
final class HandshakeWaiter extends IdleLimitedWaiter {
    private enum ForeignCodeState {
        NONE,
        RUNNING,
        INTERRUPTING,
        INTERRUPTED
    }

    private static final VarHandle STATE = stateField();

    /** The socket to abort if the deadline passes while foreign code runs. Written by this thread before any runs. */
    @Nullable
    TlsSocket socket;

    /** How long the handshake ran foreign code, in nanoseconds. Used by this thread only. */
    long inForeignCode;

    /** When the current foreign code began, by {@link System#nanoTime}. Used by this thread only. */
    private long began;

    /** Written by this thread, and while foreign code runs also by the thread that interrupts it. */
    private volatile ForeignCodeState state = ForeignCodeState.NONE;

    /** Whether the deadline passed while foreign code ran. Written before {@link #state}. */
    private volatile boolean deadlinePassed;

    /**
     * Creates the waiter of a handshake that begins now.
     *
     * @param timeout in nanoseconds; 0 for none
     */
    HandshakeWaiter(Parking parking, long timeout) {
        this(parking, timeout, 0);
    }

    /**
     * Creates the waiter of a handshake that begins now.
     *
     * @param timeout of the whole handshake, in nanoseconds; 0 for none
     * @param idleTimeout of each wait for input, in nanoseconds; 0 for none
     */
    HandshakeWaiter(Parking parking, long timeout, long idleTimeout) {
        super(parking, "handshake", timeout, idleTimeout, Kind.OTHER);
    }

    @Override
    public void beforeForeignCode() {
        began = System.nanoTime();
        if (!STATE.compareAndSet(this, ForeignCodeState.NONE, ForeignCodeState.RUNNING)) {
            // An earlier call was interrupted, but the engine has gone on to another one.
            thread.interrupt();
            return;
        }
        parking.beginForeignCode(this);
    }

    @Override
    @SuppressWarnings("ThreadPriorityCheck") // the other thread is between two statements
    public void afterForeignCode() {
        parking.endForeignCode();
        inForeignCode += System.nanoTime() - began;
        if (!STATE.compareAndSet(this, ForeignCodeState.RUNNING, ForeignCodeState.NONE)) {
            while (state == ForeignCodeState.INTERRUPTING) {
                Thread.yield();
            }
            // The interrupt was meant for the foreign code: clear the flag for what this thread does next.
            Thread.interrupted();
        }
    }

    /** Interrupts the foreign code and aborts the connection, because the deadline has passed. Called by the timer. */
    void endAtDeadline() {
        deadlinePassed = true;
        TlsSocket current = socket;
        if (interruptForeignCode() && current != null) {
            current.abortAtDeadline();
        }
    }

    /**
     * Interrupts the foreign code that the thread runs. Any thread may call this.
     *
     * @return false if the thread runs none, or was already interrupted
     */
    boolean interruptForeignCode() {
        if (!STATE.compareAndSet(this, ForeignCodeState.RUNNING, ForeignCodeState.INTERRUPTING)) {
            return false;
        }
        thread.interrupt();
        state = ForeignCodeState.INTERRUPTED;
        return true;
    }

    /**
     * {@inheritDoc}
     *
     * <p>After foreign code was interrupted, the reason is the deadline or the end of the pipe, whatever the foreign
     * code threw or returned.
     */
    @Override
    @Nullable
    IOException interruption() {
        if (state == ForeignCodeState.NONE || state == ForeignCodeState.RUNNING) {
            return null;
        }
        return deadlinePassed ? timedOut() : new AsynchronousCloseException();
    }

    /**
     * Returns a view of this waiter that tracks foreign code, but never waits for the pipe, and that ends a step after
     * the application's choice of settings.
     */
    Waiting withoutWaiting() {
        return new StepWaiting() {
            @Override
            public boolean endsStepAfterChoice() {
                return true;
            }

            @Override
            public void beforeForeignCode() {
                HandshakeWaiter.this.beforeForeignCode();
            }

            @Override
            public void afterForeignCode() {
                HandshakeWaiter.this.afterForeignCode();
            }
        };
    }

    private static VarHandle stateField() {
        try {
            return MethodHandles.lookup().findVarHandle(HandshakeWaiter.class, "state", ForeignCodeState.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }
}
