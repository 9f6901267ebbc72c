package io.parktls.sockets;

import io.parktls.bio.Bio;
import io.parktls.bio.NotifyingBio;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * A pipe that behaves like a network: each call moves only some of the bytes, every so many calls move none, and at a
 * given byte of the input a fault may occur. One thread may read while another writes.
 */
final class FaultyBio implements NotifyingBio {
    /** The fault that occurs at the given byte of the input. */
    enum Fate {
        NONE,
        /** The stream ends. */
        CUT,
        /** Reads throw an exception. */
        RESET,
        /**
         * No byte moves in either direction from then on. Not for channels, which would stay ready and make the loop
         * spin.
         */
        STALL,
        /** One bit is flipped. */
        FLIP
    }

    /**
     * The faults of a pipe.
     *
     * @param readChunk how many bytes a read delivers at most
     * @param writeChunk how many bytes a write takes at most
     * @param refuseEvery every call of this number moves nothing; 0 for none
     * @param fate the fault
     * @param after after how many bytes of input the fault occurs
     */
    record Faults(int readChunk, int writeChunk, int refuseEvery, Fate fate, long after) {
        /** Returns whether reading may take minutes on a busy machine. */
        boolean isSlowToRead() {
            return readChunk < SLOW_CHUNK;
        }
    }

    private static final int SLOW_CHUNK = 50;

    private final Bio inner;
    private final Faults faults;

    /** Used by the reader only. */
    private int reads;

    /** Used by the reader only. */
    private long bytesRead;

    /** Used by the reader only. */
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

    /**
     * Notifies the listener from another thread, since the listener must not be called before the current call returns.
     */
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
