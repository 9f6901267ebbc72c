package io.parktls.sockets;

import io.parktls.Interest;
import io.parktls.TlsConnection;
import io.parktls.TlsLimits;
import io.parktls.TlsStatus;
import io.parktls.TlsTruncatedException;
import io.parktls.Waiting;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Lock;
import org.jspecify.annotations.Nullable;

/**
 * Closes a {@link TlsSocket}, in this order:
 *
 * <ol>
 *   <li>All operations of other threads on the socket end.
 *   <li>The socket sends close_notify.
 *   <li>Over a channel, it sends FIN and reads on until the peer closes, too: see {@link InputDiscarder}. Keys and buffers are
 *       dropped before. The thread that closes does not wait for this step, unless it asks to: the step is returned to it, as a
 *       {@link Linger}, or a virtual thread takes it.
 *   <li>The pipe and the channel are closed.
 * </ol>
 *
 * <p>The first call of {@link #begin} or {@link #closeInAgreement} takes these steps, later ones do nothing. {@link #abort} takes the last step
 * at once, at any time.
 */
final class SocketCloser {
    /** How long the third step may take, in nanoseconds, unless the channel's SO_LINGER says otherwise. */
    private static final long LINGER_LIMIT = TimeUnit.SECONDS.toNanos(30);

    /** How long {@code close} of a failed connection waits for room for its alert, in nanoseconds. */
    private static final long ALERT_LIMIT = TimeUnit.MILLISECONDS.toNanos(250);
    /**
     * The same for a connection on which TLS has failed. Its peer reads an alert, and perhaps data before the alert, but a peer that
     * floods the connection is not listened to for long.
     */
    private static final long FAILED_LINGER_LIMIT = TimeUnit.SECONDS.toNanos(5);

    /** How long the peer of a failed connection may send nothing, in nanoseconds. */
    private static final long FAILED_QUIET_LIMIT = TimeUnit.SECONDS.toNanos(1);

    /** How many bytes the peer of a failed connection may send. */
    private static final int FAILED_MOST = 1 << 20;

    /** How many sockets of this JVM may be in the third step in threads of their own. Further ones are closed without it. */
    private static final int MOST_LINGERING = 4_096;

    /** How many bytes of the peer's data are decrypted in a row before close_notify is tried again. */
    private static final int DISCARD_LIMIT = 1 << 20;

    private static final Semaphore LINGERING = new Semaphore(MOST_LINGERING);

    private final TlsConnection connection;
    private final Parking parking;
    private final @Nullable SocketChannel channel;

    /** Whether the pipe has close_notify. Used by the thread that closes. */
    private boolean sent;

    SocketCloser(TlsConnection connection, Parking parking, @Nullable SocketChannel channel) {
        this.connection = connection;
        this.parking = parking;
        this.channel = channel;
    }

    /** The third step: the rest of a close, which the caller of {@link #begin} runs or starts. Without it the channel stays open. */
    final class Linger {
        private final SocketChannel open;

        /** By the clock of {@link System#nanoTime}. */
        private final long deadline;

        private Linger(SocketChannel open, long deadline) {
            this.open = open;
            this.deadline = deadline;
        }

        /** Waits for the peer and closes the channel, on the calling thread. An interrupt ends the wait. */
        void run() {
            try {
                if (!parking.isLingering()) {
                    // The peer reads slowly, and the pipe has had no room for close_notify yet.
                    sayGoodbye(Waiter.closing(parking, Math.max(1, deadline - System.nanoTime())), false);
                    SocketChannels.shutdownOutput(open);
                    endConnection();
                }
                discard(new InputDiscarder(open, parking), deadline);
            } finally {
                endQuietly();
            }
        }

        /** Has a virtual thread do the same, if there are not too many of them. It does not keep the JVM running. */
        void start() {
            if (!LINGERING.tryAcquire()) {
                endQuietly();
                return;
            }
            boolean started = false;
            try {
                Thread.ofVirtual()
                        .name("parktls-linger")
                        .inheritInheritableThreadLocals(false)
                        .start(this::runAndRelease);
                started = true;
            } finally {
                if (!started) {
                    LINGERING.release();
                    endQuietly();
                }
            }
        }

        private void runAndRelease() {
            try {
                run();
            } finally {
                LINGERING.release();
            }
        }
    }

    // ---- closing

    /**
     * Closes the socket on the calling thread, after the peer's close_notify.
     *
     * @param limit for all of it, in nanoseconds; 0 for none
     */
    void closeInAgreement(long limit) throws IOException {
        if (!parking.beginClose()) {
            return;
        }
        long start = System.nanoTime();
        try {
            if (channel == null) {
                closeWithoutChannel(limit, true);
            } else if (isWorthwhile()) {
                Goodbye goodbye = sayGoodbye(Waiter.closing(parking, limit), true);
                SocketChannels.shutdownOutput(channel);
                InputDiscarder discarder = new InputDiscarder(channel, parking);
                if (goodbye == Goodbye.AGREED) {
                    discarder.discardArrived();
                } else {
                    // TLS or the write side has failed before the limit has passed.
                    discard(discarder, start + Math.min(limit == 0 ? LINGER_LIMIT : limit, lingerLimit()));
                }
            }
        } finally {
            end();
        }
    }

    /**
     * Closes the socket, but for what another thread may do.
     *
     * @param limit for sending close_notify, in nanoseconds; 0 for none
     * @param awaitPeer whether to wait for the peer's close_notify within the limit
     * @return what remains to be done; null if the socket is closed, or another call of this method came first
     */
    @Nullable
    Linger begin(long limit, boolean awaitPeer) throws IOException {
        if (!parking.beginClose()) {
            return null;
        }
        Linger rest = null;
        try {
            if (channel == null) {
                closeWithoutChannel(limit, awaitPeer);
            } else if (isWorthwhile()) {
                rest = beginOver(channel, Waiter.closing(parking, limit), awaitPeer);
            }
        } finally {
            if (rest == null) {
                end();
            }
        }
        return rest;
    }

    /** Whether the peer may have something to read from this end, and this end can send. */
    private boolean isWorthwhile() {
        return connection.isFailed() || connection.isHandshakeDone();
    }

    private @Nullable Linger beginOver(SocketChannel open, Waiter waiter, boolean awaitPeer) {
        int seconds = SocketChannels.linger(open);
        long deadline = System.nanoTime() + (seconds < 0 ? lingerLimit() : TimeUnit.SECONDS.toNanos(seconds));
        long received = connection.bytesReceived();
        Goodbye goodbye = sayGoodbye(waiter, awaitPeer);
        if (seconds == 0) {
            // The user asks for a reset (SO_LINGER of 0 seconds).
            return null;
        }
        if (goodbye == Goodbye.UNSENT) {
            return new Linger(open, deadline);
        }
        boolean quiet = awaitPeer && connection.bytesReceived() == received;
        SocketChannels.shutdownOutput(open);
        int arrived = new InputDiscarder(open, parking).discardArrived();
        if (arrived < 0
                || (arrived == 0 && (goodbye == Goodbye.AGREED || quiet))
                || (connection.isFailed() && arrived >= FAILED_MOST)) {
            return null;
        }
        endConnection();
        return new Linger(open, deadline);
    }

    private long lingerLimit() {
        return connection.isFailed() ? FAILED_LINGER_LIMIT : LINGER_LIMIT;
    }

    private void discard(InputDiscarder discarder, long deadline) {
        if (connection.isFailed()) {
            discarder.discard(deadline, FAILED_QUIET_LIMIT, FAILED_MOST);
        } else {
            discarder.discard(deadline, InputDiscarder.QUIET_LIMIT, Long.MAX_VALUE);
        }
    }

    // ---- close_notify

    private enum Goodbye {
        /** The pipe has close_notify, or cannot have it any more. */
        SAID,
        /** The same, and the peer's has been read. */
        AGREED,
        /** The pipe has no room for it yet. */
        UNSENT
    }

    /** Sends close_notify, or what is left of an alert. */
    private Goodbye sayGoodbye(Waiter waiter, boolean awaitPeer) {
        try {
            if (connection.isFailed()) {
                // The pipe may not have taken the alert for which TLS failed.
                connection.flush(Waiter.closing(parking, ALERT_LIMIT));
            } else if (!connection.isPipeBroken()) {
                exchangeGoodbyes(waiter, awaitPeer);
            }
        } catch (InterruptedIOException e) {
            // The time is up, or the thread was interrupted. Another thread may still send it.
            return sent ? Goodbye.SAID : Goodbye.UNSENT;
        } catch (IOException e) {
            // The peer is gone, a record is half sent, or another thread has aborted the socket.
            return Goodbye.SAID;
        }
        return connection.isCloseNotifyReceived() ? Goodbye.AGREED : Goodbye.SAID;
    }

    /**
     * Sends close_notify, and reads for the peer's if that is asked for, or as long as the pipe does not take ours: the peer may
     * be closing too, and wait for this end to make room.
     */
    private void exchangeGoodbyes(Waiter waiter, boolean awaitPeer) throws IOException {
        Waiting onlyLooking = new OnlyLooking(waiter);
        for (; ; ) {
            sent = connection.shutdownOutput(onlyLooking) == TlsStatus.OK;
            if (sent && !awaitPeer) {
                return;
            }
            if (sent && channel != null) {
                SocketChannels.shutdownOutput(channel);
            }
            boolean received = discardData(onlyLooking);
            if (sent && received) {
                return;
            }
            waiter.await(sent ? Interest.READ : received ? Interest.WRITE : Interest.READ_OR_WRITE);
        }
    }

    /**
     * Discards data of the peer, up to a limit.
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

    // ---- without a channel

    private void closeWithoutChannel(long limit, boolean awaitPeer) {
        if (connection.isFailed() || !connection.isHandshakeDone() || connection.isPipeBroken()) {
            return;
        }
        if (parking instanceof BlockingPipeParking) {
            sayGoodbyeElsewhere(limit, awaitPeer);
        } else {
            sayGoodbye(Waiter.closing(parking, limit), awaitPeer);
        }
    }

    /** A blocking pipe knows no limit: another thread waits in it. */
    private void sayGoodbyeElsewhere(long limit, boolean awaitPeer) {
        Thread goodbye = Thread.ofVirtual()
                .name("parktls-close")
                .start(() -> sayGoodbye(Waiter.closing(parking, limit), awaitPeer));
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

    // ---- the end

    /** Closes the channel at once, with a reset if it is TCP. */
    void abort() throws IOException {
        parking.beginClose();
        if (channel != null) {
            SocketChannels.resetOnClose(channel);
        }
        end();
    }

    /** Drops keys and buffers of a connection whose channel stays open for a while. */
    private void endConnection() {
        CloseEvent event = new CloseEvent();
        if (event.isEnabled()) {
            event.peer = String.valueOf(SocketChannels.remoteAddress(channel));
        }
        if (parking.beginLinger()) {
            connection.detach();
            commit(event);
        }
    }

    /** Closes pipe and channel, whether or not the connection has ended before. */
    void end() throws IOException {
        CloseEvent event = new CloseEvent();
        if (event.isEnabled()) {
            event.peer = String.valueOf(SocketChannels.remoteAddress(channel));
        }
        try (channel) {
            connection.abort();
        } finally {
            if (parking.close()) {
                commit(event);
            }
        }
    }

    private void endQuietly() {
        try {
            end();
        } catch (IOException e) {
            // Closing has failed: there is nothing more to be done, and the caller of close() has returned.
        }
    }

    private void commit(CloseEvent event) {
        if (event.shouldCommit()) {
            event.ended(connection);
            event.commit();
        }
    }
}
