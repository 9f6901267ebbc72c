package io.parktls;

import io.parktls.bio.Bio;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * The outgoing direction, with the records that the pipe has not accepted. Guarded by the write lock, except for
 * {@link #isUnsent}.
 */
final class Outbound extends Direction {
    /** Null if no bytes are held. The records end at the position. */
    private @Nullable ByteBuffer buffer;

    /** The index of the first byte that the pipe has not accepted. */
    private int sent;

    /** Whether the latest operation left unsent output. Written under the write lock, read by any thread. */
    private volatile boolean unsent;

    /** Returns whether the latest operation left unsent output. Any thread may call it. */
    boolean isUnsent() {
        return unsent;
    }

    /** Returns whether no buffer is borrowed. */
    boolean isReleased() {
        return buffer == null;
    }

    /** Returns how many bytes the pipe has not accepted. */
    int remaining() {
        return buffer == null ? 0 : buffer.position() - sent;
    }

    /** Returns whether the pipe has accepted only a part of the output, so that a record may have been sent in part. */
    boolean isPartlySent() {
        return sent > 0 && remaining() > 0;
    }

    /** Returns the buffer that the engine fills with records. */
    ByteBuffer toFill(boolean several) {
        if (buffer == null) {
            buffer = RecordBuffers.borrow(several);
        }
        return buffer;
    }

    /**
     * Writes the output to the pipe until the pipe has accepted all of it, or accepts no more without waiting.
     *
     * @return whether the pipe has accepted all output
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
