package io.parktls.jca;

import java.nio.ByteBuffer;

/** Reads tags and lengths of DER (X.690 8.1), as far as keys need it. */
final class DerReader {
    private DerReader() {}

    /**
     * Reads a tag and its length, and returns the length. Reading continues with the content.
     *
     * @throws IllegalArgumentException if the tag is another one, or the length exceeds the buffer
     * @throws java.nio.BufferUnderflowException if bytes are missing
     */
    static int header(ByteBuffer der, int tag) {
        if ((der.get() & 0xFF) != tag) {
            throw new IllegalArgumentException("unexpected DER tag");
        }
        int length = der.get() & 0xFF;
        if (length > 0x80) {
            int bytes = length & 0x7F;
            length = 0;
            for (int i = 0; i < bytes; i++) {
                length = (length << 8) | (der.get() & 0xFF);
            }
        }
        if (length < 0 || length > der.remaining()) {
            throw new IllegalArgumentException(
                    "DER length " + length + " exceeds the remaining " + der.remaining() + " bytes");
        }
        return length;
    }

    /** Returns the content of a field. Reading continues after it. The exceptions are those of {@link #header}. */
    static ByteBuffer content(ByteBuffer der, int tag) {
        int length = header(der, tag);
        ByteBuffer content = der.slice(der.position(), length);
        der.position(der.position() + length);
        return content;
    }
}
