package io.parktls.semantics;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;

/** One direction of a connection, in the hands of a script: what one end wrote and the other has not read. */
final class Lane {
    private int capacity;
    private byte[] bytes = {};

    /** How many of the bytes the reader may see. */
    private int visible = Integer.MAX_VALUE;

    private final ByteArrayOutputStream record = new ByteArrayOutputStream();
    /** How many bytes more the reader gets, whatever is on its way. */
    private long left = Long.MAX_VALUE;

    private boolean cutByReset;

    /** Which byte of the stream arrives changed, and in which bits; -1 for none. */
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

    /** Takes away what is on its way. */
    byte[] takeAll() {
        return take(bytes.length);
    }

    /** Takes away the first so many bytes of what is on its way. */
    byte[] take(int n) {
        byte[] taken = Arrays.copyOf(bytes, n);
        bytes = Arrays.copyOfRange(bytes, n, bytes.length);
        return taken;
    }

    /** Puts bytes behind those on their way, whatever the capacity. */
    void inject(byte... more) {
        append(more);
    }

    /** The end of the stream, behind what is on its way. */
    void end() {
        ended = true;
    }

    /** A reset: one read fails behind what is on its way, and then the stream ends. Writes fail. */
    void reset() {
        reset = true;
    }

    /** The stream ends, or is reset, when the reader has had so many bytes. */
    void cutAfter(int n, boolean byReset) {
        left = n;
        cutByReset = byReset;
    }

    /** The byte at that place of the stream arrives with these bits flipped. */
    void spoil(int at, int bits) {
        spoiledAt = at;
        spoiledBits = bits;
    }

    /** Writes fail from now on; reads go on. */
    void breakForWriting() {
        broken = true;
    }

    /** How many bytes may be on their way from now on; 0 for a pipe that takes nothing. */
    void capacity(int bytesOnTheirWay) {
        capacity = bytesOnTheirWay;
    }

    /** Shows the reader so many bytes more, and no others. */
    void show(int more) {
        visible = more;
    }

    /** How many bytes are on their way. */
    int size() {
        return bytes.length;
    }

    /** All that was ever written. */
    byte[] written() {
        return record.toByteArray();
    }

    /** How often the reader asked. */
    int readCalls() {
        return readCalls;
    }
}
