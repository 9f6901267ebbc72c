package io.parktls;

import io.parktls.engine.ForeignCodeBoundary;
import java.io.IOException;
import java.util.concurrent.locks.Lock;

/**
 * What a {@link TlsConnection} does when it can go no further: the one difference between blocking and non-blocking use.
 *
 * <p>An implementation that parks belongs to one operation of one thread and carries its deadline; {@link #NEVER} is
 * shared by everybody.
 *
 * <p>It is also told when a handshake is about to run code of the application's that may wait, and when that is over ({@link
 * ForeignCodeBoundary}), which by default it ignores.
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
        public String toString() {
            return "Waiting.NEVER";
        }
    };

    /**
     * Waits until the pipe is ready, or declines to wait. May return early: the caller tries again and comes back.
     *
     * @return true if it waited, false if it never does
     * @throws IOException if the wait ended another way: {@link java.net.SocketTimeoutException} at the deadline,
     *     {@link java.io.InterruptedIOException} on an interrupt (the thread's flag stays set), or
     *     {@link java.nio.channels.AsynchronousCloseException} when the pipe was closed
     */
    boolean await(Interest interest) throws IOException;

    /**
     * Whether {@link #await} ends for input that was there before it was called, too. Then it need not be looked for first.
     */
    default boolean seesArrivals() {
        return false;
    }

    /**
     * Takes a lock of the connection that another thread may hold while it waits.
     *
     * @throws IOException as {@link #await(Interest)}; the lock is then not held
     */
    void acquire(Lock lock) throws IOException;
}
