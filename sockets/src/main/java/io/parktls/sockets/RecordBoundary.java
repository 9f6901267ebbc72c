package io.parktls.sockets;

/**
 * Tells how many bytes of a record stream may be read without reading past the end of the current record (RFC 8446
 * 5.1). Used by one thread at a time.
 */
final class RecordBoundary {
    private static final int HEADER = 5;
    private static final int LENGTH_AT = 3;

    /** How many bytes of the current header were read, if the header is incomplete. */
    private int headerSeen;

    /** The length in the current header, as far as it was read. */
    private int length;

    /** How many bytes of the current record's body are still to come. */
    private int left;

    /** Returns how many bytes may be read: the rest of the header, or the rest of the body; at least 1. */
    int allowed() {
        return left > 0 ? left : HEADER - headerSeen;
    }

    /** Advances by bytes that were read; there are at most {@link #allowed} of them. */
    void advance(byte[] bytes, int offset, int count) {
        if (left > 0) {
            left -= count;
            return;
        }
        for (int i = 0; i < count; i++) {
            if (headerSeen >= LENGTH_AT) {
                length = (length << 8) | (bytes[offset + i] & 0xFF);
            }
            headerSeen++;
        }
        if (headerSeen == HEADER) {
            left = length;
            headerSeen = 0;
            length = 0;
        }
    }
}
