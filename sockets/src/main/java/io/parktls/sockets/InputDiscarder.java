package io.parktls.sockets;

import io.parktls.Interest;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.concurrent.TimeUnit;

/**
 * Reads and discards the data that a peer sends after this end has sent its FIN, until the peer closes its end.
 *
 * <p>A TCP socket that is closed with unread input, or that receives input after it was closed, resets the connection
 * (RFC 9293 3.10.7). The peer then loses data that it has not read yet. nginx ({@code lingering_close}) and Apache
 * discard input for the same reason, with similar timeouts.
 *
 * <p>Used by one thread.
 */
final class InputDiscarder {
    /** How long a peer may send nothing before this end closes the connection, in nanoseconds. */
    static final long IDLE_TIMEOUT = TimeUnit.SECONDS.toNanos(5);

    /** The idle timeout while the server is closing, in nanoseconds. */
    private static final long DRAINING_IDLE_TIMEOUT = TimeUnit.SECONDS.toNanos(1);

    /**
     * The longest single wait, in nanoseconds, so that this class notices within that time that the server is closing.
     */
    private static final long LONGEST_WAIT = TimeUnit.SECONDS.toNanos(1);

    /** How many bytes are read without a pause. */
    private static final int BURST = 1 << 20;

    /**
     * The minimum time for reading a burst, in nanoseconds. It bounds the computing time for a peer that never stops
     * sending, to about 32 MiB/s.
     */
    private static final long BURST_TIME = TimeUnit.MILLISECONDS.toNanos(32);

    /** Shared by all threads, which overwrite its content and never read it. */
    private static final ByteBuffer DISCARDED = ByteBuffer.allocateDirect(1 << 16);

    private final SocketChannel channel;
    private final Parking parking;
    private final ByteBuffer discarded = DISCARDED.duplicate();

    /** When data last arrived, by {@link System#nanoTime}. */
    private long lastArrival = System.nanoTime();

    InputDiscarder(SocketChannel channel, Parking parking) {
        this.channel = channel;
        this.parking = parking;
    }

    /**
     * Discards the data that has arrived, up to a burst, without waiting.
     *
     * @return how many bytes were discarded; -1 if the peer has closed its end or the connection is broken
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
     * Discards data until the peer closes its end, a timeout expires, or the peer has sent too much.
     *
     * @param deadline by the clock of {@link System#nanoTime}
     * @param idleTimeout in nanoseconds
     * @param maxBytes about how many bytes to discard at most
     */
    void discard(long deadline, long idleTimeout, long maxBytes) {
        try {
            long total = 0;
            int inBurst = 0;
            long burstStart = System.nanoTime();
            for (int n; (n = discardArrived()) >= 0; ) {
                long now = System.nanoTime();
                total += n;
                if (now - deadline >= 0 || total >= maxBytes) {
                    return;
                }
                inBurst += n;
                if (inBurst >= BURST) {
                    TimeUnit.NANOSECONDS.sleep(Math.min(BURST_TIME - (now - burstStart), deadline - now));
                    inBurst = 0;
                    burstStart = System.nanoTime();
                } else if (n == 0 && !awaitInput(now, deadline, idleTimeout)) {
                    return;
                }
            }
        } catch (IOException e) {
            // Another thread has aborted the connection, or has interrupted this thread.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /**
     * Returns true when there may be input, or after a second; false once the deadline or the idle timeout has passed.
     */
    private boolean awaitInput(long now, long deadline, long idleTimeout) throws IOException {
        long idle = parking.isInputEnded() ? Math.min(idleTimeout, DRAINING_IDLE_TIMEOUT) : idleTimeout;
        long left = Math.min(deadline - now, idle - (now - lastArrival));
        if (left <= 0) {
            return false;
        }
        try {
            Waiter.closing(parking, Math.min(left, LONGEST_WAIT)).await(Interest.READ);
        } catch (SocketTimeoutException e) {
            // The next call checks whether the deadline or a timeout has passed, or only the longest wait.
        }
        return true;
    }
}
