package io.parktls.sockets;

import io.parktls.Interest;
import io.parktls.TlsConnection;
import io.parktls.TlsLimits;
import io.parktls.TlsStatus;
import io.parktls.TlsTruncatedException;
import io.parktls.Waiting;
import io.parktls.sockets.flight.CloseEvent;
import io.parktls.sockets.flight.FlightRecords;
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
 *   <li>Operations of other threads on the socket end.
 *   <li>The closer sends close_notify.
 *   <li>If there is a channel, the closer sends FIN, drops keys and buffers, and reads until the peer closes its end
 *       (see {@link InputDiscarder}). This step lingers: {@link #begin} does not wait for it, but returns it as a
 *       {@link Linger}, which the caller runs or starts in a virtual thread.
 *   <li>The closer closes the pipe and the channel.
 * </ol>
 *
 * <p>The first call of {@link #begin} or {@link #closeAndAwaitPeer} performs these steps; later calls do nothing.
 * {@link #abort} performs the last step at once, at any time.
 */
final class SocketCloser {
    /** How long a connection may linger, in nanoseconds, unless SO_LINGER is set on its channel. */
    private static final long LINGER_TIMEOUT = TimeUnit.SECONDS.toNanos(30);

    /**
     * How long a connection on which TLS has failed may linger, in nanoseconds. Its peer must be able to read the alert
     * and any data before it, but a peer that floods the connection must not keep it open for long.
     */
    private static final long FAILED_LINGER_TIMEOUT = TimeUnit.SECONDS.toNanos(5);

    /** How long the peer of a failed connection may send nothing, in nanoseconds. */
    private static final long FAILED_IDLE_TIMEOUT = TimeUnit.SECONDS.toNanos(1);

    /** How many bytes the peer of a failed connection may send. */
    private static final int FAILED_MAX_BYTES = 1 << 20;

    /** How long {@code close} of a failed connection waits for the pipe to take its alert, in nanoseconds. */
    private static final long ALERT_TIMEOUT = TimeUnit.MILLISECONDS.toNanos(250);

    /**
     * How many sockets of this JVM may linger in threads of their own. Further sockets are closed without lingering.
     */
    private static final int MAX_LINGERING = 4_096;

    /** How many bytes of the peer's data are decrypted in a row before close_notify is tried again. */
    private static final int DISCARD_BATCH = 1 << 20;

    private static final Semaphore LINGERING = new Semaphore(MAX_LINGERING);

    private final TlsConnection connection;
    private final Parking parking;
    private final @Nullable SocketChannel channel;

    /** The pipe of a connection over a {@link java.net.Socket}; null for other connections. */
    private final @Nullable LayeredSocket layered;

    /** Whether the pipe has taken close_notify. Used by the thread that closes. */
    private boolean sent;

    SocketCloser(TlsConnection connection, Parking parking, @Nullable SocketChannel channel) {
        this.connection = connection;
        this.parking = parking;
        this.channel = channel;
        this.layered = connection.bio() instanceof LayeredSocket pipe ? pipe : null;
    }

    /** The rest of a close: lingers, and then closes the channel. The caller of {@link #begin} must run or start it. */
    final class Linger {
        private final SocketChannel open;

        /** By the clock of {@link System#nanoTime}. */
        private final long deadline;

        private Linger(SocketChannel open, long deadline) {
            this.open = open;
            this.deadline = deadline;
        }

        /** Waits for the peer and closes the channel, in the calling thread. An interrupt ends the wait. */
        void run() {
            try {
                if (!parking.isLingering()) {
                    // The peer reads slowly, and the pipe has not taken close_notify yet.
                    sendCloseNotify(Waiter.closing(parking, Math.max(1, deadline - System.nanoTime())), false);
                    SocketChannels.shutdownOutput(open);
                    endConnection();
                }
                discard(new InputDiscarder(open, parking), deadline);
            } finally {
                endQuietly();
            }
        }

        /**
         * Runs this in a virtual thread, which does not keep the JVM running. Closes the channel at once if too many
         * sockets already linger.
         */
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
     * Closes the socket in the calling thread, after waiting for the peer's close_notify.
     *
     * @param timeout for all steps together, in nanoseconds; 0 for none
     */
    void closeAndAwaitPeer(long timeout) throws IOException {
        if (!parking.beginClose()) {
            return;
        }
        long start = System.nanoTime();
        try {
            if (channel == null) {
                closeWithoutChannel(timeout, true);
            } else if (mayHaveDataForPeer()) {
                CloseNotify closeNotify = sendCloseNotify(Waiter.closing(parking, timeout), true);
                SocketChannels.shutdownOutput(channel);
                InputDiscarder discarder = new InputDiscarder(channel, parking);
                if (closeNotify == CloseNotify.EXCHANGED) {
                    discarder.discardArrived();
                } else {
                    // TLS or the write side may have failed before the timeout expired.
                    discard(discarder, start + Math.min(timeout == 0 ? LINGER_TIMEOUT : timeout, lingerTimeout()));
                }
            }
        } finally {
            end();
        }
    }

    /**
     * Closes the socket up to the point where it would linger.
     *
     * @param timeout for sending close_notify, in nanoseconds; 0 for none
     * @param awaitPeer whether to wait for the peer's close_notify within the timeout
     * @return the rest of the close; null if the socket is closed or another thread is closing it
     */
    @Nullable
    Linger begin(long timeout, boolean awaitPeer) throws IOException {
        if (!parking.beginClose()) {
            return null;
        }
        Linger rest = null;
        try {
            if (layered != null && !layered.isAutoClose()) {
                // The application goes on to use the socket, after the peer's close_notify.
                closeWithoutChannel(layered.handBackTimeout(), true);
            } else if (channel == null) {
                closeWithoutChannel(timeout, awaitPeer);
            } else if (mayHaveDataForPeer()) {
                rest = beginOver(channel, Waiter.closing(parking, timeout), awaitPeer);
            }
        } finally {
            if (rest == null) {
                end();
            }
        }
        return rest;
    }

    /** Returns whether the peer may still have data to read, including an alert. */
    private boolean mayHaveDataForPeer() {
        return connection.isFailed() || connection.isHandshakeDone();
    }

    private @Nullable Linger beginOver(SocketChannel open, Waiter waiter, boolean awaitPeer) {
        int seconds = SocketChannels.linger(open);
        long deadline = System.nanoTime() + (seconds < 0 ? lingerTimeout() : TimeUnit.SECONDS.toNanos(seconds));
        long received = connection.bytesReceived();
        CloseNotify closeNotify = sendCloseNotify(waiter, awaitPeer);
        if (seconds == 0) {
            // An SO_LINGER of 0 seconds asks for a reset.
            return null;
        }
        if (closeNotify == CloseNotify.PENDING) {
            return new Linger(open, deadline);
        }
        boolean peerIdle = awaitPeer && connection.bytesReceived() == received;
        SocketChannels.shutdownOutput(open);
        int arrived = new InputDiscarder(open, parking).discardArrived();
        if (arrived < 0
                || (arrived == 0 && (closeNotify == CloseNotify.EXCHANGED || peerIdle))
                || (connection.isFailed() && arrived >= FAILED_MAX_BYTES)) {
            return null;
        }
        endConnection();
        return new Linger(open, deadline);
    }

    private long lingerTimeout() {
        return connection.isFailed() ? FAILED_LINGER_TIMEOUT : LINGER_TIMEOUT;
    }

    private void discard(InputDiscarder discarder, long deadline) {
        if (connection.isFailed()) {
            discarder.discard(deadline, FAILED_IDLE_TIMEOUT, FAILED_MAX_BYTES);
        } else {
            discarder.discard(deadline, InputDiscarder.IDLE_TIMEOUT, Long.MAX_VALUE);
        }
    }

    // ---- close_notify

    private enum CloseNotify {
        /** The pipe has taken close_notify, or can never take it. */
        DONE,
        /** As {@link #DONE}, and the peer's close_notify was read. */
        EXCHANGED,
        /** The pipe has not taken close_notify yet. */
        PENDING
    }

    /** Sends close_notify, or the rest of an alert if TLS has failed. */
    private CloseNotify sendCloseNotify(Waiter waiter, boolean awaitPeer) {
        try {
            if (connection.isFailed()) {
                // The pipe may not have taken the whole alert yet.
                connection.flush(Waiter.closing(parking, ALERT_TIMEOUT));
            } else if (!connection.isPipeBroken()) {
                exchangeCloseNotify(waiter, awaitPeer);
            }
        } catch (InterruptedIOException e) {
            // The timeout has expired or the thread was interrupted: another thread may still send close_notify.
            return sent ? CloseNotify.DONE : CloseNotify.PENDING;
        } catch (IOException e) {
            // The peer has disconnected, a record is partly sent, or another thread has aborted the socket.
            return CloseNotify.DONE;
        }
        return connection.isCloseNotifyReceived() ? CloseNotify.EXCHANGED : CloseNotify.DONE;
    }

    /**
     * Sends close_notify. Also reads until the peer's close_notify, if the caller asks for it, and as long as the pipe
     * does not take ours: the peer may be closing too, and may wait for this end to read.
     */
    private void exchangeCloseNotify(Waiter waiter, boolean awaitPeer) throws IOException {
        Waiting locksOnly = new LocksOnly(waiter);
        for (; ; ) {
            sent = connection.shutdownOutput(locksOnly) == TlsStatus.OK;
            if (sent && !awaitPeer) {
                return;
            }
            if (sent && channel != null) {
                SocketChannels.shutdownOutput(channel);
            }
            boolean received = discardData(locksOnly);
            if (sent && received) {
                return;
            }
            waiter.await(sent ? Interest.READ : received ? Interest.WRITE : Interest.READ_OR_WRITE);
        }
    }

    /**
     * Reads and discards a batch of the peer's data.
     *
     * @return whether the input has ended, with or without close_notify
     */
    private boolean discardData(Waiting locksOnly) throws IOException {
        ByteBuffer unwanted = ByteBuffer.allocate(TlsLimits.RECORD_DATA);
        TlsStatus status;
        int discarded = 0;
        try {
            do {
                status = connection.read(unwanted.clear(), locksOnly);
                discarded += unwanted.position();
            } while (status == TlsStatus.OK && discarded < DISCARD_BATCH);
        } catch (TlsTruncatedException e) {
            return true;
        }
        return status == TlsStatus.CLOSED;
    }

    /** Waits for locks like the given waiter, but never for the pipe. */
    private record LocksOnly(Waiter waiter) implements Waiting {
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

    private void closeWithoutChannel(long timeout, boolean awaitPeer) {
        if (!mayHaveDataForPeer()) {
            return;
        }
        if (connection.isPipeBroken()) {
            if (layered != null) {
                layered.cutOnClose();
            }
            return;
        }
        if (parking instanceof BlockingPipeParking) {
            if (!connection.isFailed()) {
                sendCloseNotifyInOtherThread(timeout, awaitPeer);
            }
        } else {
            sendCloseNotify(Waiter.closing(parking, timeout), awaitPeer);
        }
        if (layered != null && connection.isPipeBroken()) {
            layered.cutOnClose();
        } else if (layered != null) {
            layered.lingerOnClose();
        }
    }

    /** Sends close_notify in another thread, since a write to a blocking pipe has no timeout. */
    private void sendCloseNotifyInOtherThread(long timeout, boolean awaitPeer) {
        Thread sender = Thread.ofVirtual()
                .name("parktls-close")
                .start(() -> sendCloseNotify(Waiter.closing(parking, timeout), awaitPeer));
        try {
            if (timeout == 0) {
                sender.join();
            } else {
                sender.join(Duration.ofNanos(timeout));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    // ---- closing pipe and channel

    /** Closes the pipe and the channel at once; a TCP channel resets the connection. */
    void abort() throws IOException {
        parking.beginClose();
        if (channel != null) {
            SocketChannels.resetOnClose(channel);
        }
        if (layered != null) {
            layered.resetOnClose();
        }
        end();
    }

    /** Drops the keys and buffers of a connection whose channel lingers. */
    private void endConnection() {
        CloseEvent event = FlightRecords.close();
        if (event != null && event.isEnabled()) {
            event.peer = String.valueOf(SocketChannels.remoteAddress(channel));
        }
        if (parking.beginLinger()) {
            connection.detach();
            commit(event);
        }
    }

    /** Closes the pipe and the channel, and ends the connection if it has not ended. */
    void end() throws IOException {
        CloseEvent event = FlightRecords.close();
        if (event != null && event.isEnabled()) {
            event.peer =
                    String.valueOf(layered == null ? SocketChannels.remoteAddress(channel) : layered.remoteAddress());
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
            // The caller of close() has returned, so no one can handle the failure.
        }
    }

    private void commit(@Nullable CloseEvent event) {
        if (event != null && event.shouldCommit()) {
            event.ended(connection);
            event.commit();
        }
    }
}
