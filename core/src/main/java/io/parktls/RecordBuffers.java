package io.parktls;

import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * A pool of buffers for records. An operation borrows a buffer and returns it before its thread parks, so an idle
 * connection holds none.
 *
 * <p>The buffers are heap buffers, because the JDK's ciphers work on arrays and copy direct buffers. The pool uses no
 * thread-locals, because a virtual thread that parks would leave its buffer with the carrier thread.
 *
 * <p>Thread-safe.
 */
final class RecordBuffers {
    /**
     * The largest record: header, fragment and expansion of TLS 1.2 (RFC 5246 6.2.3); TLS 1.3 allows less expansion.
     */
    static final int ONE_RECORD = 5 + 16_384 + 2_048;

    /**
     * The size for bulk data, where one system call moves several records. Three full records fit into 64 KB, the most
     * that TCP hands on in one piece (its length has 16 bits, also with segmentation offload). Four do not: their last
     * bytes make a segment of their own in each write, which took 1.7 times the processor time on the loopback.
     */
    static final int SEVERAL_RECORDS = 3 * ONE_RECORD;

    /** How many slots a search tries. A miss costs one allocation; a longer search would cost more. */
    private static final int PROBES = 4;

    /**
     * The number of slots, a power of two: enough for the threads that can run at a time, which rarely meet in a slot,
     * and few enough that the buffers stay in the processors' caches. With 256 slots on two processors, a server with
     * 2,000 connections found most buffers outside of them, and made 4 % fewer echoes.
     */
    private static final int SLOTS =
            2 * PROBES * Integer.highestOneBit(Math.clamp(Runtime.getRuntime().availableProcessors(), 2, 64));

    private static final RecordBuffers SMALL = new RecordBuffers(ONE_RECORD);
    private static final RecordBuffers LARGE = new RecordBuffers(SEVERAL_RECORDS);

    private final int size;
    private final AtomicReferenceArray<@Nullable ByteBuffer> slots = new AtomicReferenceArray<>(SLOTS);

    private RecordBuffers(int size) {
        this.size = size;
    }

    /** Returns an empty buffer with room for one record, or for several. */
    static ByteBuffer borrow(boolean several) {
        return (several ? LARGE : SMALL).take();
    }

    /** Returns a buffer to the pool. The caller must not use it afterwards. */
    static void giveBack(ByteBuffer buffer) {
        (buffer.capacity() == SEVERAL_RECORDS ? LARGE : SMALL).put(buffer);
    }

    private ByteBuffer take() {
        int mask = SLOTS - 1;
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
        int mask = SLOTS - 1;
        int at = home();
        for (int i = 0; i < PROBES; i++) {
            int slot = (at + i) & mask;
            if (slots.getPlain(slot) == null && slots.compareAndSet(slot, null, buffer)) {
                return;
            }
        }
    }

    /** Returns the thread's first slot. Threads with consecutive ids start {@link #PROBES} slots apart. */
    private static int home() {
        return (int) Thread.currentThread().threadId() * PROBES;
    }
}
