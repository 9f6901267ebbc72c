package io.parktls.sockets;

import io.parktls.bio.Bio;
import io.parktls.bio.NotifyingBio;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * A pipe as networks are: it moves what it likes with each call and refuses every so many, and at some byte of its input
 * something may happen to it. One thread may read while another writes.
 */
final class FaultyBio implements NotifyingBio {
    /** What happens at that byte of the input. */
    enum Fate {
        NONE,
        /** The end of the stream. */
        CUT,
        /** A failure. */
        RESET,
        /** Nothing moves in either direction, for ever. Only for pipes that notify: a channel would be ready all the time. */
        STALL,
        /** One bit is another. */
        FLIP
    }

    /**
     * @param readChunk bytes that one read delivers, at most
     * @param writeChunk bytes that one write takes, at most
     * @param refuseEvery calls of that number move nothing; 0 for never
     * @param after how many bytes of input come before it happens
     */
    record Faults(int readChunk, int writeChunk, int refuseEvery, Fate fate, long after) {
        /** Whether it may take minutes to read what arrives at once, on a busy machine. */
        boolean isSlowToRead() {
            return readChunk < SLOW_CHUNK;
        }
    }

    private static final int SLOW_CHUNK = 50;

    private final Bio inner;
    private final Faults faults;

    /** Used by the reader only, as are bytesRead and flipped. */
    private int reads;

    private long bytesRead;

    private boolean flipped;

    /** Used by the writer only. */
    private int writes;

    private volatile boolean stalled;
    private volatile @Nullable Runnable readable;
    private volatile @Nullable Runnable writable;

    FaultyBio(Bio inner, Faults faults) {
        this.inner = inner;
        this.faults = faults;
    }

    @Override
    public int read(ByteBuffer dst) throws IOException {
        if (stalled) {
            return 0;
        }
        if (refuses(++reads)) {
            later(readable);
            return 0;
        }
        long room = faults.readChunk;
        boolean before = faults.fate != Fate.NONE && bytesRead <= faults.after;
        if (before && bytesRead == faults.after) {
            switch (faults.fate) {
                case CUT -> {
                    return -1;
                }
                case RESET -> throw new IOException("Connection reset");
                case STALL -> {
                    stalled = true;
                    return 0;
                }
                case FLIP, NONE -> room = 1;
            }
        } else if (before) {
            room = Math.min(room, faults.after - bytesRead);
        }
        int at = dst.position();
        int limit = dst.limit();
        int n;
        try {
            n = inner.read(dst.limit(at + (int) Math.min(room, dst.remaining())));
        } finally {
            dst.limit(limit);
        }
        if (n > 0) {
            if (faults.fate == Fate.FLIP && bytesRead == faults.after && !flipped) {
                flipped = true;
                dst.put(at, (byte) (dst.get(at) ^ 1 << (bytesRead & 7)));
            }
            bytesRead += n;
        }
        return n;
    }

    @Override
    public int write(ByteBuffer src) throws IOException {
        if (stalled) {
            return 0;
        }
        if (refuses(++writes)) {
            later(writable);
            return 0;
        }
        int limit = src.limit();
        try {
            return inner.write(src.limit(src.position() + Math.min(faults.writeChunk, src.remaining())));
        } finally {
            src.limit(limit);
        }
    }

    private boolean refuses(int call) {
        return faults.refuseEvery > 0 && call % faults.refuseEvery == 0;
    }

    /** Whoever waits is told when it is somebody else's turn, and not before this call is over. */
    private static void later(@Nullable Runnable listener) {
        if (listener != null) {
            Thread.ofVirtual().start(listener);
        }
    }

    @Override
    public void onChange(@Nullable Runnable newReadable, @Nullable Runnable newWritable) {
        readable = newReadable;
        writable = newWritable;
        ((NotifyingBio) inner).onChange(newReadable, newWritable);
    }

    @Override
    public void shutdownOutput() throws IOException {
        inner.shutdownOutput();
    }

    @Override
    public void close() throws IOException {
        inner.close();
    }

    @Override
    public String toString() {
        return "FaultyBio[" + inner + ", " + faults + "]";
    }
}
