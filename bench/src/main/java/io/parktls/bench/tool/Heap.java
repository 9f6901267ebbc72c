package io.parktls.bench.tool;

import java.lang.management.ManagementFactory;

/** The heap of this JVM. */
public final class Heap {
    private Heap() {}

    /**
     * Returns the bytes of the reachable objects. Collects garbage three times: objects that are reachable only through
     * references and cleaners need more than one collection.
     */
    public static long used() {
        for (int i = 0; i < 3; i++) {
            System.gc();
        }
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    }
}
