package io.parktls;

import io.parktls.engine.ForeignCodeBoundary;
import java.io.IOException;
import java.util.concurrent.locks.Lock;

/**
 * The strategy by which a {@link TlsConnection} waits for its pipe. It is the only difference between blocking and
 * non-blocking use: {@link #NEVER} declines to wait, and an implementation that parks the thread makes operations
 * block.
 *
 * <p>An implementation that parks belongs to one operation of one thread and holds its deadline. {@link #NEVER} is
 * stateless and may be shared.
 *
 * <p>The connection also notifies a {@code Waiting} before and after a handshake runs foreign code that may wait (see
 * {@link ForeignCodeBoundary}). By default the notifications are ignored.
 */
public interface Waiting extends ForeignCodeBoundary {
    /** Never waits: the operation returns {@link TlsStatus#WANT_READ} or {@link TlsStatus#WANT_WRITE} instead. */
    Waiting NEVER = new Waiting() {
        @Override
        public boolean await(Interest interest) {
            return false;
        }

        @Override
        public void acquire(Lock lock) {
            lock.lock();
        }

        @Override
        public boolean mayBlock() {
            return false;
        }

        @Override
        public String toString() {
            return "Waiting.NEVER";
        }
    };

    /**
     * Waits until the pipe is ready, or declines to wait. It may return before the pipe is ready; the caller then tries
     * again and waits again.
     *
     * @param interest the readiness to wait for
     * @return true if it waited, false if it declines to wait
     * @throws IOException if the wait ended for another reason: {@link java.net.SocketTimeoutException} at the
     *     deadline, {@link java.io.InterruptedIOException} on an interrupt (the thread's interrupt status stays set),
     *     or {@link java.nio.channels.AsynchronousCloseException} when the pipe was closed
     */
    boolean await(Interest interest) throws IOException;

    /**
     * {@return whether {@link #await} also ends for input that arrived before the call} The connection then may wait
     * without trying the pipe first.
     */
    default boolean seesArrivals() {
        return false;
    }

    /**
     * Takes a lock of the connection. Another thread may hold the lock while it waits for the pipe.
     *
     * @param lock the lock
     * @throws IOException as {@link #await(Interest)}; the lock is then not held
     */
    void acquire(Lock lock) throws IOException;
}
