package io.parktls.sockets;

import com.sun.management.UnixOperatingSystemMXBean;
import java.lang.management.ManagementFactory;

/** Counts the open file descriptors of this process. */
public final class Descriptors {
    private Descriptors() {}

    /** Returns how many descriptors are open; 0 on systems that do not report it. */
    public static long open() {
        return ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean unix
                ? unix.getOpenFileDescriptorCount()
                : 0;
    }

    /** Waits until no more descriptors are open than before. */
    public static void awaitClosed(long before) {
        Task.eventually(() -> open() <= before);
    }

    /**
     * Waits like {@link #awaitClosed}, and runs the garbage collector, for channels that are closed once unreachable.
     */
    public static void awaitCollected(long before) {
        Task.eventually(() -> {
            System.gc();
            return open() <= before;
        });
    }
}
