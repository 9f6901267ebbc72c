package io.parktls.openssl;

import static io.parktls.openssl.Native.INT;
import static io.parktls.openssl.Native.LONG;
import static io.parktls.openssl.Native.NULL;
import static io.parktls.openssl.Native.POINTER;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** A BIO that libssl implements: a memory BIO, or one half of a BIO pair. */
public final class NativeBio {
    private static final NativeFunction NEW = NativeFunction.ofPointer("BIO_new", POINTER);
    private static final NativeFunction MEM = NativeFunction.ofPointer("BIO_s_mem");
    private static final NativeFunction MEM_BUF = NativeFunction.ofPointer("BIO_new_mem_buf", POINTER, INT);
    private static final NativeFunction PAIR = NativeFunction.ofInt("BIO_new_bio_pair", POINTER, LONG, POINTER, LONG);
    private static final NativeFunction READ = NativeFunction.ofInt("BIO_read", POINTER, POINTER, INT);
    private static final NativeFunction WRITE = NativeFunction.ofInt("BIO_write", POINTER, POINTER, INT);
    private static final NativeFunction CTRL = NativeFunction.ofLong("BIO_ctrl", POINTER, INT, LONG, POINTER);
    private static final NativeFunction TEST_FLAGS = NativeFunction.ofInt("BIO_test_flags", POINTER, INT);
    private static final NativeFunction FREE = NativeFunction.ofInt("BIO_free", POINTER);

    private static final int CTRL_EOF = 2;
    private static final int SET_MEM_EOF_RETURN = 130;
    private static final int GET_WRITE_BUF_SIZE = 137;
    private static final int GET_READ_REQUEST = 141;
    private static final int SHUTDOWN_WR = 142;

    private static final int FLAG_READ = 1;
    private static final int FLAG_WRITE = 2;
    private static final int FLAG_SHOULD_RETRY = 8;

    private final MemorySegment pointer;

    private NativeBio(MemorySegment pointer) {
        this.pointer = pointer;
    }

    /** Returns an empty memory BIO. */
    public static NativeBio memory() {
        return new NativeBio(NEW.pointer(MEM.pointer()));
    }

    /** Returns a read-only memory BIO. */
    public static NativeBio memory(byte[] content) {
        return new NativeBio(MEM_BUF.pointer(Native.bytes(Arena.global(), content), content.length));
    }

    /** Returns the two halves of a BIO pair. The capacity 0 selects libssl's default. */
    public static NativeBio[] pair(int capacity) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment halves = arena.allocate(POINTER, 2);
            PAIR.mustSucceed(halves, (long) capacity, halves.asSlice(POINTER.byteSize()), (long) capacity);
            return new NativeBio[] {
                new NativeBio(halves.getAtIndex(POINTER, 0)), new NativeBio(halves.getAtIndex(POINTER, 1))
            };
        }
    }

    MemorySegment pointer() {
        return pointer;
    }

    /** Calls BIO_read and returns its result: the number of bytes, 0, or -1. */
    public int read(int length) {
        try (Arena arena = Arena.ofConfined()) {
            return READ.integer(pointer, arena.allocate(length), length);
        }
    }

    /** Calls BIO_read and returns the bytes, at most {@code length}. */
    public byte[] bytes(int length) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment to = arena.allocate(length);
            int n = READ.integer(pointer, to, length);
            return to.asSlice(0, Math.max(n, 0)).toArray(ValueLayout.JAVA_BYTE);
        }
    }

    /** Calls BIO_write. */
    public int write(byte... bytes) {
        try (Arena arena = Arena.ofConfined()) {
            return WRITE.integer(pointer, Native.bytes(arena, bytes), bytes.length);
        }
    }

    /** Returns BIO_should_read, after a call that failed. */
    public boolean shouldRetryRead() {
        return hasFlags(FLAG_SHOULD_RETRY) && hasFlags(FLAG_READ);
    }

    /** Returns BIO_should_write, after a call that failed. */
    public boolean shouldRetryWrite() {
        return hasFlags(FLAG_SHOULD_RETRY) && hasFlags(FLAG_WRITE);
    }

    private boolean hasFlags(int flags) {
        return TEST_FLAGS.integer(pointer, flags) != 0;
    }

    /** Returns BIO_eof. */
    public boolean isAtEnd() {
        return ctrl(CTRL_EOF, 0) == 1;
    }

    /** Calls BIO_set_mem_eof_return. */
    public NativeBio eofReturn(int value) {
        ctrl(SET_MEM_EOF_RETURN, value);
        return this;
    }

    /** Returns BIO_get_write_buf_size. */
    public long writeBufferSize() {
        return ctrl(GET_WRITE_BUF_SIZE, 0);
    }

    /** Returns BIO_get_read_request. */
    public long readRequest() {
        return ctrl(GET_READ_REQUEST, 0);
    }

    /** Calls BIO_shutdown_wr. */
    public void shutdownWrite() {
        ctrl(SHUTDOWN_WR, 0);
    }

    private long ctrl(int command, long number) {
        return CTRL.number(pointer, command, number, NULL);
    }

    /** Calls BIO_free. */
    public void free() {
        FREE.integer(pointer);
    }
}
