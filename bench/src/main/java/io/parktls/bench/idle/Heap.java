package io.parktls.bench.idle;

import java.lang.management.ManagementFactory;

/** This JVM's heap. */
final class Heap {
    private Heap() {}

    /** What is reachable, in bytes, as the collector sees it. */
    static long used() {
        System.gc();
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    }
}
