package io.parktls.wire;

import io.parktls.TlsHandshakeException;
import java.util.Arrays;

/** The positions of the extensions in one message. Immutable as long as the message's bytes do not change. */
final class Extensions {
    /** Checks the syntax of one extension and reads it to its end. */
    interface Syntax {
        void check(int type, WireReader in) throws TlsHandshakeException;
    }

    /** Up to this count, which real hellos do not exceed, comparing each pair of extensions is cheap. */
    private static final int MAX_PAIRWISE = 32;

    /** The initial capacity; most messages of servers have no more extensions. */
    private static final int INITIAL_CAPACITY = 4;

    private static final Extensions NONE = new Extensions(new byte[0], new int[0], 0);

    private final byte[] bytes;

    /**
     * Three values for each extension: type, offset of the body, length of the body. The end of the array may be
     * unused.
     */
    private final int[] places;

    private final int count;

    private Extensions(byte[] bytes, int[] places, int count) {
        this.bytes = bytes;
        this.places = places;
        this.count = count;
    }

    static Extensions none() {
        return NONE;
    }

    /**
     * Reads a vector of extensions, including its length. Each type may occur once (RFC 8446 4.2).
     *
     * @param min the minimum length of the vector in bytes
     */
    static Extensions read(WireReader in, int min, Syntax syntax) throws TlsHandshakeException {
        int[] places = new int[3 * INITIAL_CAPACITY];
        int used = 0;
        int outer = in.enter16("extensions", min, 0xFFFF);
        while (in.hasRemaining()) {
            int type = in.u16("extension_type");
            int rest = in.enterExtension(type);
            if (used == places.length) {
                places = Arrays.copyOf(places, 3 * used);
            }
            places[used] = type;
            places[used + 1] = in.position();
            places[used + 2] = in.remaining();
            used += 3;
            syntax.check(type, in);
            in.leaveExtension(rest);
        }
        in.leave(outer, "extensions");
        Extensions extensions = new Extensions(in.bytes(), places, used / 3);
        extensions.requireNoDuplicates(in);
        return extensions;
    }

    /**
     * Refuses two extensions of one type (RFC 8446 4.2). The syntax allows them, so the alert is illegal_parameter, as
     * in OpenSSL, BoringSSL and Bouncy Castle. A long hello has room for thousands of extensions; many are sorted
     * first.
     */
    private void requireNoDuplicates(WireReader in) throws TlsHandshakeException {
        if (count() > MAX_PAIRWISE) {
            requireNoDuplicatesAmongMany(in);
            return;
        }
        for (int i = 1; i < count(); i++) {
            if (indexOf(type(i)) < i) {
                throw duplicate(in, type(i));
            }
        }
    }

    private void requireNoDuplicatesAmongMany(WireReader in) throws TlsHandshakeException {
        int[] types = new int[count()];
        for (int i = 0; i < types.length; i++) {
            types[i] = type(i);
        }
        Arrays.sort(types);
        for (int i = 1; i < types.length; i++) {
            if (types[i] == types[i - 1]) {
                throw duplicate(in, types[i]);
            }
        }
    }

    private static TlsHandshakeException duplicate(WireReader in, int type) {
        return in.illegal(ExtensionType.name(type) + " occurs more than once");
    }

    int count() {
        return count;
    }

    int type(int index) {
        return places[3 * index];
    }

    int offset(int index) {
        return places[3 * index + 1];
    }

    int length(int index) {
        return places[3 * index + 2];
    }

    /** Returns the index of that extension; -1 if it is absent. */
    int indexOf(int type) {
        for (int i = 0; i < count(); i++) {
            if (type(i) == type) {
                return i;
            }
        }
        return -1;
    }

    boolean has(int type) {
        return indexOf(type) >= 0;
    }

    /** Returns a copy of the extension's body; an empty array if it is absent. */
    byte[] body(int type) {
        int index = indexOf(type);
        return index < 0 ? new byte[0] : Arrays.copyOfRange(bytes, offset(index), offset(index) + length(index));
    }

    /** Returns the 16-bit value at the start of the extension's body; -1 if it is absent. */
    int firstU16(int type) {
        int index = indexOf(type);
        return index < 0 || length(index) < 2 ? -1 : WireReader.u16(bytes, offset(index));
    }

    /**
     * Returns whether the extension, a list of 16-bit values after a length of {@code lengthBytes} bytes, has the
     * value.
     */
    boolean lists(int type, int lengthBytes, int value) {
        int index = indexOf(type);
        return index >= 0
                && WireReader.contains16(bytes, offset(index) + lengthBytes, length(index) - lengthBytes, value);
    }

    /**
     * Returns the extension's list of 16-bit values, which follows a length of {@code lengthBytes} bytes; an empty
     * array if the extension is absent.
     */
    int[] values(int type, int lengthBytes) {
        int index = indexOf(type);
        return index < 0
                ? new int[0]
                : WireReader.values16(bytes, offset(index) + lengthBytes, length(index) - lengthBytes);
    }

    /** Returns whether both messages have that extension with the same body, or neither has it. */
    boolean sameBody(int type, Extensions other) {
        int mine = indexOf(type);
        int theirs = other.indexOf(type);
        if (mine < 0 || theirs < 0) {
            return mine == theirs;
        }
        return Arrays.equals(
                bytes,
                offset(mine),
                offset(mine) + length(mine),
                other.bytes,
                other.offset(theirs),
                other.offset(theirs) + other.length(theirs));
    }
}
