package io.parktls;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;

/**
 * Counts the bytes of one direction, and its records by their headers (RFC 8446 5.1), independently of the engine.
 * Guarded by the lock of its direction; {@link #bytes} and {@link #records} may be called by any thread.
 */
final class TrafficCounter {
    private static final int HEADER = 5;
    private static final int LENGTH_AT = 3;

    private static final VarHandle BYTES = field("bytes");
    private static final VarHandle RECORDS = field("records");

    /** How many bytes of a header have been counted, if the header is incomplete. */
    private int headerSeen;

    /** The length in that header, as far as it has been read. */
    private int length;

    /** How many bytes of the current record are still to come. */
    private int left;

    /**
     * Written under the lock in release mode, read by any thread in acquire mode. A volatile write would wait for the
     * store buffer of the processor to drain, once for each record.
     */
    private long bytes;

    /** The number of complete records. Written and read like {@link #bytes}. */
    private long records;

    /** Returns the number of bytes. */
    long bytes() {
        return (long) BYTES.getAcquire(this);
    }

    /** Returns the number of complete records. */
    long records() {
        return (long) RECORDS.getAcquire(this);
    }

    /** Counts the bytes of {@code piece} from index {@code from} (inclusive) to index {@code to} (exclusive). */
    void count(ByteBuffer piece, int from, int to) {
        BYTES.setRelease(this, bytes + (to - from));
        int complete = 0;
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
                complete++;
            }
        }
        if (complete > 0) {
            RECORDS.setRelease(this, records + complete);
        }
    }

    private static VarHandle field(String name) {
        try {
            return MethodHandles.lookup().findVarHandle(TrafficCounter.class, name, long.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }
}
