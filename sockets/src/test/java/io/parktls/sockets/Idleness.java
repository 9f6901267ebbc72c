package io.parktls.sockets;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.fail;

import com.sun.management.HotSpotDiagnosticMXBean;
import com.sun.management.HotSpotDiagnosticMXBean.ThreadDumpFormat;
import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** Checks that this JVM is idle, and that none of the library's threads are left. */
final class Idleness {
    private Idleness() {}

    /**
     * Asserts that the JVM uses hardly any CPU time during a second. Waits for the JVM's own work to end, up to a
     * minute.
     */
    static void assertIdle() {
        OperatingSystemMXBean system = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
        long least = Long.MAX_VALUE;
        for (int second = 0; second < 60; second++) {
            long before = system.getProcessCpuTime();
            long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(1);
            while (System.nanoTime() < end) {
                LockSupport.parkNanos(end - System.nanoTime());
            }
            least = Math.min(least, system.getProcessCpuTime() - before);
            if (least < TimeUnit.MILLISECONDS.toNanos(100)) {
                return;
            }
        }
        fail("CPU time in an idle second: " + TimeUnit.NANOSECONDS.toMillis(least) + " ms");
    }

    /** Asserts that no thread of this library is left, virtual or platform, once the poller has stopped. */
    static void assertNoThreadsLeft() throws IOException {
        Pollers pollers = Pollers.shared();
        Task.eventually(() -> !pollers.isRunning());
        Task.eventually(() -> !threads().contains("\"parktls-"));
        assertFalse(threads().contains("Waiter.await"));
    }

    private static String threads() {
        try {
            Path directory = Files.createTempDirectory("parktls");
            Path dump = directory.resolve("threads");
            try {
                ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class)
                        .dumpThreads(dump.toString(), ThreadDumpFormat.TEXT_PLAIN);
                return Files.readString(dump);
            } finally {
                Files.deleteIfExists(dump);
                Files.delete(directory);
            }
        } catch (IOException e) {
            throw new AssertionError("no thread dump", e);
        }
    }
}
