package io.parktls;

import io.parktls.bio.Bio;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * The incoming direction, with the records that have been read from the pipe and not consumed. Guarded by the read
 * lock.
 */
final class Inbound extends Direction {
    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

    /** Null if no bytes are held. The bytes that have arrived are between the position and the limit. */
    private @Nullable ByteBuffer buffer;

    /** Whether the last read filled its buffer, so that the pipe probably holds more than one record. */
    private boolean bulk;

    /** Whether the last read left room in its buffer, so that the pipe held no more bytes. */
    private boolean drained;

    /** Whether the pipe has reported the end of the stream. */
    private boolean atEnd;

    /** Returns the bytes that have arrived and are not consumed. */
    ByteBuffer arrived() {
        return buffer == null ? NOTHING : buffer;
    }

    /**
     * Reads as much as the pipe has and the buffer has room for.
     *
     * @return as {@link Bio#read}
     */
    int fill(Bio bio) throws IOException {
        ByteBuffer room = room();
        int end = room.limit();
        room.limit(room.capacity()).position(end);
        int n = 0;
        try {
            n = bio.read(room);
        } finally {
            drained = n > 0 && room.hasRemaining();
            bulk = n > 0 && !drained;
            room.flip();
        }
        if (n > 0) {
            traffic().count(room, end, end + n);
        }
        if (n < 0) {
            atEnd = true;
        }
        return n;
    }

    /** Returns whether the last read emptied the pipe and all its bytes have been consumed. */
    boolean isConsumed() {
        return drained && buffer == null;
    }

    /** Returns whether the pipe has reported the end of the stream. */
    boolean isAtEnd() {
        return atEnd;
    }

    /** Returns the buffer with its bytes moved to index 0 and room for more. */
    private ByteBuffer room() throws TlsProtocolException {
        ByteBuffer held = buffer;
        if (held == null) {
            held = RecordBuffers.borrow(bulk);
            held.limit(0);
        } else if (held.capacity() < RecordBuffers.SEVERAL_RECORDS && (bulk || isFull(held))) {
            held = moved(held, true);
        } else if (isFull(held)) {
            throw new TlsProtocolException(
                    "no progress: the engine consumed none of " + held.remaining() + " buffered bytes", null, null);
        } else if (held.position() > 0) {
            held.compact().flip();
        }
        buffer = held;
        return held;
    }

    private static boolean isFull(ByteBuffer held) {
        return held.remaining() == held.capacity();
    }

    private static ByteBuffer moved(ByteBuffer held, boolean several) {
        ByteBuffer other = RecordBuffers.borrow(several);
        other.put(held).flip();
        RecordBuffers.giveBack(held);
        return other;
    }

    /**
     * Moves the remaining bytes, usually a part of one record, to a small buffer if they fit. Called before the thread
     * parks.
     */
    void shrink() {
        ByteBuffer held = buffer;
        if (held != null && held.capacity() > RecordBuffers.ONE_RECORD && held.remaining() < RecordBuffers.ONE_RECORD) {
            buffer = moved(held, false);
        }
        release();
    }

    @Override
    void release() {
        if (buffer != null && !buffer.hasRemaining()) {
            RecordBuffers.giveBack(buffer);
            buffer = null;
        }
    }

    @Override
    void discard() {
        if (buffer != null) {
            buffer.position(buffer.limit());
            release();
        }
    }
}
