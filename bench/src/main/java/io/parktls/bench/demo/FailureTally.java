package io.parktls.bench.demo;

import io.parktls.bench.tool.Complaint;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/** Counts failures by their descriptions. Thread-safe. */
final class FailureTally {
    private final Map<String, LongAdder> byReason = new ConcurrentHashMap<>();

    void add(String who, Throwable failure) {
        add(who + ": " + Complaint.about(failure));
    }

    void add(String reason) {
        byReason.computeIfAbsent(reason, r -> new LongAdder()).increment();
    }

    long total() {
        return byReason.values().stream().mapToLong(LongAdder::sum).sum();
    }

    Map<String, Long> byReason() {
        Map<String, Long> counts = new TreeMap<>();
        byReason.forEach((reason, count) -> counts.put(reason, count.sum()));
        return counts;
    }
}
