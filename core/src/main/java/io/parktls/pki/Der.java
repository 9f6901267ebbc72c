package io.parktls.pki;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * One DER element (X.690 8.1), for the few structures that the JDK's API parses or encodes only internally: OCSP
 * requests, and the extensions that name the sources of revocation data. Immutable.
 */
public final class Der {
    public static final int INTEGER = 0x02;
    public static final int BIT_STRING = 0x03;
    public static final int OCTET_STRING = 0x04;
    public static final int OBJECT_IDENTIFIER = 0x06;
    public static final int SEQUENCE = 0x30;

    private final int tag;
    private final byte[] contents;

    /**
     * Creates an element.
     *
     * @param tag the identifier octet; multi-byte tags do not occur in these structures
     * @param contents the contents octets, which must not change
     */
    public Der(int tag, byte[] contents) {
        this.tag = tag;
        this.contents = contents;
    }

    public int tag() {
        return tag;
    }

    /** Returns the contents octets, which the caller must not change. */
    public byte[] contents() {
        return contents;
    }

    /** Returns a context-specific tag of a primitive element. */
    public static int context(int number) {
        return 0x80 | number;
    }

    /** Returns a context-specific tag of a constructed element. */
    public static int constructed(int number) {
        return 0xA0 | number;
    }

    /**
     * Parses exactly one element.
     *
     * @throws IllegalArgumentException if the bytes are not one element
     */
    public static Der parse(byte[] bytes) {
        List<Der> elements = parseAll(bytes);
        if (elements.size() != 1) {
            throw new IllegalArgumentException("expected one DER element, not " + elements.size());
        }
        return elements.getFirst();
    }

    /**
     * Parses the elements inside this one.
     *
     * @throws IllegalArgumentException if the contents are malformed
     */
    public List<Der> children() {
        return parseAll(contents);
    }

    private static List<Der> parseAll(byte[] bytes) {
        List<Der> elements = new ArrayList<>();
        int position = 0;
        while (position < bytes.length) {
            int tag = bytes[position++] & 0xFF;
            int length = position < bytes.length ? bytes[position++] & 0xFF : -1;
            if (length > 0x80) {
                int octets = length & 0x7F;
                if (octets > 3 || octets > bytes.length - position) {
                    throw new IllegalArgumentException("malformed DER length");
                }
                length = 0;
                for (int i = 0; i < octets; i++) {
                    length = (length << 8) | (bytes[position++] & 0xFF);
                }
            } else if (length == 0x80) {
                throw new IllegalArgumentException("DER has no indefinite lengths");
            }
            if (length < 0 || length > bytes.length - position) {
                throw new IllegalArgumentException("DER length " + length + " exceeds the remaining bytes");
            }
            elements.add(new Der(tag, Arrays.copyOfRange(bytes, position, position + length)));
            position += length;
        }
        return elements;
    }

    /** Encodes an element whose contents are the given parts. */
    public static byte[] encode(int tag, byte[]... parts) {
        ByteArrayOutputStream contents = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            contents.writeBytes(part);
        }
        int length = contents.size();
        ByteArrayOutputStream element = new ByteArrayOutputStream();
        element.write(tag);
        if (length > 0x7F) {
            int octets = length > 0xFFFF ? 3 : length > 0xFF ? 2 : 1;
            element.write(0x80 | octets);
            for (int shift = 8 * (octets - 1); shift > 0; shift -= 8) {
                element.write(length >> shift);
            }
        }
        element.write(length);
        element.writeBytes(contents.toByteArray());
        return element.toByteArray();
    }
}
