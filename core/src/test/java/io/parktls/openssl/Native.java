package io.parktls.openssl;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** The C types of the parameters of libssl's functions, and conversions of their values. */
@SuppressWarnings("restricted") // This package binds foreign functions.
final class Native {
    static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT;

    /** The layout of {@code long}, {@code size_t} and {@code uint64_t} on the platforms of these tests. */
    static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG;

    static final java.lang.foreign.AddressLayout POINTER = ValueLayout.ADDRESS;

    static final MemorySegment NULL = MemorySegment.NULL;

    private Native() {}

    static boolean isNull(MemorySegment pointer) {
        return pointer.address() == 0;
    }

    static MemorySegment bytes(Arena arena, byte[] bytes) {
        return arena.allocateFrom(ValueLayout.JAVA_BYTE, bytes);
    }

    static byte[] copy(MemorySegment memory, int length) {
        return memory.reinterpret(length).toArray(ValueLayout.JAVA_BYTE);
    }
}
