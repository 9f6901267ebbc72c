package io.parktls.sockets.jsse;

import io.parktls.jca.ObjectPool;
import java.nio.ByteBuffer;
import java.nio.ReadOnlyBufferException;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The buffers that callers pass to an {@code SSLEngine}, as the buffers that a {@link io.parktls.engine.TlsEngine}
 * takes: one at a time, and with an accessible array.
 *
 * <p>Records are sealed and opened directly from and into arrays of the caller. A copy is made of direct and read-only
 * buffers, because the JDK's ciphers process arrays, and of a record's data that is spread over several buffers. It
 * takes about a microsecond for a full record. Its buffers come from a pool, so idle engines hold none.
 */
final class EngineBuffers {
    private static final ObjectPool<ByteBuffer> POOL =
            new ObjectPool<>(() -> ByteBuffer.allocate(RecordHeader.MAX_RECORD));

    private EngineBuffers() {}

    /** Returns an empty buffer with room for a record. */
    static ByteBuffer take() {
        return POOL.take().clear();
    }

    static void give(ByteBuffer buffer) {
        POOL.give(buffer);
    }

    // ---- arguments

    /**
     * Checks the arguments of {@code wrap} and {@code unwrap}.
     *
     * @throws IllegalArgumentException if one is null
     * @throws IndexOutOfBoundsException if the range is not in the array
     */
    static void check(@Nullable ByteBuffer single, @Nullable ByteBuffer @Nullable [] several, int offset, int length) {
        if (single == null || several == null) {
            throw new IllegalArgumentException("the source or the destination is null");
        }
        Objects.checkFromIndexSize(offset, length, several.length);
        for (int i = offset; i < offset + length; i++) {
            if (several[i] == null) {
                throw new IllegalArgumentException("buffer " + i + " of the array is null");
            }
        }
    }

    /** @throws ReadOnlyBufferException if a destination is read-only */
    static void requireWritable(ByteBuffer[] dsts, int offset, int length) {
        for (int i = offset; i < offset + length; i++) {
            if (dsts[i].isReadOnly()) {
                throw new ReadOnlyBufferException();
            }
        }
    }

    /** Returns how many bytes remain in some of the buffers. */
    static long remaining(ByteBuffer[] buffers, int offset, int length) {
        long sum = 0;
        for (int i = offset; i < offset + length; i++) {
            sum += buffers[i].remaining();
        }
        return sum;
    }

    // ---- one buffer for several

    /** Returns the only buffer with remaining bytes, or the first one if it has at least {@code enough}; else null. */
    static @Nullable ByteBuffer single(ByteBuffer[] buffers, int offset, int length, int enough) {
        ByteBuffer found = null;
        for (int i = offset; i < offset + length; i++) {
            if (buffers[i].hasRemaining()) {
                if (found != null) {
                    return null;
                }
                found = buffers[i];
                if (found.remaining() >= enough) {
                    return found;
                }
            }
        }
        return found;
    }

    /** Copies {@code count} bytes from the buffers into one, without a change of their positions. */
    static void gather(ByteBuffer[] srcs, int offset, int count, ByteBuffer into) {
        int missing = count;
        for (int i = offset; missing > 0; i++) {
            int n = Math.min(missing, srcs[i].remaining());
            into.put(into.position(), srcs[i], srcs[i].position(), n).position(into.position() + n);
            missing -= n;
        }
    }

    /** Advances the positions of the buffers by {@code count} in total. */
    static void skip(ByteBuffer[] srcs, int offset, int count) {
        int missing = count;
        for (int i = offset; missing > 0; i++) {
            int n = Math.min(missing, srcs[i].remaining());
            srcs[i].position(srcs[i].position() + n);
            missing -= n;
        }
    }

    /** Moves all bytes of {@code from} into the buffers, which have room for them. */
    static void scatter(ByteBuffer from, ByteBuffer[] dsts, int offset) {
        for (int i = offset; from.hasRemaining(); i++) {
            move(from, dsts[i]);
        }
    }

    /** Moves as many bytes as fit. Returns how many. */
    static int move(ByteBuffer from, ByteBuffer to) {
        int n = Math.min(from.remaining(), to.remaining());
        to.put(to.position(), from, from.position(), n).position(to.position() + n);
        from.position(from.position() + n);
        return n;
    }
}
