package io.parktls.bio;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** One end of an in-memory pipe: it writes into one {@link Ring} and reads from the other. */
final class PairBio implements NotifyingBio {
    private final Ring incoming;
    private final Ring outgoing;

    private volatile boolean closed;

    private PairBio(Ring incoming, Ring outgoing) {
        this.incoming = incoming;
        this.outgoing = outgoing;
    }

    static Bio[] pair(int capacity) {
        if (capacity < 1) {
            throw new IllegalArgumentException("capacity of a pair below 1: " + capacity);
        }
        Ring there = new Ring(capacity);
        Ring back = new Ring(capacity);
        return new Bio[] {new PairBio(back, there), new PairBio(there, back)};
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

    /** The bytes on their way in one direction. */
    private static final class Ring {
        private final int capacity;
        private final ReentrantLock lock = new ReentrantLock();

        /** Guarded by lock. Allocated while there are bytes on their way. */
        private byte @Nullable [] bytes;

        /** Guarded by lock. */
        private int start;

        /** Guarded by lock. */
        private int size;

        /** Guarded by lock: nothing more will be put. */
        private boolean ended;

        /** Guarded by lock: nothing more will be taken. */
        private boolean abandoned;

        volatile @Nullable Runnable reader;
        volatile @Nullable Runnable writer;

        Ring(int capacity) {
            this.capacity = capacity;
        }

        int put(ByteBuffer src) throws IOException {
            int n;
            lock.lock();
            try {
                if (ended) {
                    throw new IOException("broken pipe: this end is shut for writing");
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
                tell(reader);
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
                tell(writer);
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
            tell(reader);
            tell(writer);
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
            tell(reader);
            tell(writer);
        }

        private static void tell(@Nullable Runnable listener) {
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
