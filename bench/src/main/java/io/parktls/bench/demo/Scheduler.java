package io.parktls.bench.demo;

import java.lang.management.ManagementFactory;
import jdk.management.VirtualThreadSchedulerMXBean;

/** Observes the number of carrier threads of virtual threads. For one thread. */
final class Scheduler {
    private final VirtualThreadSchedulerMXBean bean =
            ManagementFactory.getPlatformMXBean(VirtualThreadSchedulerMXBean.class);

    private int mostCarriers;

    /** Takes a sample. The result is more accurate with more samples. */
    void sample() {
        mostCarriers = Math.max(mostCarriers, bean.getPoolSize());
    }

    /** The largest observed number of carrier threads. */
    int mostCarriers() {
        return mostCarriers;
    }

    /** The scheduler's target number of carrier threads: one for each processor. */
    int parallelism() {
        return bean.getParallelism();
    }
}
