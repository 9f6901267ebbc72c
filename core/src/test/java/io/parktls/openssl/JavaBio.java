package io.parktls.openssl;

import static io.parktls.openssl.Native.INT;
import static io.parktls.openssl.Native.LONG;
import static io.parktls.openssl.Native.POINTER;

import io.parktls.bio.Bio;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandles;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * A BIO of libssl that reads from and writes to a {@link Bio} of ParkTLS, so that libssl runs over the same pipes, with
 * the same failures, as ParkTLS.
 */
@SuppressWarnings("restricted") // This package binds foreign functions.
final class JavaBio {
    private static final int TYPE_SOURCE_SINK = 0x0400;

    private static final int FLAG_READ = 1;
    private static final int FLAG_WRITE = 2;
    private static final int FLAG_SHOULD_RETRY = 8;
    private static final int ALL_RETRY_FLAGS = 0xF;

    private static final int CTRL_EOF = 2;
    private static final int CTRL_FLUSH = 11;

    private static final NativeFunction NEW = NativeFunction.ofPointer("BIO_new", POINTER);
    private static final NativeFunction SET_DATA = NativeFunction.ofVoid("BIO_set_data", POINTER, POINTER);
    private static final NativeFunction GET_DATA = NativeFunction.ofPointer("BIO_get_data", POINTER);
    private static final NativeFunction SET_INIT = NativeFunction.ofVoid("BIO_set_init", POINTER, INT);
    private static final NativeFunction SET_FLAGS = NativeFunction.ofVoid("BIO_set_flags", POINTER, INT);
    private static final NativeFunction CLEAR_FLAGS = NativeFunction.ofVoid("BIO_clear_flags", POINTER, INT);

    private static final MemorySegment METHOD = method();

    private static final Map<Long, JavaBio> BY_ID = new ConcurrentHashMap<>();
    private static final AtomicLong NEXT_ID = new AtomicLong(1);

    private final Bio bio;
    private final long id = NEXT_ID.getAndIncrement();
    private final MemorySegment pointer;
    private boolean ended;
    private @Nullable Throwable failure;

    /** Creates a BIO. The {@code SSL} that receives its pointer owns and frees it. */
    JavaBio(Bio bio) {
        this.bio = bio;
        this.pointer = NEW.pointer(METHOD);
        SET_DATA.run(pointer, MemorySegment.ofAddress(id));
        SET_INIT.run(pointer, 1);
        BY_ID.put(id, this);
    }

    MemorySegment pointer() {
        return pointer;
    }

    /** Returns the exception of the last call; null if it did not fail. */
    @Nullable
    Throwable failure() {
        return failure;
    }

    /** Removes this BIO from the map of live BIOs. Must be called after libssl has freed it. */
    void forget() {
        BY_ID.remove(id);
    }

    private static MemorySegment method() {
        MethodHandles.Lookup lookup = MethodHandles.lookup();
        int type = NativeFunction.ofInt("BIO_get_new_index").integer() | TYPE_SOURCE_SINK;
        MemorySegment name = Arena.global().allocateFrom("java");
        MemorySegment method =
                NativeFunction.ofPointer("BIO_meth_new", INT, POINTER).pointer(type, name);
        NativeFunction.ofInt("BIO_meth_set_read", POINTER, POINTER)
                .mustSucceed(method, LibSsl.callback(lookup, "read", INT, POINTER, POINTER, INT));
        NativeFunction.ofInt("BIO_meth_set_write", POINTER, POINTER)
                .mustSucceed(method, LibSsl.callback(lookup, "write", INT, POINTER, POINTER, INT));
        NativeFunction.ofInt("BIO_meth_set_ctrl", POINTER, POINTER)
                .mustSucceed(method, LibSsl.callback(lookup, "ctrl", LONG, POINTER, INT, LONG, POINTER));
        return method;
    }

    // ---- called by libssl, so these methods must not throw

    private static int read(MemorySegment self, MemorySegment to, int length) {
        return of(self).transfer(self, FLAG_READ, to, length);
    }

    private static int write(MemorySegment self, MemorySegment from, int length) {
        return of(self).transfer(self, FLAG_WRITE, from, length);
    }

    private static long ctrl(MemorySegment self, int command, long number, MemorySegment pointer) {
        return switch (command) {
            case CTRL_EOF -> of(self).ended ? 1 : 0;
            case CTRL_FLUSH -> 1;
            default -> 0;
        };
    }

    private static JavaBio of(MemorySegment self) {
        return BY_ID.get(GET_DATA.pointer(self).address());
    }

    private int transfer(MemorySegment self, int direction, MemorySegment memory, int length) {
        CLEAR_FLAGS.run(self, ALL_RETRY_FLAGS);
        failure = null;
        if (length <= 0) {
            return 0;
        }
        try {
            ByteBuffer bytes = memory.reinterpret(length).asByteBuffer();
            int n = direction == FLAG_READ ? bio.read(bytes) : bio.write(bytes);
            if (n > 0) {
                return n;
            }
            if (n < 0) {
                ended = true;
                return 0;
            }
            SET_FLAGS.run(self, direction | FLAG_SHOULD_RETRY);
            return -1;
        } catch (IOException | RuntimeException e) {
            failure = e;
            return -1;
        }
    }
}
