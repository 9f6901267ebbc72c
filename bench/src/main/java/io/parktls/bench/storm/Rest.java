package io.parktls.bench.storm;

import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * Waits until a JVM needs next to no processor: what it still had to do, connections to clear away or code to compile, it
 * would do in another's turn.
 */
final class Rest {
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final Duration GLANCE = Duration.ofMillis(100);

    /** In a glance, in nanoseconds: the clock may tick no finer. */
    private static final long LITTLE = TimeUnit.MILLISECONDS.toNanos(10);

    private Rest() {}

    /**
     * Waits for this JVM.
     *
     * @throws IOException if it does not come to rest
     */
    static void await() throws IOException, InterruptedException {
        OperatingSystemMXBean system = ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
        await(system::getProcessCpuTime, PATIENCE);
    }

    /**
     * Waits for whoever has that clock.
     *
     * @param processorTime in nanoseconds
     */
    static void await(LongSupplier processorTime, Duration patience) throws IOException, InterruptedException {
        long start = System.nanoTime();
        long before = processorTime.getAsLong();
        do {
            TimeUnit.NANOSECONDS.sleep(GLANCE.toNanos());
            long now = processorTime.getAsLong();
            if (now - before <= LITTLE) {
                return;
            }
            before = now;
        } while (System.nanoTime() - start < patience.toNanos());
        throw new IOException("still busy, with nothing to do, after " + patience.toSeconds() + " s");
    }
}
