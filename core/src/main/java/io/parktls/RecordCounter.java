package io.parktls;

import java.nio.ByteBuffer;

/**
 * Counts the records of a stream of bytes that comes in pieces, by their headers (RFC 8446 5.1), whatever engine makes or
 * reads them. Guarded by the lock of its direction, but for what any thread may ask.
 */
final class RecordCounter {
    private static final int HEADER = 5;

    /** Bytes of the next header that were seen. */
    private int headerSeen;

    /** The length in that header, as far as it was seen. */
    private int length;

    /** Bytes of the current record that are still to come. */
    private int left;

    /** Records that were whole. Written under the lock, read by anyone. */
    private volatile long records;

    long records() {
        return records;
    }

    /** Takes in the bytes of {@code bytes} from an index up to another. */
    void count(ByteBuffer bytes, int from, int to) {
        int whole = 0;
        int at = from;
        while (at < to) {
            if (left == 0) {
                length = ((length << 8) | (bytes.get(at++) & 0xFF)) & 0xFFFF;
                if (++headerSeen < HEADER) {
                    continue;
                }
                headerSeen = 0;
                left = length;
            }
            int step = Math.min(left, to - at);
            left -= step;
            at += step;
            if (left == 0) {
                whole++;
            }
        }
        if (whole > 0) {
            long before = records;
            records = before + whole;
        }
    }
}
