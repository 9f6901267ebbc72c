package io.parktls.semantics;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;

/** One direction of a {@link Wire}: the bytes that one end has written and the other end has not read. */
final class Lane {
    private int capacity;
    private byte[] bytes = {};

    /** The number of bytes that the reader may read; {@code MAX_VALUE} for all. */
    private int visible = Integer.MAX_VALUE;

    private final ByteArrayOutputStream record = new ByteArrayOutputStream();
    /** The number of bytes after which the stream is cut; {@code MAX_VALUE} for no cut. */
    private long left = Long.MAX_VALUE;

    private boolean cutByReset;

    /** The position of the byte that arrives with {@link #spoiledBits} flipped; -1 for none. */
    private int spoiledAt = -1;

    private int spoiledBits;
    private int taken;
    private boolean ended;
    private boolean reset;
    private boolean broken;
    private int readCalls;

    Lane(int capacity) {
        this.capacity = capacity;
    }

    // ---- the writer

    int put(ByteBuffer src) throws IOException {
        if (broken || reset) {
            throw new IOException(broken ? "Broken pipe" : "Connection reset");
        }
        int n = Math.clamp(capacity - bytes.length, 0, src.remaining());
        byte[] put = new byte[n];
        src.get(put);
        record.writeBytes(put);
        append(put);
        return n;
    }

    private void append(byte[] more) {
        bytes = Arrays.copyOf(bytes, bytes.length + more.length);
        System.arraycopy(more, 0, bytes, bytes.length - more.length, more.length);
    }

    // ---- the reader

    int take(ByteBuffer dst) throws IOException {
        readCalls++;
        int n = (int) Math.min(left, Math.min(Math.min(bytes.length, visible), dst.remaining()));
        if (n == 0 && dst.hasRemaining()) {
            if (left == 0) {
                bytes = new byte[0];
                reset = cutByReset;
                ended = !cutByReset;
                cutByReset = false;
            }
            if (reset) {
                reset = false;
                ended = true;
                throw new IOException("Connection reset");
            }
            return ended && bytes.length == 0 ? -1 : 0;
        }
        byte[] delivered = take(n);
        if (spoiledAt >= taken && spoiledAt < taken + n) {
            delivered[spoiledAt - taken] ^= (byte) spoiledBits;
        }
        dst.put(delivered);
        taken += n;
        left -= left == Long.MAX_VALUE ? 0 : n;
        visible -= visible == Integer.MAX_VALUE ? 0 : n;
        return n;
    }

    // ---- the script

    /** Removes and returns the bytes in transit. */
    byte[] takeAll() {
        return take(bytes.length);
    }

    /** Removes and returns the first {@code n} bytes in transit. */
    byte[] take(int n) {
        byte[] taken = Arrays.copyOf(bytes, n);
        bytes = Arrays.copyOfRange(bytes, n, bytes.length);
        return taken;
    }

    /** Appends bytes to those in transit, regardless of the capacity. */
    void inject(byte... more) {
        append(more);
    }

    /** Ends the stream after the bytes in transit. */
    void end() {
        ended = true;
    }

    /** Resets the lane: after the bytes in transit one read fails, then the stream ends. Writes fail. */
    void reset() {
        reset = true;
    }

    /** Ends or resets the stream after the reader has received {@code n} bytes. */
    void cutAfter(int n, boolean byReset) {
        left = n;
        cutByReset = byReset;
    }

    /** Flips bits of the byte at a position of the stream when the reader receives it. */
    void spoil(int at, int bits) {
        spoiledAt = at;
        spoiledBits = bits;
    }

    /** Makes further writes fail. Reads still succeed. */
    void breakForWriting() {
        broken = true;
    }

    /** Changes the capacity, the maximum number of bytes in transit. With 0, writes accept nothing. */
    void capacity(int newCapacity) {
        capacity = newCapacity;
    }

    /** Limits the reader to this number of further bytes. */
    void show(int more) {
        visible = more;
    }

    /** Returns the number of bytes in transit. */
    int size() {
        return bytes.length;
    }

    /** Returns all bytes that the writer has written. */
    byte[] written() {
        return record.toByteArray();
    }

    /** Returns the number of read calls. */
    int readCalls() {
        return readCalls;
    }
}
