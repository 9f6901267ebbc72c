package io.parktls.sockets.jsse;

import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * Closes a plain socket after the peer has closed its end, as {@link io.parktls.sockets.TlsSocket#close()} does for a
 * channel: sends FIN, and then reads and discards the data that the peer still sends.
 *
 * <p>Users of layered sockets expect the underlying socket to be closed when {@code close()} returns, so the caller
 * waits up to 250 ms for the peer to close its end. If the peer has sent nothing by then, the socket is closed at once.
 * If it has, another thread waits up to 30 seconds for the peer and closes the socket.
 */
final class LingeringSocket {
    private static final Duration LINGER_TIMEOUT = Duration.ofSeconds(30);

    /** How long the caller of {@link #close} waits for the peer. */
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

    private final Socket socket;

    /** Whether the reader has started to read. Written by the reader. */
    private volatile boolean reading;

    /** Whether the peer has sent data. Written by the reader. */
    private volatile boolean dataReceived;

    private LingeringSocket(Socket socket) {
        this.socket = socket;
    }

    static void close(Socket socket) throws IOException {
        if (socket.isClosed() || socket.getSoLinger() == 0 || !LINGERING.tryAcquire()) {
            socket.close();
            return;
        }
        boolean lingers = false;
        try {
            socket.shutdownOutput();
            lingers = new LingeringSocket(socket).awaitPeer();
        } catch (IOException | UnsupportedOperationException e) {
            // The connection is broken, or this kind of socket cannot send FIN alone: the socket is closed at once.
        } finally {
            if (!lingers) {
                LINGERING.release();
                socket.close();
            }
        }
    }

    /**
     * Waits for the peer to close its end, as long as the caller may wait.
     *
     * @return whether another thread continues to wait, and closes the socket
     */
    private boolean awaitPeer() {
        // Read in another thread, since not every socket supports a timeout, but closing the socket ends the read.
        Thread reader = start(this::discard);
        try {
            if (reader.join(CALLER_TIMEOUT) || (!reading && reader.join(START_TIMEOUT))) {
                return false;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        boolean peerSends = dataReceived;
        if (peerSends) {
            start(() -> closeAfter(reader));
        }
        return peerSends;
    }

    private static Thread start(Runnable body) {
        return Thread.ofVirtual()
                .name("parktls-linger")
                .inheritInheritableThreadLocals(false)
                .start(body);
    }

    private void closeAfter(Thread reader) {
        try (socket) {
            reader.join(LINGER_TIMEOUT);
        } catch (IOException | InterruptedException e) {
            // The caller of close() has returned, so no one can handle the failure. No thread interrupts this one.
        } finally {
            LINGERING.release();
        }
    }

    private void discard() {
        byte[] buffer = new byte[BUFFER];
        try {
            socket.setSoTimeout(IDLE_MILLIS);
            InputStream in = socket.getInputStream();
            int inBurst = 0;
            reading = true;
            for (int n; (n = in.read(buffer)) >= 0; ) {
                dataReceived = true;
                inBurst += n;
                if (inBurst >= BURST) {
                    TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS);
                    inBurst = 0;
                }
            }
        } catch (IOException | InterruptedException e) {
            // The peer is idle for too long, the connection is broken, or the socket was closed.
        }
    }
}
