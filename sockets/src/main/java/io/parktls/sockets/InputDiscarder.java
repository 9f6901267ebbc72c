package io.parktls.sockets;

import io.parktls.Interest;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.concurrent.TimeUnit;

/**
 * Reads and discards what a peer sends after this end has sent its FIN, until the peer closes its end, too.
 *
 * <p>A TCP socket that is closed with unread input, or that receives input after it was closed, resets the connection (RFC 9293 3.10.7).
 * The peer then loses what it has not read yet. nginx ({@code lingering_close}) and Apache read on for the same reason, with about the
 * same limits.
 *
 * <p>Used by one thread.
 */
final class InputDiscarder {
    /** For how long a peer may send nothing before this end closes all the same, in nanoseconds. */
    static final long QUIET_LIMIT = TimeUnit.SECONDS.toNanos(5);

    /** The same while the server is closing. */
    private static final long DRAINING_QUIET_LIMIT = TimeUnit.SECONDS.toNanos(1);

    /** How long one wait may take. A server that begins to close is noticed after that time. */
    private static final long LONGEST_WAIT = TimeUnit.SECONDS.toNanos(1);

    /** How many bytes are read without a pause. */
    private static final int BURST = 1 << 20;

    /** How long reading a burst takes at least, in nanoseconds: a peer that never stops sending costs little computing time. */
    private static final long BURST_TIME = TimeUnit.MILLISECONDS.toNanos(32);

    /** All threads overwrite the same bytes, which nothing ever reads. */
    private static final ByteBuffer DISCARDED = ByteBuffer.allocateDirect(1 << 16);

    private final SocketChannel channel;
    private final Parking parking;
    private final ByteBuffer discarded = DISCARDED.duplicate();

    private long lastArrival = System.nanoTime();

    InputDiscarder(SocketChannel channel, Parking parking) {
        this.channel = channel;
        this.parking = parking;
    }

    /**
     * Discards what has arrived, up to a burst, without waiting.
     *
     * @return how many bytes; -1 if nothing more will come, since the peer has closed or the connection is broken
     */
    int discardArrived() {
        int total = 0;
        try {
            while (total < BURST) {
                int n = channel.read(discarded.clear());
                if (n < 0) {
                    return -1;
                }
                if (n == 0) {
                    break;
                }
                total += n;
            }
        } catch (IOException e) {
            return -1;
        }
        if (total > 0) {
            lastArrival = System.nanoTime();
        }
        return total;
    }

    /**
     * Discards what comes until the peer closes, has been quiet for too long, or the limit has passed.
     *
     * @param deadline by the clock of {@link System#nanoTime}
     * @param quietLimit in nanoseconds
     * @param most how many bytes, about
     */
    void discard(long deadline, long quietLimit, long most) {
        try {
            long total = 0;
            int inBurst = 0;
            long burstStart = System.nanoTime();
            for (int n; (n = discardArrived()) >= 0; ) {
                long now = System.nanoTime();
                total += n;
                if (now - deadline >= 0 || total >= most) {
                    return;
                }
                inBurst += n;
                if (inBurst >= BURST) {
                    TimeUnit.NANOSECONDS.sleep(Math.min(BURST_TIME - (now - burstStart), deadline - now));
                    inBurst = 0;
                    burstStart = System.nanoTime();
                } else if (n == 0 && !awaitInput(now, deadline, quietLimit)) {
                    return;
                }
            }
        } catch (IOException e) {
            // Another thread has aborted the connection, or has interrupted this thread.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Returns false if the time is up. Returns true when there may be input, or after a second. */
    private boolean awaitInput(long now, long deadline, long quietLimit) throws IOException {
        long quiet = parking.isInputEnded() ? Math.min(quietLimit, DRAINING_QUIET_LIMIT) : quietLimit;
        long left = Math.min(deadline - now, quiet - (now - lastArrival));
        if (left <= 0) {
            return false;
        }
        try {
            Waiter.closing(parking, Math.min(left, LONGEST_WAIT)).await(Interest.READ);
        } catch (SocketTimeoutException e) {
            // The next turn finds out which limit it was.
        }
        return true;
    }
}
