package io.parktls.bench.demo;

import java.lang.management.ManagementFactory;
import jdk.management.VirtualThreadSchedulerMXBean;

/** Watches how many platform threads the virtual ones need. For one thread. */
final class Scheduler {
    private final VirtualThreadSchedulerMXBean bean =
            ManagementFactory.getPlatformMXBean(VirtualThreadSchedulerMXBean.class);

    private int mostCarriers;

    /** Looks; the more often the better. */
    void sample() {
        mostCarriers = Math.max(mostCarriers, bean.getPoolSize());
    }

    /** The most platform threads seen that carry virtual ones. */
    int mostCarriers() {
        return mostCarriers;
    }

    /** How many the scheduler aims at: one for each processor. */
    int parallelism() {
        return bean.getParallelism();
    }
}
