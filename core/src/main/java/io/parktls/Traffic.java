package io.parktls;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;

/**
 * Counts the bytes of a stream that comes in pieces, and its records by their headers (RFC 8446 5.1), whatever engine makes or
 * reads them. Guarded by the lock of its direction, but for what any thread may ask.
 */
final class Traffic {
    private static final int HEADER = 5;
    private static final int LENGTH_AT = 3;

    private static final VarHandle BYTES = field("bytes");
    private static final VarHandle RECORDS = field("records");

    /** Bytes of the next header that were seen. */
    private int headerSeen;

    /** The length in that header, as far as it was seen. */
    private int length;

    /** Bytes of the current record that are still to come. */
    private int left;

    /**
     * Written under the lock and in release mode: a volatile write would wait until all that was written before is out of the
     * processor, for each record.
     */
    private long bytes;

    /** Records that were whole. Written as the bytes are. */
    private long records;

    /** How many bytes there have been. */
    long bytes() {
        return (long) BYTES.getAcquire(this);
    }

    /** How many records have been whole. */
    long records() {
        return (long) RECORDS.getAcquire(this);
    }

    /** Takes in the bytes of {@code piece} from an index up to another. */
    void count(ByteBuffer piece, int from, int to) {
        BYTES.setRelease(this, bytes + (to - from));
        int whole = 0;
        int at = from;
        while (at < to) {
            if (left > 0) {
                int step = Math.min(left, to - at);
                left -= step;
                at += step;
            } else if (headerSeen == 0 && to - at >= HEADER) {
                left = piece.getShort(at + LENGTH_AT) & 0xFFFF;
                at += HEADER;
            } else {
                length = ((length << 8) | (piece.get(at++) & 0xFF)) & 0xFFFF;
                if (++headerSeen < HEADER) {
                    continue;
                }
                headerSeen = 0;
                left = length;
            }
            if (left == 0) {
                whole++;
            }
        }
        if (whole > 0) {
            RECORDS.setRelease(this, records + whole);
        }
    }

    private static VarHandle field(String name) {
        try {
            return MethodHandles.lookup().findVarHandle(Traffic.class, name, long.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }
}
