package io.parktls;

import java.nio.ByteBuffer;

/**
 * Application data that {@link TlsConnection#peek} has copied out and no read has consumed. Guarded by the read lock.
 */
final class PeekBuffer {
    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

    private ByteBuffer data = NOTHING;

    int remaining() {
        return data.remaining();
    }

    /** Copies the data to {@code dst}, as far as it has room, and keeps it. */
    void copyTo(ByteBuffer dst) {
        int n = Math.min(data.remaining(), dst.remaining());
        dst.put(dst.position(), data, data.position(), n).position(dst.position() + n);
    }

    /** Moves the data to {@code dst}, as far as it has room. */
    void moveTo(ByteBuffer dst) {
        int before = dst.position();
        copyTo(dst);
        data.position(data.position() + dst.position() - before);
        if (!data.hasRemaining()) {
            discard();
        }
    }

    /** Appends a copy of the bytes of {@code dst} between index {@code from} and its position. */
    void append(ByteBuffer dst, int from) {
        int n = dst.position() - from;
        ByteBuffer joined = ByteBuffer.allocate(data.remaining() + n).put(data);
        joined.put(joined.position(), dst, from, n).rewind();
        data = joined;
    }

    void discard() {
        data = NOTHING;
    }
}
