package io.parktls.record;

import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Things that are needed while a record is sealed or opened and at no other time: shared, so that an idle connection
 * holds none. Whoever takes one does not park before it is given back. Thread-safe.
 */
final class Spares<T> {
    /** More than there are threads at work at a time on most machines; each holds what was in use at once at most. */
    private static final int SLOTS = 64;

    /** How many slots a caller looks at before it gives up: a miss costs one allocation, a long search costs more. */
    private static final int PROBES = 4;

    private final AtomicReferenceArray<@Nullable T> slots = new AtomicReferenceArray<>(SLOTS);
    private final Supplier<T> maker;

    Spares(Supplier<T> maker) {
        this.maker = maker;
    }

    T take() {
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

    /** Gives one back; the caller forgets it. What failed in use is dropped instead. */
    void give(T spare) {
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
