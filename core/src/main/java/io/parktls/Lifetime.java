package io.parktls;

import java.io.IOException;
import java.nio.channels.ClosedChannelException;

/**
 * How a connection ends: any thread may close it, and whoever is the last to hold one of its locks drops keys and buffers.
 */
final class Lifetime {
    private final Direction inbound;
    private final Direction outbound;
    private final Runnable end;

    /** Written by any thread, once. */
    private volatile boolean closed;

    /** Written under both locks, once. */
    private volatile boolean ended;

    /** @param end drops keys and buffers; called once, under both locks */
    Lifetime(Direction inbound, Direction outbound, Runnable end) {
        this.inbound = inbound;
        this.outbound = outbound;
        this.end = end;
    }

    boolean isClosed() {
        return closed;
    }

    void requireOpen() throws ClosedChannelException {
        if (closed) {
            throw new ClosedChannelException();
        }
    }

    /** Open, and this direction has not failed. */
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
     * Begins an operation in a direction. Whoever waits may have had the lock and let go of it again: then it may be for this
     * thread to end the connection.
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
                endIfUnused();
            }
        }
    }

    /** Ends an operation in a direction. */
    void unlock(Direction direction) {
        direction.release();
        direction.lock().unlock();
        if (closed) {
            endIfUnused();
        }
    }

    /** To be called after {@link #close()}. A lock seen held here is released by a thread that comes here. */
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
            end.run();
            ended = true;
        }
    }
}
