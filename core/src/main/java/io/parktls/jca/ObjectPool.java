package io.parktls.jca;

import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Keeps objects that are expensive to make, such as ciphers, between their uses. Thread-safe: no thread ever waits, and a
 * thread that finds no object gets a new one. A thread gives an object back before it parks; so idle connections hold none.
 *
 * @param <T> the type of the objects
 */
public final class ObjectPool<T> {
    /** More than threads run at a time on most machines. */
    private static final int SLOTS = 64;

    /** How many slots a caller looks at before it gives up: a miss costs one allocation, a long search costs more. */
    private static final int PROBES = 4;

    private final AtomicReferenceArray<@Nullable T> slots = new AtomicReferenceArray<>(SLOTS);
    private final Supplier<T> maker;

    /**
     * An empty pool.
     *
     * @param maker makes an object when the pool has none
     */
    public ObjectPool(Supplier<T> maker) {
        this.maker = maker;
    }

    /** Returns an object for the caller alone: one that was given back, or a new one. */
    public T take() {
        int at = home();
        for (int i = 0; i < PROBES; i++) {
            int slot = (at + i) % SLOTS;
            if (slots.getPlain(slot) != null) {
                T spare = slots.getAndSet(slot, null);
                if (spare != null) {
                    return spare;
                }
            }
        }
        return maker.get();
    }

    /** Gives an object back, which the caller must not use any more. A caller drops an object that has failed. */
    public void give(T spare) {
        int at = home();
        for (int i = 0; i < PROBES; i++) {
            int slot = (at + i) % SLOTS;
            if (slots.getPlain(slot) == null && slots.compareAndSet(slot, null, spare)) {
                return;
            }
        }
    }

    /** Spreads threads over the slots; consecutive ids land {@link #PROBES} apart. */
    private static int home() {
        return (int) (Thread.currentThread().threadId() * PROBES % SLOTS);
    }
}
