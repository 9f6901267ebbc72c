package io.parktls.bench.jmh;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import org.openjdk.jmh.annotations.AuxCounters;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/**
 * What the measuring thread did in an iteration, and in how much time of a processor. The rate of the two says the same as
 * JMH's score on a quiet machine, and something on a busy one.
 */
@AuxCounters(AuxCounters.Type.EVENTS)
@State(Scope.Thread)
public class CpuTime {
    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

    /** JMH sets it to 0 for each iteration. */
    public long operations;

    /** Known at the end of an iteration. */
    public long nanos;

    private long start;

    /** To be called before each operation. The first one starts the clock: what sets up an iteration does not count. */
    void count() {
        if (operations++ == 0) {
            start = THREADS.getCurrentThreadCpuTime();
        }
    }

    /** Stops the clock while it is still this one's turn. */
    @TearDown(Level.Iteration)
    public void stop(Turn turn) {
        nanos = THREADS.getCurrentThreadCpuTime() - start;
    }
}
