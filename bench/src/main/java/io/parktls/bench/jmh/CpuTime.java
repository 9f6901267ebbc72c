package io.parktls.bench.jmh;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import org.openjdk.jmh.annotations.AuxCounters;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/**
 * Counts the operations of an iteration, and measures the processor time that they take on the measuring thread. Their
 * ratio equals JMH's score on a quiet machine, and is still meaningful on a busy one.
 */
@AuxCounters(AuxCounters.Type.EVENTS)
@State(Scope.Thread)
public class CpuTime {
    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

    /** The number of operations. JMH resets it to 0 before each iteration. */
    public long operations;

    /** The processor time in nanoseconds, set at the end of an iteration. */
    public long nanos;

    private long start;

    /**
     * To be called before each operation. The first call starts the clock, so that the setup of an iteration does not
     * count.
     */
    void count() {
        if (operations++ == 0) {
            start = THREADS.getCurrentThreadCpuTime();
        }
    }

    /** Stops the clock while this JVM still has its turn. */
    @TearDown(Level.Iteration)
    public void stop(IterationTurn turn) {
        nanos = THREADS.getCurrentThreadCpuTime() - start;
    }
}
