package io.parktls;

import io.parktls.bio.Bio;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** The write half: records on their way out. Guarded by its lock, but for what any thread may ask. */
final class Outbound extends Direction {
    /** Null while nothing is in flight. Records end at the position. */
    private @Nullable ByteBuffer buffer;

    /** Where the bytes that the pipe has not taken yet begin. */
    private int sent;

    /** Whether something waits for the pipe while nobody is about to offer it. Written under the write lock, read by anyone. */
    private volatile boolean unsent;

    /** Whether something waits for the pipe while nobody is about to offer it. Any thread may ask. */
    boolean isUnsent() {
        return unsent;
    }

    /** Whether no buffer is borrowed. */
    boolean isReleased() {
        return buffer == null;
    }

    /** How many bytes wait for the pipe. */
    int remaining() {
        return buffer == null ? 0 : buffer.position() - sent;
    }

    /**
     * Whether the pipe has taken a part of what is here: to stop now would leave half a record on the wire.
     */
    boolean isHalfSent() {
        return sent > 0 && remaining() > 0;
    }

    /** Where the engine puts records. */
    ByteBuffer toFill(boolean several) {
        if (buffer == null) {
            buffer = RecordBuffers.borrow(several);
        }
        return buffer;
    }

    /**
     * Offers the pipe what is here, until it has everything or takes no more.
     *
     * @return whether it has everything
     */
    boolean flush(Bio bio) throws IOException {
        ByteBuffer records = buffer;
        if (records == null) {
            return true;
        }
        int end = records.position();
        int begin = sent;
        records.limit(end).position(begin);
        try {
            while (records.hasRemaining() && bio.write(records) > 0) {}
        } finally {
            sent = records.position();
            if (sent > begin) {
                traffic().count(records, begin, sent);
            }
            records.limit(records.capacity()).position(end);
        }
        if (sent < end) {
            return false;
        }
        records.clear();
        sent = 0;
        return true;
    }

    @Override
    void release() {
        boolean rest = remaining() > 0;
        if (unsent != rest) {
            unsent = rest;
        }
        if (buffer != null && !rest) {
            RecordBuffers.giveBack(buffer);
            buffer = null;
            sent = 0;
        }
    }

    @Override
    void discard() {
        if (buffer != null) {
            buffer.clear();
            sent = 0;
            release();
        }
    }
}
