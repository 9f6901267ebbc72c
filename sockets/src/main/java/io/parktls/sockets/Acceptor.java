package io.parktls.sockets;

import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Accepts a server's connections on a platform thread that blocks in the system's {@code accept}, so that accepting
 * does not depend on how busy the carriers of the virtual threads are.
 *
 * <p>At the maximum number of connections it does not accept: further clients wait in the system's queue until a
 * connection ends. When {@code accept} fails, for instance because there are no more file descriptors, the connection
 * stays in that queue, so trying again at once would spin. The acceptor pauses instead, longer after each failure, up
 * to a second. No exception and no error ends the acceptor, since a server that stops accepting hangs its clients.
 */
final class Acceptor implements Closeable {
    /** Accepts a connection, like {@link ServerSocketChannel#accept}. */
    @FunctionalInterface
    interface Source {
        SocketChannel accept() throws IOException;
    }

    /** Receives the accepted connections. */
    interface Sink {
        /** Takes ownership of a connection. If this method throws, the acceptor closes the connection. */
        void accepted(SocketChannel channel) throws IOException;

        void acceptFailed();
    }

    private static final long FIRST_PAUSE = TimeUnit.MILLISECONDS.toNanos(5);
    private static final long LONGEST_PAUSE = TimeUnit.SECONDS.toNanos(1);

    /** The minimum time between two warnings. */
    private static final long WARNING_INTERVAL = TimeUnit.MINUTES.toNanos(1);

    private final ServerSocketChannel listener;
    private final Source source;
    private final Sink sink;

    /** One permit for each connection that may still be opened. */
    private final Semaphore permits;

    private final Thread thread;

    /** Signals that a connection has ended, so that a descriptor may be free. Has at most one permit. */
    private final Semaphore ended = new Semaphore(0);

    private volatile boolean open = true;

    /** Whether the thread pauses and waits for {@link #ended}. */
    private volatile boolean pausing;

    /** When the last warning was logged, by {@link System#nanoTime}. Used by the acceptor's thread only. */
    private long lastWarning = System.nanoTime() - WARNING_INTERVAL;

    /** The next pause, in nanoseconds. Used by the acceptor's thread only. */
    private long pause = FIRST_PAUSE;

    /**
     * Creates an acceptor that is not started yet.
     *
     * @param source accepts from the listener
     * @param maxConnections how many connections may be open at a time
     */
    Acceptor(ServerSocketChannel listener, Source source, int maxConnections, Sink sink) {
        this.listener = listener;
        this.source = source;
        this.sink = sink;
        this.permits = new Semaphore(maxConnections);
        this.thread = Thread.ofPlatform().name("parktls-accept").unstarted(this::run);
    }

    void start() {
        thread.start();
    }

    /** Records that an accepted connection has ended. Any thread may call this. */
    void ended() {
        permits.release();
        if (pausing && ended.availablePermits() == 0) {
            ended.release();
        }
    }

    /** Stops listening. No connection is accepted after this method returns. */
    @Override
    public void close() throws IOException {
        open = false;
        try {
            listener.close();
        } finally {
            thread.interrupt();
            boolean interrupted = false;
            for (; ; ) {
                try {
                    thread.join();
                    break;
                } catch (InterruptedException e) {
                    // Joined again, since the thread ends at once: it does not block between two accepts.
                    interrupted = true;
                }
            }
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private void run() {
        try {
            while (open) {
                acquirePermit();
                boolean accepted = false;
                try {
                    accepted = accept();
                } finally {
                    if (!accepted) {
                        permits.release();
                    }
                }
            }
        } catch (InterruptedException e) {
            // The acceptor was closed.
        }
    }

    private void acquirePermit() throws InterruptedException {
        if (!permits.tryAcquire()) {
            warn("the maximum number of connections is open: further clients wait in the system's queue", null);
            permits.acquire();
        }
    }

    private boolean accept() throws InterruptedException {
        SocketChannel channel;
        try {
            channel = source.accept();
        } catch (IOException | RuntimeException | Error e) {
            // An Error too: where descriptors are short, a class that is not loaded yet cannot be loaded
            // (LinkageError).
            failed("cannot accept", e);
            return false;
        }
        try {
            sink.accepted(channel);
            pause = FIRST_PAUSE;
            return true;
        } catch (IOException | RuntimeException | Error e) {
            close(channel);
            failed("cannot serve a connection", e);
            return false;
        }
    }

    private void failed(String message, Throwable cause) throws InterruptedException {
        if (!open) {
            return;
        }
        sink.acceptFailed();
        warn(message, cause);
        pausing = true;
        try {
            if (ended.tryAcquire(pause, TimeUnit.NANOSECONDS)) {
                return;
            }
        } finally {
            pausing = false;
        }
        pause = Math.min(2 * pause, LONGEST_PAUSE);
    }

    private void warn(String message, @Nullable Throwable cause) {
        long now = System.nanoTime();
        if (now - lastWarning >= WARNING_INTERVAL) {
            lastWarning = now;
            ServerLog.get().warn("{}: {}{}", listener, message, cause == null ? "" : ", trying again: " + cause);
        }
    }

    private static void close(SocketChannel channel) {
        try {
            channel.close();
        } catch (IOException e) {
            ServerLog.get().debug("{}: {}", channel, e.toString());
        }
    }
}
