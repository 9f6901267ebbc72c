package io.parktls.sockets.jsse.engine.fuzz;

import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * The bytes that one end sends to the other. The sender appends bytes, the schedule delivers some of them, and the
 * receiver consumes what was delivered. The wire knows where records begin, so that the fuzzer can tell whether a
 * receiver has a whole record.
 */
final class Wire {
    private static final int HEADER = 5;

    private byte[] bytes = new byte[4096];
    private int written;
    private int delivered;
    private int consumed;

    /** The first byte of the record that contains the first byte that is not consumed. */
    private int record;

    private boolean cut;

    void write(ByteBuffer source) {
        int length = source.remaining();
        if (cut) {
            source.position(source.limit());
            return;
        }
        if (written + length > bytes.length) {
            bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, written + length));
        }
        source.get(bytes, written, length);
        written += length;
    }

    /** Drops what was not delivered, and all that is written later. */
    void cut() {
        cut = true;
        written = delivered;
    }

    /** Inverts a bit of a byte that is not delivered. Returns false if there is none. */
    boolean flip(int choice) {
        if (written == delivered) {
            return false;
        }
        bytes[delivered + choice % (written - delivered)] ^= (byte) (1 << choice % 8);
        return true;
    }

    void deliver(int length) {
        delivered = Math.min(written, delivered + length);
    }

    /** Returns how many bytes were written in all. */
    int written() {
        return written;
    }

    /** Returns how many bytes wait for their delivery. */
    int inFlight() {
        return written - delivered;
    }

    /** Returns how many bytes were delivered and not consumed. */
    int available() {
        return delivered - consumed;
    }

    boolean isEmpty() {
        return consumed == written;
    }

    /** Copies the first available bytes without consuming them. */
    void peek(byte[] target, int length) {
        System.arraycopy(bytes, consumed, target, 0, length);
    }

    void consume(int length) {
        consumed += length;
        while (delivered >= record + HEADER && consumed >= endOfRecord()) {
            record = endOfRecord();
        }
    }

    boolean isUntouched() {
        return consumed == 0;
    }

    /** Returns whether the first bytes that are available complete a record. */
    boolean completesRecord(int length) {
        int end = consumed + length;
        return end >= record + HEADER && end >= endOfRecord();
    }

    private int endOfRecord() {
        return record + HEADER + ((bytes[record + 3] & 0xFF) << 8 | bytes[record + 4] & 0xFF);
    }
}
