package io.parktls.bench.server;

import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * Waits until a JVM uses next to no processor time. A JVM that still has connections to close or code to compile would
 * otherwise do so while another contender is measured.
 */
public final class CpuIdle {
    private static final Duration TIMEOUT = Duration.ofSeconds(20);
    private static final Duration INTERVAL = Duration.ofMillis(100);

    /**
     * Processor time in an interval, in nanoseconds, below which a JVM is idle. The clock may tick in steps of 10 ms.
     */
    private static final long IDLE_NANOS = TimeUnit.MILLISECONDS.toNanos(10);

    private CpuIdle() {}

    /**
     * Waits until this JVM is idle.
     *
     * @throws IOException if it is still busy after 20 s
     */
    public static void await() throws IOException, InterruptedException {
        OperatingSystemMXBean system = ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
        await(system::getProcessCpuTime, TIMEOUT);
    }

    /** @param processorTime the clock of the JVM to wait for, in nanoseconds */
    static void await(LongSupplier processorTime, Duration timeout) throws IOException, InterruptedException {
        long start = System.nanoTime();
        long before = processorTime.getAsLong();
        do {
            TimeUnit.NANOSECONDS.sleep(INTERVAL.toNanos());
            long now = processorTime.getAsLong();
            if (now - before <= IDLE_NANOS) {
                return;
            }
            before = now;
        } while (System.nanoTime() - start < timeout.toNanos());
        throw new IOException("the JVM is still busy " + timeout.toSeconds() + " s after its work has ended");
    }
}
