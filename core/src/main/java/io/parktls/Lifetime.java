package io.parktls;

import java.io.IOException;
import java.nio.channels.ClosedChannelException;

/**
 * The end of a connection. Any thread may close the connection; the last thread to release one of its locks then drops
 * keys and buffers.
 */
final class Lifetime {
    private final Direction inbound;
    private final Direction outbound;
    private final Runnable releaseResources;

    /** Set by any thread, read by any thread. */
    private volatile boolean closed;

    /** Written once under both locks, read by any thread. */
    private volatile boolean ended;

    /** @param releaseResources drops keys and buffers; called once, under both locks */
    Lifetime(Direction inbound, Direction outbound, Runnable releaseResources) {
        this.inbound = inbound;
        this.outbound = outbound;
        this.releaseResources = releaseResources;
    }

    boolean isClosed() {
        return closed;
    }

    void requireOpen() throws ClosedChannelException {
        if (closed) {
            throw new ClosedChannelException();
        }
    }

    /** Throws if the connection is closed or this direction has failed. */
    void requireIntact(Direction direction) throws IOException {
        requireOpen();
        IOException failure = direction.failure();
        if (failure != null) {
            throw failure;
        }
    }

    void close() {
        closed = true;
    }

    /**
     * Takes the lock of a direction.
     *
     * @throws IOException as {@link Waiting#acquire}; the lock is then not held
     */
    void lock(Direction direction, Waiting waiting) throws IOException {
        boolean held = false;
        try {
            waiting.acquire(direction.lock());
            held = true;
        } finally {
            if (!held && closed) {
                // acquire may have taken the lock and released it again, so this thread may be the last one.
                endIfUnused();
            }
        }
    }

    /** Releases the lock of a direction, and its buffer if it is empty. */
    void unlock(Direction direction) {
        direction.release();
        direction.lock().unlock();
        if (closed) {
            endIfUnused();
        }
    }

    /**
     * Drops keys and buffers if no thread holds a lock. Called after {@link #close()}. If a lock is held, its holder
     * calls this method after it releases the lock.
     */
    void endIfUnused() {
        while (!ended && !inbound.lock().isLocked() && !outbound.lock().isLocked()) {
            if (inbound.lock().tryLock()) {
                try {
                    if (outbound.lock().tryLock()) {
                        try {
                            end();
                        } finally {
                            outbound.lock().unlock();
                        }
                    }
                } finally {
                    inbound.lock().unlock();
                }
            }
        }
    }

    /** The caller holds both locks. */
    private void end() {
        if (!ended) {
            releaseResources.run();
            ended = true;
        }
    }
}
