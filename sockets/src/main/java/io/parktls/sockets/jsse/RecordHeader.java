package io.parktls.sockets.jsse;

import java.nio.ByteBuffer;

/** Reads the headers of records (RFC 8446 5.1), which tell an engine how many bytes it needs. */
final class RecordHeader {
    /** The length of a header in bytes. */
    static final int LENGTH = 5;

    /** The maximum length of a record's content in bytes. */
    static final int MAX_CONTENT = 16_384;

    /** The maximum length of a record in bytes: the header, the content and the expansion (RFC 5246 6.2.3). */
    static final int MAX_RECORD = LENGTH + MAX_CONTENT + 2_048;

    private static final int CHANGE_CIPHER_SPEC = 20;
    private static final int ALERT = 21;
    private static final int APPLICATION_DATA = 23;
    private static final int MAJOR_VERSION = 3;

    private RecordHeader() {}

    /** Returns the length of the record at the position of a buffer, which has a whole header. */
    static int recordLength(ByteBuffer bytes) {
        return LENGTH + (bytes.get(bytes.position() + 3) & 0xFF) * 256 + (bytes.get(bytes.position() + 4) & 0xFF);
    }

    /** Returns whether a record may begin with the header at the position of a buffer. */
    static boolean isValid(ByteBuffer bytes) {
        int type = bytes.get(bytes.position());
        return type >= CHANGE_CIPHER_SPEC
                && type <= APPLICATION_DATA
                && bytes.get(bytes.position() + 1) == MAJOR_VERSION
                && recordLength(bytes) <= MAX_RECORD;
    }

    /** Returns whether the record is no handshake message, and so needs no computation in a handshake. */
    static boolean isSignal(ByteBuffer bytes) {
        int type = bytes.get(bytes.position());
        return type == ALERT || type == CHANGE_CIPHER_SPEC;
    }

    static boolean isApplicationData(ByteBuffer bytes) {
        return bytes.get(bytes.position()) == APPLICATION_DATA;
    }
}
