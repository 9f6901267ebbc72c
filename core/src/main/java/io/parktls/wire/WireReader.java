package io.parktls.wire;

import io.parktls.TlsHandshakeException;

/**
 * A cursor over the body of a handshake message, with methods for the types of the presentation language (RFC 8446 3).
 * It never reads past the end of the innermost vector, and fails with decode_error if a field does not fit. It copies
 * nothing.
 *
 * <p>Example of reading a vector with elements:
 *
 * <pre>{@code
 * int outer = in.enter16("protocol_name_list", 2, 0xFFFF);
 * while (in.hasRemaining()) {
 *     in.opaque8("protocol_name", 1, 255);
 * }
 * in.leave(outer, "protocol_name_list");
 * }</pre>
 */
final class WireReader {
    private final byte[] bytes;
    private final String message;

    /** The index of the next field. */
    private int at;

    /** The end of the innermost vector. */
    private int limit;

    /** The type of the current extension, for exception messages; -1 outside of extensions. */
    private int extension = -1;

    /**
     * Creates a cursor over the whole body.
     *
     * @param message the name of the handshake message, for exception messages
     */
    WireReader(byte[] bytes, int offset, int length, String message) {
        this.bytes = bytes;
        this.at = offset;
        this.limit = offset + length;
        this.message = message;
    }

    byte[] bytes() {
        return bytes;
    }

    String message() {
        return message;
    }

    int position() {
        return at;
    }

    int remaining() {
        return limit - at;
    }

    boolean hasRemaining() {
        return at < limit;
    }

    int u8(String field) throws TlsHandshakeException {
        require(1, field);
        return bytes[at++] & 0xFF;
    }

    int u16(String field) throws TlsHandshakeException {
        require(2, field);
        int value = u16(bytes, at);
        at += 2;
        return value;
    }

    void skip(int length, String field) throws TlsHandshakeException {
        require(length, field);
        at += length;
    }

    /** Skips the rest of the innermost vector. */
    void skipRest() {
        at = limit;
    }

    /**
     * Enters a vector whose length takes one byte.
     *
     * @return the end of the enclosing vector, to be passed to {@link #leave}
     */
    int enter8(String field, int min, int max) throws TlsHandshakeException {
        requireLength(1, field);
        int length = bytes[at] & 0xFF;
        at += 1;
        return enter(length, field, min, max);
    }

    /** Enters a vector whose length takes two bytes. */
    int enter16(String field, int min, int max) throws TlsHandshakeException {
        requireLength(2, field);
        int length = u16(bytes, at);
        at += 2;
        return enter(length, field, min, max);
    }

    /** Enters a vector whose length takes three bytes. */
    int enter24(String field, int min, int max) throws TlsHandshakeException {
        requireLength(3, field);
        int length = (bytes[at] & 0xFF) << 16 | u16(bytes, at + 1);
        at += 3;
        return enter(length, field, min, max);
    }

    private int enter(int length, String field, int min, int max) throws TlsHandshakeException {
        if (length < min || length > max) {
            throw malformed(field + " has " + length + " bytes, not " + min + " to " + max);
        }
        require(length, field);
        int outer = limit;
        limit = at + length;
        return outer;
    }

    /** Leaves a vector, which must have been read to its end. */
    void leave(int outer, String field) throws TlsHandshakeException {
        requireEnd(field);
        limit = outer;
    }

    /** Skips a vector of bytes whose length takes one byte. */
    void opaque8(String field, int min, int max) throws TlsHandshakeException {
        skipVector(enter8(field, min, max));
    }

    /** Skips a vector of bytes whose length takes two bytes. */
    void opaque16(String field, int min, int max) throws TlsHandshakeException {
        skipVector(enter16(field, min, max));
    }

    /** Skips a vector of bytes whose length takes three bytes. */
    void opaque24(String field, int min, int max) throws TlsHandshakeException {
        skipVector(enter24(field, min, max));
    }

    private void skipVector(int outer) {
        at = limit;
        limit = outer;
    }

    /** Skips a list of 16-bit values whose length takes two bytes. */
    void list16(String field, int min) throws TlsHandshakeException {
        int outer = enter16(field, min, 0xFFFF);
        requireEven(field);
        skipVector(outer);
    }

    /** Skips a list of 16-bit values whose length takes one byte. */
    void list8(String field, int min, int max) throws TlsHandshakeException {
        int outer = enter8(field, min, max);
        requireEven(field);
        skipVector(outer);
    }

    private void requireEven(String field) throws TlsHandshakeException {
        if ((remaining() & 1) != 0) {
            throw malformed(field + " has " + remaining() + " bytes, but its entries have 2 each");
        }
    }

    /** Throws unless the innermost vector, or the message, has been read to its end. */
    void requireEnd(String field) throws TlsHandshakeException {
        if (at < limit) {
            throw malformed(bytes(limit - at) + " left after the end of " + field);
        }
    }

    private void require(int length, String field) throws TlsHandshakeException {
        if (limit - at < length) {
            throw tooShort(length, field);
        }
    }

    /** Like {@link #require}, but builds the name of the length field only for the exception. */
    private void requireLength(int length, String field) throws TlsHandshakeException {
        if (limit - at < length) {
            throw tooShort(length, field + " length");
        }
    }

    private TlsHandshakeException tooShort(int length, String field) {
        return malformed(field + " needs " + bytes(length) + ", but " + (limit - at) + " are left");
    }

    /** Enters the body of an extension. Leave it with {@link #leaveExtension}. */
    int enterExtension(int type) throws TlsHandshakeException {
        extension = type;
        return enter16("extension_data", 0, 0xFFFF);
    }

    void leaveExtension(int outer) throws TlsHandshakeException {
        requireEnd("its value");
        limit = outer;
        extension = -1;
    }

    /** Returns a new cursor over the body of an extension whose position is known, to read it again. */
    WireReader over(int type, int offset, int length) {
        WireReader inner = new WireReader(bytes, offset, length, message);
        inner.extension = type;
        return inner;
    }

    TlsHandshakeException malformed(String what) {
        return HandshakeErrors.decodeError("malformed " + place() + ": " + what);
    }

    TlsHandshakeException illegal(String what) {
        return HandshakeErrors.illegalParameter("illegal " + place() + ": " + what);
    }

    private String place() {
        return extension < 0 ? message : message + ", " + ExtensionType.name(extension);
    }

    private static String bytes(int count) {
        return count == 1 ? "1 byte" : count + " bytes";
    }

    static int u16(byte[] bytes, int at) {
        return (bytes[at] & 0xFF) << 8 | (bytes[at + 1] & 0xFF);
    }

    /** Returns whether a list of 16-bit values contains the value. */
    static boolean contains16(byte[] bytes, int offset, int length, int value) {
        for (int at = offset; at + 1 < offset + length; at += 2) {
            if (u16(bytes, at) == value) {
                return true;
            }
        }
        return false;
    }

    /** Decodes a list of 16-bit values. */
    static int[] values16(byte[] bytes, int offset, int length) {
        int[] values = new int[length / 2];
        for (int i = 0; i < values.length; i++) {
            values[i] = u16(bytes, offset + 2 * i);
        }
        return values;
    }
}
