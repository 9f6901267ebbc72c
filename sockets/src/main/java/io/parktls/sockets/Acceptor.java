package io.parktls.sockets;

import java.io.Closeable;
import java.io.IOException;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Accepts a server's connections, on a platform thread that blocks in the system's {@code accept}: it stays live however busy the carriers
 * of the virtual threads are.
 *
 * <p>At the limit on connections it does not accept: further clients wait in the system's queue and have their turn when others
 * have gone. When accepting fails, for instance since there are no more file descriptors, the connection stays in that
 * queue, so to try again at once would spin: it waits, longer each time, up to a second.
 */
final class Acceptor implements Closeable {
    /** Where connections come from. */
    @FunctionalInterface
    interface Source {
        SocketChannel accept() throws IOException;
    }

    /** Where they go. */
    interface Sink {
        /** Takes a connection over; what it throws closes the connection. */
        void accepted(SocketChannel channel) throws IOException;

        void acceptFailed();
    }

    private static final Logger LOG = LogManager.getLogger(TlsServer.class);

    private static final long FIRST_PAUSE = TimeUnit.MILLISECONDS.toNanos(5);
    private static final long LONGEST_PAUSE = TimeUnit.SECONDS.toNanos(1);

    /** How long nothing more is said about a trouble that goes on. */
    private static final long SILENCE = TimeUnit.MINUTES.toNanos(1);

    private final ServerSocketChannel listener;
    private final Source source;
    private final Sink sink;
    private final Semaphore free;
    private final Thread thread;

    /** Signals that a descriptor may have become free; there is one signal at most. */
    private final Semaphore ended = new Semaphore(0);

    private volatile boolean open = true;

    /** Whether anybody has to be told of ends. */
    private volatile boolean pausing;

    /** Used by the thread only, as is the next: when it last said so, in {@link System#nanoTime}. */
    private long lastWarning = System.nanoTime() - SILENCE;

    private long pause = FIRST_PAUSE;

    /**
     * Not yet started.
     *
     * @param source accepts from the listener
     * @param most how many connections may be open at a time
     */
    Acceptor(ServerSocketChannel listener, Source source, int most, Sink sink) {
        this.listener = listener;
        this.source = source;
        this.sink = sink;
        this.free = new Semaphore(most);
        this.thread = Thread.ofPlatform().name("parktls-accept").unstarted(this::run);
    }

    /** Listens on an address. */
    static ServerSocketChannel listen(SocketAddress address, int backlog) throws IOException {
        ServerSocketChannel listener = address instanceof UnixDomainSocketAddress
                ? ServerSocketChannel.open(StandardProtocolFamily.UNIX)
                : ServerSocketChannel.open();
        try {
            return listener.bind(address, backlog);
        } catch (IOException | RuntimeException e) {
            listener.close();
            throw e;
        }
    }

    void start() {
        thread.start();
    }

    /** To be called when a connection that was accepted has ended. */
    void ended() {
        free.release();
        if (pausing && ended.availablePermits() == 0) {
            ended.release();
        }
    }

    /** Stops listening; when it returns, nothing more is accepted. */
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
                    // It takes no time: what it does between two accepts does not wait.
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
                awaitFree();
                boolean accepted = false;
                try {
                    accepted = accept();
                } finally {
                    if (!accepted) {
                        free.release();
                    }
                }
            }
        } catch (InterruptedException e) {
            // Closed.
        }
    }

    private void awaitFree() throws InterruptedException {
        if (!free.tryAcquire()) {
            warn("as many connections are open as may be: further ones wait in the system's queue", null);
            free.acquire();
        }
    }

    private boolean accept() throws InterruptedException {
        SocketChannel channel;
        try {
            channel = source.accept();
        } catch (IOException e) {
            failed("cannot accept", e);
            return false;
        }
        try {
            sink.accepted(channel);
            pause = FIRST_PAUSE;
            return true;
        } catch (IOException | RuntimeException | OutOfMemoryError e) {
            close(channel);
            failed("cannot serve a connection", e);
            return false;
        }
    }

    private void failed(String what, Throwable cause) throws InterruptedException {
        if (!open) {
            return;
        }
        sink.acceptFailed();
        warn(what, cause);
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

    private void warn(String what, @Nullable Throwable cause) {
        long now = System.nanoTime();
        if (now - lastWarning >= SILENCE) {
            lastWarning = now;
            LOG.warn("{}: {}{}", listener, what, cause == null ? "" : ", trying again: " + cause);
        }
    }

    private static void close(SocketChannel channel) {
        try {
            channel.close();
        } catch (IOException e) {
            LOG.debug("{}: {}", channel, e.toString());
        }
    }
}
