package io.parktls.sockets;

import io.parktls.Interest;
import io.parktls.TlsConnection;
import io.parktls.TlsLimits;
import io.parktls.TlsStatus;
import io.parktls.TlsTruncatedException;
import io.parktls.Waiting;
import io.parktls.bio.Bio;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.concurrent.locks.Lock;
import org.jspecify.annotations.Nullable;

/**
 * How a {@link TlsSocket} ends: what other threads wait for ends first; then, if all is well, the peer is told; then pipe and
 * channel are closed. Holds no state: only the first of several ends has the last word with the peer, as {@link Parking} knows.
 */
final class Farewell {
    /** How long a failed connection waits for the peer to have read the alert, in nanoseconds. */
    private static final long ALERT_LIMIT = 250_000_000;

    /** How much unread input is taken in before a close, in bytes. */
    private static final int DISCARD_LIMIT = 1 << 20;

    private final TlsConnection connection;
    private final Parking parking;
    private final @Nullable SocketChannel channel;

    Farewell(TlsConnection connection, Parking parking, @Nullable SocketChannel channel) {
        this.connection = connection;
        this.parking = parking;
        this.channel = channel;
    }

    /**
     * Ends the connection with close_notify, if that is possible.
     *
     * @param limit for saying so, in nanoseconds; 0 for none
     * @param awaitPeer whether to wait for the peer's close_notify within the limit
     */
    void close(long limit, boolean awaitPeer) throws IOException {
        if (!parking.beginClose()) {
            return;
        }
        try {
            if (connection.isFailed()) {
                sayNoMore();
            } else if (connection.isHandshakeDone() && !connection.isPipeBroken()) {
                if (parking instanceof BlockingPipe) {
                    sayGoodbyeElsewhere(limit, awaitPeer);
                } else {
                    sayGoodbye(limit, awaitPeer);
                }
            }
        } finally {
            end();
        }
    }

    /** Ends the connection without a word. */
    void abort() throws IOException {
        parking.beginClose();
        if (channel != null) {
            SocketChannels.resetOnClose(channel);
        }
        end();
    }

    private void sayGoodbye(long limit, boolean awaitPeer) {
        Waiter waiting = Waiter.closing(parking, limit);
        try {
            exchangeGoodbyes(waiting, awaitPeer);
            discardInput(Waiting.NEVER);
        } catch (IOException e) {
            // The peer is gone or does not read, or this thread may not wait: then it ends without goodbye.
        }
    }

    /**
     * Sends close_notify, and reads for the peer's if that is asked for, or as long as the pipe does not take ours: the peer may
     * be closing too, and wait for this end to make room.
     */
    private void exchangeGoodbyes(Waiter waiter, boolean awaitPeer) throws IOException {
        Waiting onlyLooking = new OnlyLooking(waiter);
        for (; ; ) {
            boolean sent = connection.shutdownOutput(onlyLooking) == TlsStatus.OK;
            if (sent && !awaitPeer) {
                return;
            }
            boolean received = discardData(onlyLooking);
            if (sent && received) {
                return;
            }
            waiter.await(sent ? Interest.READ : received ? Interest.WRITE : Interest.READ_OR_WRITE);
        }
    }

    /**
     * Reads what nobody wants any more, but not without end.
     *
     * @return whether nothing more will come
     */
    private boolean discardData(Waiting onlyLooking) throws IOException {
        ByteBuffer unwanted = ByteBuffer.allocate(TlsLimits.RECORD_DATA);
        TlsStatus status;
        int discarded = 0;
        try {
            do {
                status = connection.read(unwanted.clear(), onlyLooking);
                discarded += unwanted.position();
            } while (status == TlsStatus.OK && discarded < DISCARD_LIMIT);
        } catch (TlsTruncatedException e) {
            return true;
        }
        return status == TlsStatus.CLOSED;
    }

    /** Does not wait for the pipe, but for locks, as long as the waiter may. */
    private record OnlyLooking(Waiter waiter) implements Waiting {
        @Override
        public boolean await(Interest interest) {
            return false;
        }

        @Override
        public void acquire(Lock lock) throws IOException {
            waiter.acquire(lock);
        }
    }

    /** A pipe that waits by itself knows no limit: who does not want to wait with it has to wait elsewhere. */
    private void sayGoodbyeElsewhere(long limit, boolean awaitPeer) {
        Thread goodbye = Thread.ofVirtual().name("parktls-close").start(() -> sayGoodbye(limit, awaitPeer));
        try {
            if (limit == 0) {
                goodbye.join();
            } else {
                goodbye.join(Duration.ofNanos(limit));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** The peer should get to read the alert for which TLS failed; the pipe may not have taken it then. */
    private void sayNoMore() {
        if (channel != null) {
            try {
                Waiter waiting = Waiter.closing(parking, ALERT_LIMIT);
                connection.flush(waiting);
                connection.bio().shutdownOutput();
                discardInput(waiting);
            } catch (IOException e) {
                // The peer has closed its end, or does not in time.
            }
        }
    }

    /**
     * Takes in what nobody will read. To close a TCP socket that has unread input resets the connection, and the peer may
     * then lose what it has not read yet: an alert, or the last of our data.
     */
    private void discardInput(Waiting waiting) throws IOException {
        if (channel == null) {
            return;
        }
        Bio bio = connection.bio();
        ByteBuffer unwanted = ByteBuffer.allocate(8_192);
        int discarded = 0;
        while (discarded < DISCARD_LIMIT) {
            int n = bio.read(unwanted.clear());
            if (n < 0 || (n == 0 && !waiting.await(Interest.READ))) {
                return;
            }
            discarded += n;
        }
    }

    private void end() throws IOException {
        CloseEvent event = new CloseEvent();
        if (event.isEnabled()) {
            event.peer = String.valueOf(SocketChannels.remoteAddress(channel));
        }
        try (channel) {
            connection.abort();
        } finally {
            if (parking.close() && event.shouldCommit()) {
                event.ended(connection);
                event.commit();
            }
        }
    }
}
