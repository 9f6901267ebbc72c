package io.parktls;

import io.parktls.bio.Bio;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** Records that have arrived and are not used up, read ahead of the engine. Guarded by the connection's read lock. */
final class Inbound {
    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

    /** Null while nothing is in flight. What has arrived is from the position to the limit. */
    private @Nullable ByteBuffer buffer;

    /** Whether the last read filled its buffer: then there is probably more than one record to have. */
    private boolean bulk;

    /** Bytes that ever came out of the pipe. Written under the read lock, read by anyone. */
    private volatile long received;

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
        ByteBuffer records = room();
        int end = records.limit();
        records.limit(records.capacity()).position(end);
        int n = 0;
        try {
            n = bio.read(records);
        } finally {
            bulk = n > 0 && !records.hasRemaining();
            records.flip();
        }
        if (n > 0) {
            long before = received;
            received = before + n;
        }
        return n;
    }

    /** How many bytes ever came out of the pipe. Any thread may ask. */
    long received() {
        return received;
    }

    /** A buffer whose bytes start at 0, with room behind them. */
    private ByteBuffer room() {
        ByteBuffer records = buffer;
        if (records == null) {
            records = RecordBuffers.borrow(bulk);
            records.limit(0);
        } else if (records.position() > 0) {
            records.compact().flip();
        } else if (records.limit() == records.capacity()) {
            if (records.capacity() == RecordBuffers.SEVERAL_RECORDS) {
                throw new IllegalStateException("the engine consumes nothing of a full buffer");
            }
            ByteBuffer larger = RecordBuffers.borrow(true);
            larger.put(records).flip();
            RecordBuffers.giveBack(records);
            records = larger;
        }
        buffer = records;
        return records;
    }

    /** Gives the buffer back if nothing is in it. */
    void release() {
        if (buffer != null && !buffer.hasRemaining()) {
            RecordBuffers.giveBack(buffer);
            buffer = null;
        }
    }

    /** Forgets what is here. */
    void discard() {
        if (buffer != null) {
            buffer.position(buffer.limit());
            release();
        }
    }
}
