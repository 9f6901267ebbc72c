package io.parktls.tickets;

import java.util.Arrays;

/** Bytes from which a ticket key is derived. */
final class KeyMaterial {
    private final String origin;
    private final byte[] bytes;
    private final boolean upcoming;

    /**
     * Creates material of bytes, which are not copied.
     *
     * @param origin the source of the bytes, for messages
     * @param bytes the secret itself
     * @param upcoming whether the key will seal later, so that tickets which another machine seals already are opened
     */
    KeyMaterial(String origin, byte[] bytes, boolean upcoming) {
        this.origin = origin;
        this.bytes = bytes;
        this.upcoming = upcoming;
    }

    /**
     * Checks that bytes are long enough, and that they are not all zero: such bytes are an array that was wiped or a
     * file that was not written completely, and everybody could open the tickets.
     */
    static void requireStrong(String origin, byte[] bytes, int minLength) {
        if (bytes.length < minLength) {
            throw new KeyMaterialException(origin + " for session tickets has " + bytes.length + " bytes: at least "
                    + minLength + " random bytes are required");
        }
        int or = 0;
        for (byte b : bytes) {
            or |= b;
        }
        if (or == 0) {
            throw new KeyMaterialException(
                    origin + " for session tickets has only zero bytes: random bytes are required");
        }
    }

    String origin() {
        return origin;
    }

    byte[] bytes() {
        return bytes;
    }

    boolean isUpcoming() {
        return upcoming;
    }

    void wipe() {
        Arrays.fill(bytes, (byte) 0);
    }

    /** Returns the origin, but not the bytes. */
    @Override
    public String toString() {
        return "KeyMaterial[" + origin + "]";
    }
}
