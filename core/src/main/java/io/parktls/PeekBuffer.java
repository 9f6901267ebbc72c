package io.parktls;

import java.nio.ByteBuffer;

/** Application data that a caller has looked at and not taken. Guarded by the connection's read lock. */
final class PeekBuffer {
    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

    private ByteBuffer data = NOTHING;

    int remaining() {
        return data.remaining();
    }

    /** Shows what is here, as much as {@code dst} has room for. */
    void copyTo(ByteBuffer dst) {
        int n = Math.min(data.remaining(), dst.remaining());
        dst.put(dst.position(), data, data.position(), n).position(dst.position() + n);
    }

    /** Delivers what is here, as much as {@code dst} has room for. */
    void moveTo(ByteBuffer dst) {
        int before = dst.position();
        copyTo(dst);
        data.position(data.position() + dst.position() - before);
        if (!data.hasRemaining()) {
            discard();
        }
    }

    /** Keeps a copy of what was just put into {@code dst}, behind what is here. */
    void keep(ByteBuffer dst, int from) {
        int n = dst.position() - from;
        ByteBuffer kept = ByteBuffer.allocate(data.remaining() + n).put(data);
        kept.put(kept.position(), dst, from, n).rewind();
        data = kept;
    }

    void discard() {
        data = NOTHING;
    }
}
