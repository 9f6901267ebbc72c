package io.parktls.sockets;

import io.parktls.Interest;
import java.io.IOException;
import java.net.SocketTimeoutException;

/**
 * A waiter that also limits each wait for input, as SO_TIMEOUT does. A class of its own, so that the waiters of reads
 * without an idle timeout do not carry its state.
 */
sealed class IdleLimitedWaiter extends Waiter permits HandshakeWaiter {
    /** In nanoseconds; 0 for none. */
    private final long idleTimeout;

    /**
     * Whether the thread waits for input within the idle timeout. Written by this thread before it is parked, read by
     * any thread.
     */
    private volatile boolean limited;

    /** When the current wait for input ends, by {@link System#nanoTime}. Written before {@link #limited}. */
    private volatile long waitEnd;

    /**
     * Creates the waiter of an operation that begins now.
     *
     * @param operation the name of the operation, for messages
     * @param timeout of the whole operation, in nanoseconds; 0 for none
     * @param idleTimeout of each wait for input, in nanoseconds; 0 for none
     */
    IdleLimitedWaiter(Parking parking, String operation, long timeout, long idleTimeout, Kind kind) {
        super(parking, operation, timeout, kind);
        this.idleTimeout = idleTimeout;
    }

    @Override
    public boolean await(Interest wanted) throws IOException {
        if (idleTimeout == 0 || !wanted.includesRead()) {
            return super.await(wanted);
        }
        long end = System.nanoTime() + idleTimeout;
        waitEnd = super.hasDeadline() && super.deadline() - end < 0 ? super.deadline() : end;
        limited = true;
        try {
            return super.await(wanted);
        } finally {
            limited = false;
        }
    }

    @Override
    boolean hasDeadline() {
        return limited || super.hasDeadline();
    }

    @Override
    long deadline() {
        return limited ? waitEnd : super.deadline();
    }

    @Override
    SocketTimeoutException timedOut() {
        boolean whole = super.hasDeadline() && super.deadline() - System.nanoTime() <= 0;
        return whole || !limited
                ? super.timedOut()
                : new SocketTimeoutException(
                        operation + " timed out: the peer sent nothing for " + format(idleTimeout));
    }
}
