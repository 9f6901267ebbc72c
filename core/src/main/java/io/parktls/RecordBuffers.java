package io.parktls;

import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * Buffers for bytes in flight, borrowed for the time of an operation and given back before it parks: an idle connection
 * holds none.
 *
 * <p>Heap buffers, because the JDK's ciphers work on arrays and copy everything else. No thread-local caches, because a
 * virtual thread that parks would leave its buffer with the carrier.
 */
final class RecordBuffers {
    /** Header, largest fragment and largest expansion of TLS 1.2 (RFC 5246 6.2.3); TLS 1.3 allows less. */
    static final int ONE_RECORD = 5 + 16_384 + 2_048;

    /** For bulk: several records for each system call. */
    static final int SEVERAL_RECORDS = 4 * ONE_RECORD;

    private static final RecordBuffers SMALL = new RecordBuffers(ONE_RECORD, 256);
    private static final RecordBuffers LARGE = new RecordBuffers(SEVERAL_RECORDS, 64);

    /** How many slots a caller looks at before it gives up: a miss costs one allocation, a long search costs more. */
    private static final int PROBES = 4;

    private final int size;
    private final AtomicReferenceArray<@Nullable ByteBuffer> slots;

    private RecordBuffers(int size, int slots) {
        this.size = size;
        this.slots = new AtomicReferenceArray<>(slots);
    }

    /** An empty buffer with room for one record, or for several. */
    static ByteBuffer borrow(boolean several) {
        return (several ? LARGE : SMALL).take();
    }

    /** Gives a buffer back; the caller forgets it. */
    static void giveBack(ByteBuffer buffer) {
        (buffer.capacity() == SEVERAL_RECORDS ? LARGE : SMALL).put(buffer);
    }

    private ByteBuffer take() {
        int mask = slots.length() - 1;
        int at = home();
        for (int i = 0; i < PROBES; i++) {
            int slot = (at + i) & mask;
            if (slots.getPlain(slot) != null) {
                ByteBuffer buffer = slots.getAndSet(slot, null);
                if (buffer != null) {
                    return buffer;
                }
            }
        }
        return ByteBuffer.allocate(size);
    }

    private void put(ByteBuffer buffer) {
        buffer.clear();
        int mask = slots.length() - 1;
        int at = home();
        for (int i = 0; i < PROBES; i++) {
            int slot = (at + i) & mask;
            if (slots.getPlain(slot) == null && slots.compareAndSet(slot, null, buffer)) {
                return;
            }
        }
    }

    /** Spreads threads over the slots; consecutive ids land {@link #PROBES} apart. */
    private static int home() {
        return (int) Thread.currentThread().threadId() * PROBES;
    }
}
