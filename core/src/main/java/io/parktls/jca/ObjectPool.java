package io.parktls.jca;

import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A pool of objects that are expensive to create, such as ciphers. Thread-safe: no thread ever waits, and a thread that
 * finds the pool empty gets a new object. A thread returns an object before it parks, so idle connections hold none.
 *
 * @param <T> the type of the objects
 */
public final class ObjectPool<T> {
    /** Exceeds the number of threads that run at the same time on most machines. */
    private static final int SLOTS = 64;

    /** How many slots a thread tries. A miss costs one allocation; a long search would cost more. */
    private static final int PROBES = 4;

    private final AtomicReferenceArray<@Nullable T> slots = new AtomicReferenceArray<>(SLOTS);
    private final Supplier<T> maker;

    /**
     * Creates an empty pool.
     *
     * @param maker creates an object when the pool has none
     */
    public ObjectPool(Supplier<T> maker) {
        this.maker = maker;
    }

    /** Returns an object for exclusive use: a pooled one, or a new one. */
    public T take() {
        int at = home();
        for (int i = 0; i < PROBES; i++) {
            int slot = (at + i) % SLOTS;
            if (slots.getPlain(slot) != null) {
                T pooled = slots.getAndSet(slot, null);
                if (pooled != null) {
                    return pooled;
                }
            }
        }
        return maker.get();
    }

    /**
     * Returns an object to the pool. The caller must not use it afterwards. An object that failed must not be returned.
     */
    public void give(T object) {
        int at = home();
        for (int i = 0; i < PROBES; i++) {
            int slot = (at + i) % SLOTS;
            if (slots.getPlain(slot) == null && slots.compareAndSet(slot, null, object)) {
                return;
            }
        }
    }

    /** Returns the slot at which a thread starts. Consecutive thread ids start {@link #PROBES} slots apart. */
    private static int home() {
        return (int) (Thread.currentThread().threadId() * PROBES % SLOTS);
    }
}
