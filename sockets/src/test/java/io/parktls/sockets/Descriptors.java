package io.parktls.sockets;

import com.sun.management.UnixOperatingSystemMXBean;
import java.lang.management.ManagementFactory;

/** The file descriptors of this process. */
public final class Descriptors {
    private Descriptors() {}

    /** How many are open; 0 on systems that do not tell. */
    public static long open() {
        return ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean unix
                ? unix.getOpenFileDescriptorCount()
                : 0;
    }

    /** Waits until no more are open than before. */
    public static void awaitClosed(long before) {
        Task.eventually(() -> open() <= before);
    }

    /** The same for channels that are closed once nothing refers to them any more. */
    public static void awaitCollected(long before) {
        Task.eventually(() -> {
            System.gc();
            return open() <= before;
        });
    }
}
