package io.parktls.bio;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** One end of an in-memory pipe, which reads from one {@link Ring} and writes to another. */
final class PairBio implements NotifyingBio {
    private final Ring incoming;
    private final Ring outgoing;

    /** Written and read by any thread. */
    private volatile boolean closed;

    private PairBio(Ring incoming, Ring outgoing) {
        this.incoming = incoming;
        this.outgoing = outgoing;
    }

    static Bio[] pair(int capacity) {
        if (capacity < 1) {
            throw new IllegalArgumentException("the capacity of a pair must be at least 1 byte, not " + capacity);
        }
        Ring forward = new Ring(capacity);
        Ring backward = new Ring(capacity);
        return new Bio[] {new PairBio(backward, forward), new PairBio(forward, backward)};
    }

    @Override
    public int read(ByteBuffer dst) throws IOException {
        requireOpen();
        return incoming.take(dst);
    }

    @Override
    public int write(ByteBuffer src) throws IOException {
        requireOpen();
        return outgoing.put(src);
    }

    @Override
    public void shutdownOutput() throws IOException {
        requireOpen();
        outgoing.end();
    }

    @Override
    public void close() {
        closed = true;
        outgoing.end();
        incoming.abandon();
    }

    @Override
    public void onChange(@Nullable Runnable readable, @Nullable Runnable writable) {
        incoming.reader = readable;
        outgoing.writer = writable;
    }

    private void requireOpen() throws IOException {
        if (closed) {
            throw new ClosedChannelException();
        }
    }

    @Override
    public String toString() {
        return "PairBio[incoming " + incoming + ", outgoing " + outgoing + (closed ? ", closed]" : "]");
    }

    /** A bounded ring buffer with the bytes in transit in one direction. Thread-safe. */
    private static final class Ring {
        private final int capacity;
        private final ReentrantLock lock = new ReentrantLock();

        /** Guarded by lock. Null while the ring is empty. */
        private byte @Nullable [] bytes;

        /** Guarded by lock. */
        private int start;

        /** Guarded by lock. */
        private int size;

        /** Whether the writing end is closed. Guarded by lock. */
        private boolean ended;

        /** Whether the reading end is closed. Guarded by lock. */
        private boolean abandoned;

        /** The listener of the reading end. Written and read by any thread. */
        volatile @Nullable Runnable reader;

        /** The listener of the writing end. Written and read by any thread. */
        volatile @Nullable Runnable writer;

        Ring(int capacity) {
            this.capacity = capacity;
        }

        int put(ByteBuffer src) throws IOException {
            int n;
            lock.lock();
            try {
                if (ended) {
                    throw new IOException("broken pipe: this end is shut down for writing");
                }
                if (abandoned) {
                    throw new IOException("broken pipe: the other end is closed");
                }
                n = Math.min(src.remaining(), capacity - size);
                if (n > 0) {
                    byte[] ring = bytes;
                    if (ring == null) {
                        ring = new byte[capacity];
                        bytes = ring;
                    }
                    int at = (start + size) % capacity;
                    int first = Math.min(n, capacity - at);
                    src.get(ring, at, first).get(ring, 0, n - first);
                    size += n;
                }
            } finally {
                lock.unlock();
            }
            if (n > 0) {
                notifyListener(reader);
            }
            return n;
        }

        int take(ByteBuffer dst) {
            int n;
            lock.lock();
            try {
                if (size == 0) {
                    return ended ? -1 : 0;
                }
                n = Math.min(dst.remaining(), size);
                byte[] ring = bytes;
                if (ring != null) {
                    int first = Math.min(n, capacity - start);
                    dst.put(ring, start, first).put(ring, 0, n - first);
                }
                start = (start + n) % capacity;
                size -= n;
                if (size == 0) {
                    start = 0;
                    bytes = null;
                }
            } finally {
                lock.unlock();
            }
            if (n > 0) {
                notifyListener(writer);
            }
            return n;
        }

        void end() {
            lock.lock();
            try {
                ended = true;
            } finally {
                lock.unlock();
            }
            notifyListener(reader);
            notifyListener(writer);
        }

        void abandon() {
            lock.lock();
            try {
                abandoned = true;
                size = 0;
                bytes = null;
            } finally {
                lock.unlock();
            }
            notifyListener(reader);
            notifyListener(writer);
        }

        private static void notifyListener(@Nullable Runnable listener) {
            if (listener != null) {
                listener.run();
            }
        }

        @Override
        public String toString() {
            lock.lock();
            try {
                return size + " of " + capacity + " bytes" + (ended ? ", ended" : "")
                        + (abandoned ? ", abandoned" : "");
            } finally {
                lock.unlock();
            }
        }
    }
}
