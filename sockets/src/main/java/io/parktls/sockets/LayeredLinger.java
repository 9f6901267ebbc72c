package io.parktls.sockets;

import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * Closes the socket underneath a {@link LayeredSocket} after the peer has closed its end, as {@link SocketCloser} does
 * for a channel: sends FIN, and then reads and discards the data that the peer still sends.
 *
 * <p>Users of layered sockets expect the socket underneath to be closed when {@code close()} returns, so the caller
 * waits up to 250 ms for the peer to close its end. If the peer has sent nothing by then, the socket is closed at once.
 * If it has, a virtual thread waits up to 30 seconds for the peer and closes the socket.
 */
final class LayeredLinger {
    private static final long LINGER_TIMEOUT = TimeUnit.SECONDS.toNanos(30);

    /** How long the caller of {@link #begin} waits for the peer. */
    private static final Duration CALLER_TIMEOUT = Duration.ofMillis(250);

    /** How much longer the caller waits if the reader has not started by then, on a very busy machine. */
    private static final Duration START_TIMEOUT = Duration.ofSeconds(1);

    /** How long the peer may send nothing. */
    private static final int IDLE_MILLIS = 5_000;

    /**
     * How many bytes are read before a pause. The pauses bound the computing time for a peer that never stops sending.
     */
    private static final int BURST = 1 << 20;

    private static final int PAUSE_MILLIS = 32;
    private static final int BUFFER = 1 << 16;

    /** Limits how many sockets of this JVM linger. Further sockets are closed at once. */
    private static final Semaphore LINGERING = new Semaphore(1_024);

    private final LayeredSocket layered;

    /** By the clock of {@link System#nanoTime}. */
    private final long deadline = System.nanoTime() + LINGER_TIMEOUT;

    /** Whether the reader has started to read. Written by the reader. */
    private volatile boolean reading;

    /** Whether the peer has sent data. Written by the reader. */
    private volatile boolean dataReceived;

    private LayeredLinger(LayeredSocket layered) {
        this.layered = layered;
    }

    /**
     * Waits for the peer as long as the caller may wait.
     *
     * @return whether the socket is closed, or a thread that waits for the peer is about to close it; if not, the caller
     *     must close it
     */
    static boolean begin(LayeredSocket layered) {
        return LINGERING.tryAcquire() && new LayeredLinger(layered).awaitPeer();
    }

    private boolean awaitPeer() {
        Thread lingering = LayeredSocket.unstarted("parktls-linger", this::lingerAndClose);
        boolean started = false;
        try {
            lingering.start();
            started = true;
        } finally {
            if (!started) {
                LINGERING.release();
            }
        }
        if (LayeredSocket.await(lingering, CALLER_TIMEOUT)) {
            return true;
        }
        if (Thread.currentThread().isInterrupted()) {
            // The caller does not wait, but the peer must still receive what was written.
            LayeredSocket.unstarted("parktls-linger", () -> giveUpUnlessDataArrives(lingering))
                    .start();
            return true;
        }
        if (!reading && LayeredSocket.await(lingering, START_TIMEOUT)) {
            return true;
        }
        return dataReceived;
    }

    private void giveUpUnlessDataArrives(Thread lingering) {
        if (!LayeredSocket.await(lingering, START_TIMEOUT) && !dataReceived) {
            closeQuietly();
        }
    }

    private void lingerAndClose() {
        try {
            linger();
        } catch (IOException | UnsupportedOperationException e) {
            // The peer is idle for too long, the connection is broken, or this kind of socket cannot send FIN alone.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            LINGERING.release();
            closeQuietly();
        }
    }

    private void linger() throws IOException, InterruptedException {
        if (!layered.awaitOutput(CALLER_TIMEOUT) || layered.socket().getSoLinger() == 0) {
            return;
        }
        layered.socket().shutdownOutput();
        layered.socket().setSoTimeout(IDLE_MILLIS);
        Thread reader = layered.input().helper();
        reading = true;
        if (reader != null && reader.getState() != Thread.State.NEW) {
            // A read that has begun takes the next bytes. The caller closes the socket if there are none.
            reader.join();
            dataReceived = !layered.input().isEnded();
        }
        if (!layered.input().isEnded()) {
            discard(layered.socket().getInputStream());
        }
    }

    private void discard(InputStream in) throws IOException, InterruptedException {
        byte[] buffer = new byte[BUFFER];
        int inBurst = 0;
        for (int n; (n = in.read(buffer)) >= 0 && System.nanoTime() - deadline < 0; ) {
            dataReceived = true;
            inBurst += n;
            if (inBurst >= BURST) {
                TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS);
                inBurst = 0;
            }
        }
    }

    private void closeQuietly() {
        try {
            layered.closeInThisThread(false);
        } catch (IOException e) {
            // The caller of close() has returned, or closes the socket itself.
        }
    }
}
