package io.parktls.tickets;

import java.nio.ByteBuffer;
import java.util.HexFormat;

/**
 * The name of a ticket key, with which each ticket begins (RFC 5077 4). Names are not secret: clients send them in the
 * clear.
 */
record KeyName(long high, long low) {
    /** The length of a name in bytes. */
    static final int LENGTH = 16;

    /** Returns the name at the beginning of an array. */
    static KeyName of(byte[] bytes) {
        ByteBuffer buffer = ByteBuffer.wrap(bytes, 0, LENGTH);
        return new KeyName(buffer.getLong(), buffer.getLong());
    }

    byte[] bytes() {
        return ByteBuffer.allocate(LENGTH).putLong(high).putLong(low).array();
    }

    @Override
    public String toString() {
        HexFormat hex = HexFormat.of();
        return hex.toHexDigits(high) + hex.toHexDigits(low);
    }
}
