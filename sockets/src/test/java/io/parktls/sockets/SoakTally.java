package io.parktls.sockets;

import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAccumulator;
import java.util.concurrent.atomic.LongAdder;

/** Counts the events of a soak test. Thread-safe. */
final class SoakTally {
    private final LongAdder connections = new LongAdder();
    private final LongAdder orderly = new LongAdder();
    private final LongAdder bytes = new LongAdder();
    private final LongAdder keyUpdates = new LongAdder();
    private final LongAdder timeouts = new LongAdder();
    private final LongAdder interrupts = new LongAdder();
    private final LongAccumulator longest = new LongAccumulator(Math::max, 0);
    private final Map<String, LongAdder> failures = new ConcurrentHashMap<>();

    void connection(boolean completed, long checked, long nanos) {
        connections.increment();
        bytes.add(checked);
        longest.accumulate(nanos);
        if (completed) {
            orderly.increment();
        }
    }

    void keyUpdate() {
        keyUpdates.increment();
    }

    void timeout() {
        timeouts.increment();
    }

    void interrupt() {
        interrupts.increment();
    }

    void failed(Throwable failure) {
        failures.computeIfAbsent(failure.getClass().getSimpleName(), name -> new LongAdder())
                .increment();
    }

    @Override
    public String toString() {
        return connections + " connections, " + orderly + " of them without a fault, the longest "
                + TimeUnit.NANOSECONDS.toSeconds(longest.get()) + " s, " + bytes + " bytes checked, " + keyUpdates
                + " key updates, " + timeouts + " timeouts, " + interrupts + " interrupts; failures "
                + new TreeMap<>(failures);
    }
}
