package io.parktls.semantics;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** Unencrypted records, which scripts inject (RFC 8446 5.1). */
final class Records {
    static final int CHANGE_CIPHER_SPEC = 20;
    static final int ALERT = 21;
    static final int HANDSHAKE = 22;
    static final int APPLICATION_DATA = 23;

    private Records() {}

    static byte[] record(int type, byte... fragment) {
        return ByteBuffer.allocate(5 + fragment.length)
                .put((byte) type)
                .putShort((short) 0x0303)
                .putShort((short) fragment.length)
                .put(fragment)
                .array();
    }

    static byte[] alert(int level, int code) {
        return record(ALERT, (byte) level, (byte) code);
    }

    /** Returns a record header without a fragment. */
    static byte[] header(int type, int length) {
        return new byte[] {(byte) type, 3, 3, (byte) (length >>> 8), (byte) length};
    }

    static byte[] text(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
