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
        int n = Math.min(Math.min(bytes.length, visible), dst.remaining());
        if (n == 0 && dst.hasRemaining()) {
            if (reset) {
                reset = false;
                ended = true;
                throw new IOException("Connection reset");
            }
            return ended && bytes.length == 0 ? -1 : 0;
        }
        dst.put(take(n));
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
