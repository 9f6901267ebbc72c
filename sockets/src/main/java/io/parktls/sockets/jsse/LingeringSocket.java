package io.parktls.sockets.jsse;

import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * Closes a plain socket after the peer's end, as {@link io.parktls.sockets.TlsSocket#close()} closes a channel: it sends FIN, and then reads
 * and discards what the peer still sends.
 *
 * <p>Users of layered sockets expect the socket underneath to be closed when {@code close()} returns. So the caller waits up to 250 ms for
 * the peer to close its end. A peer that has sent nothing by then has the socket closed at once. One that is still sending has up to 30
 * seconds, of which the caller does not wait any more.
 */
final class LingeringSocket {
    private static final Duration LIMIT = Duration.ofSeconds(30);

    /** How long the caller of {@link #close} waits. */
    private static final Duration CALLERS_LIMIT = Duration.ofMillis(250);

    /** How long the caller waits for the reader's turn, on a machine that is too busy for anything. */
    private static final Duration START_LIMIT = Duration.ofSeconds(1);

    private static final int QUIET_MILLIS = 5_000;

    /** How many bytes are read before a pause: a peer that never stops sending costs little computing time. */
    private static final int BURST = 1 << 20;

    private static final int PAUSE_MILLIS = 32;
    private static final int BUFFER = 1 << 16;

    /** How many sockets of this JVM may linger. Further ones are closed at once. */
    private static final Semaphore LINGERING = new Semaphore(1_024);

    private final Socket socket;

    /** Written by the reader, as is the next. */
    private volatile boolean reading;

    private volatile boolean anythingCame;

    private LingeringSocket(Socket socket) {
        this.socket = socket;
    }

    static void close(Socket socket) throws IOException {
        if (socket.isClosed() || socket.getSoLinger() == 0 || !LINGERING.tryAcquire()) {
            socket.close();
            return;
        }
        boolean leftToAnother = false;
        try {
            socket.shutdownOutput();
            leftToAnother = new LingeringSocket(socket).awaitPeer();
        } catch (IOException | UnsupportedOperationException e) {
            // The connection is gone, or this kind of socket cannot be shut: it is closed at once.
        } finally {
            if (!leftToAnother) {
                LINGERING.release();
                socket.close();
            }
        }
    }

    /**
     * Waits for the peer's end for as long as the caller may.
     *
     * @return whether another thread waits on, and closes the socket
     */
    private boolean awaitPeer() {
        // A thread of its own: not every socket obeys a timeout, but closing it ends the read.
        Thread reader = thread(this::discard);
        try {
            if (reader.join(CALLERS_LIMIT) || (!reading && reader.join(START_LIMIT))) {
                return false;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        boolean more = anythingCame;
        if (more) {
            thread(() -> closeAfter(reader));
        }
        return more;
    }

    private static Thread thread(Runnable body) {
        return Thread.ofVirtual()
                .name("parktls-linger")
                .inheritInheritableThreadLocals(false)
                .start(body);
    }

    private void closeAfter(Thread reader) {
        try (socket) {
            reader.join(LIMIT);
        } catch (IOException | InterruptedException e) {
            // No other thread knows this one, and a socket that cannot be closed cannot be mended.
        } finally {
            LINGERING.release();
        }
    }

    private void discard() {
        byte[] buffer = new byte[BUFFER];
        try {
            socket.setSoTimeout(QUIET_MILLIS);
            InputStream in = socket.getInputStream();
            int inBurst = 0;
            reading = true;
            for (int n; (n = in.read(buffer)) >= 0; ) {
                anythingCame = true;
                inBurst += n;
                if (inBurst >= BURST) {
                    TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS);
                    inBurst = 0;
                }
            }
        } catch (IOException | InterruptedException e) {
            // Quiet for too long, broken, or closed.
        }
    }
}
