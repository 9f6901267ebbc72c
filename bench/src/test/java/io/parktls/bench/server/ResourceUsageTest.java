package io.parktls.bench.server;

import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.util.concurrent.SynchronousQueue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** Tests that the values of getrusage(2) are read from the right offsets. */
@EnabledOnOs(value = OS.LINUX, disabledReason = "the layout is Linux's")
final class ResourceUsageTest {
    /** The sum equals the processor time that the JVM reports, except for the time between the calls. */
    @Test
    void userAndSystemTimeAreTheProcessorTimeThatTheJvmKnows() {
        OperatingSystemMXBean system = ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
        long before = system.getProcessCpuTime() / 1_000;
        ResourceUsage usage = ResourceUsage.now();
        long after = system.getProcessCpuTime() / 1_000;
        long sum = usage.userMicros() + usage.systemMicros();

        assertTrue(sum >= before - 20_000 && sum <= after + 20_000, before + " " + usage + " " + after);
        assertTrue(usage.userMicros() > 0, usage::toString);
    }

    @Test
    void handingOverFromThreadToThreadSwitches() throws InterruptedException {
        int times = 1_000;
        ResourceUsage before = ResourceUsage.now();
        SynchronousQueue<Integer> queue = new SynchronousQueue<>();
        Thread other = Thread.ofPlatform().start(() -> {
            try {
                for (int i = 0; i < times; i++) {
                    queue.put(i);
                }
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        });
        for (int i = 0; i < times; i++) {
            queue.take();
        }
        other.join();

        assertTrue(ResourceUsage.now().switches() > before.switches(), "no thread was ever switched");
    }
}
