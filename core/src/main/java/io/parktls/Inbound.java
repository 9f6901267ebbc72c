package io.parktls;

import io.parktls.bio.Bio;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** The read half: records that have arrived and are not used up, read ahead of the engine. Guarded by its lock. */
final class Inbound extends Direction {
    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

    /** Null while nothing is in flight. What has arrived is from the position to the limit. */
    private @Nullable ByteBuffer buffer;

    /** Whether the last read filled its buffer: then there is probably more than one record to have. */
    private boolean bulk;

    /** Whether the last read left room: then the pipe had no more. */
    private boolean drained;

    /** Whether the pipe has said that nothing more will come. */
    private boolean atEnd;

    /** What has arrived. */
    ByteBuffer arrived() {
        return buffer == null ? NOTHING : buffer;
    }

    /**
     * Reads as much as the pipe has and the buffer holds.
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

    /** Whether the last read took all that the pipe had, and nothing is left of it here. */
    boolean isUsedUp() {
        return drained && buffer == null;
    }

    /** Whether the pipe has said that nothing more will come. */
    boolean isAtEnd() {
        return atEnd;
    }

    /** A buffer whose bytes start at 0, with room behind them. */
    private ByteBuffer room() throws TlsProtocolException {
        ByteBuffer held = buffer;
        if (held == null) {
            held = RecordBuffers.borrow(bulk);
            held.limit(0);
        } else if (held.capacity() < RecordBuffers.SEVERAL_RECORDS && (bulk || isFull(held))) {
            held = moved(held, true);
        } else if (isFull(held)) {
            throw new TlsProtocolException(
                    "no progress: the engine uses up nothing of " + held.remaining() + " bytes", null, null);
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

    /** For as long as the thread is parked: what remains is mostly a part of one record, and then takes no more room. */
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
