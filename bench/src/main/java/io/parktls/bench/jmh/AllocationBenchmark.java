package io.parktls.bench.jmh;

import com.sun.management.ThreadMXBean;
import io.parktls.bench.jmh.stack.Link;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import org.openjdk.jmh.annotations.AuxCounters;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** Measures the heap that records of 16 KB allocate, separately for each direction; JMH's profiler has only the sum. */
public class AllocationBenchmark {
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    /** The sums of an iteration. */
    @AuxCounters(AuxCounters.Type.EVENTS)
    @State(Scope.Thread)
    public static class Allocated {
        public long records;
        public long sealing;
        public long opening;
    }

    @Benchmark
    public Object transfer(EstablishedLink established, Allocated allocated) throws IOException {
        Link link = established.link();
        long before = THREADS.getCurrentThreadAllocatedBytes();
        link.send();
        long between = THREADS.getCurrentThreadAllocatedBytes();
        link.receive();
        long after = THREADS.getCurrentThreadAllocatedBytes();
        allocated.records++;
        allocated.sealing += between - before;
        allocated.opening += after - between;
        return link;
    }
}
