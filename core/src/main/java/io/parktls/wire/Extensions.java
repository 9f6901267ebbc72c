package io.parktls.wire;

import io.parktls.TlsHandshakeException;
import java.util.Arrays;

/** The extensions of one message: where each begins and ends. Immutable as long as the bytes are. */
final class Extensions {
    /** Checks the form of one extension, and reads it to its end. */
    interface Syntax {
        void check(int type, WireReader in) throws TlsHandshakeException;
    }

    /** As many as real hellos have, so that comparing each with each is cheap. */
    private static final int FEW = 32;

    /** As many as the messages of servers have at most, as a rule. */
    private static final int USUAL = 4;

    private static final Extensions NONE = new Extensions(new byte[0], new int[0], 0);

    private final byte[] bytes;

    /** Three for each extension: its type, where its body begins, and how long that is. The end may be unused. */
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
     * Reads a vector of extensions with its length. RFC 8446 4.2: there is no more than one of each type.
     *
     * @param min the least number of bytes that the vector may have
     */
    static Extensions read(WireReader in, int min, Syntax syntax) throws TlsHandshakeException {
        int[] places = new int[3 * USUAL];
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
     * The syntax allows two extensions of one type, RFC 8446 4.2 does not; so this is illegal_parameter, which OpenSSL,
     * BoringSSL and Bouncy Castle send as well. A long hello has room for thousands of extensions, which are sorted first.
     */
    private void requireNoDuplicates(WireReader in) throws TlsHandshakeException {
        if (count() > FEW) {
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
        return in.illegal(ExtensionType.name(type) + " is there more than once");
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

    /** The place of that extension among the others, -1 if it is not there. */
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

    /** A copy of the extension's body; empty if it is not there. */
    byte[] body(int type) {
        int index = indexOf(type);
        return index < 0 ? new byte[0] : Arrays.copyOfRange(bytes, offset(index), offset(index) + length(index));
    }

    /** The 16-bit value with which the extension's body begins, -1 if it is not there. */
    int firstU16(int type) {
        int index = indexOf(type);
        return index < 0 || length(index) < 2 ? -1 : WireReader.u16(bytes, offset(index));
    }

    /** Whether the extension is a list of 16-bit values, behind a length of so many bytes, that has that value. */
    boolean lists(int type, int lengthBytes, int value) {
        int index = indexOf(type);
        return index >= 0
                && WireReader.contains16(bytes, offset(index) + lengthBytes, length(index) - lengthBytes, value);
    }

    /** A list of 16-bit values behind a length of so many bytes; empty if the extension is not there. */
    int[] values(int type, int lengthBytes) {
        int index = indexOf(type);
        return index < 0
                ? new int[0]
                : WireReader.values16(bytes, offset(index) + lengthBytes, length(index) - lengthBytes);
    }

    /** Whether both have that extension with the same body, or neither has it. */
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
