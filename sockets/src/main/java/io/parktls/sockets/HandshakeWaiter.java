package io.parktls.sockets;

import io.parktls.Interest;
import io.parktls.Waiting;
import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.channels.AsynchronousCloseException;
import java.util.concurrent.locks.Lock;
import org.jspecify.annotations.Nullable;

/**
 * The waiter of a handshake, which may run foreign code: a trust manager, a key, a key log of the application's. While that runs, the
 * thread knows neither the deadline nor that the connection is closed; so the thread that notices either interrupts it.
 *
 * <pre>
 *   NONE &lt;---&gt; RUNNING ---&gt; INTERRUPTING ---&gt; INTERRUPTED
 * </pre>
 */
final class HandshakeWaiter extends Waiter {
    private enum ForeignCodeState {
        NONE,
        RUNNING,
        INTERRUPTING,
        INTERRUPTED
    }

    private static final VarHandle STATE = stateField();

    /** The socket to abort when the deadline comes while foreign code runs. Set by this thread before that. */
    @Nullable
    TlsSocket socket;

    /** Nanoseconds that the handshake ran foreign code. Used by its thread only, as is the next. */
    long inForeignCode;

    /** When the present foreign code began, in {@link System#nanoTime}. */
    private long began;

    /** Advanced by this thread; while foreign code runs also by the thread that interrupts it. */
    private volatile ForeignCodeState state = ForeignCodeState.NONE;

    /** Whether the deadline came while foreign code ran. Written before {@link #state} is. */
    private volatile boolean late;

    /**
     * For a handshake that begins now.
     *
     * @param limit in nanoseconds; 0 for none
     */
    HandshakeWaiter(Parking parking, long limit) {
        super(parking, "handshake", limit, Kind.OTHER);
    }

    @Override
    public void beforeForeignCode() {
        began = System.nanoTime();
        if (!STATE.compareAndSet(this, ForeignCodeState.NONE, ForeignCodeState.RUNNING)) {
            // The engine does not know that the handshake is over.
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
            // The interrupt was for the foreign code, not for what this thread does next.
            Thread.interrupted();
        }
    }

    /** The deadline has come: ends the foreign code and the connection. Called by the alarm. */
    void cutOff() {
        late = true;
        TlsSocket cut = socket;
        if (interruptForeignCode() && cut != null) {
            cut.cutOff();
        }
    }

    /**
     * Interrupts the foreign code that the thread runs. Any thread may call this.
     *
     * @return false if it runs none, or is interrupted already
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
     * <p>After foreign code was interrupted, it is the deadline or the end of the pipe. What the foreign code threw or returned then does
     * not count.
     */
    @Override
    @Nullable
    IOException interruption() {
        if (state == ForeignCodeState.NONE || state == ForeignCodeState.RUNNING) {
            return null;
        }
        return late ? timedOut() : new AsynchronousCloseException();
    }

    /** This waiter for a step that does not wait for the pipe: it watches foreign code, and does nothing else. */
    Waiting withoutWaiting() {
        return new Waiting() {
            @Override
            public boolean await(Interest interest) {
                return false;
            }

            @Override
            public void acquire(Lock lock) {
                lock.lock();
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
