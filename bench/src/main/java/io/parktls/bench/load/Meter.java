package io.parktls.bench.load;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.Recorder;

/** Counts the operations and bytes of the generator's connections. Thread-safe. */
final class Meter {
    private static final long LONGEST = TimeUnit.MINUTES.toNanos(1);

    private final LongAdder operations = new LongAdder();
    private final LongAdder bytes = new LongAdder();
    private final Recorder latencies = new Recorder(LONGEST, 3);
    private final Recorder lateness = new Recorder(LONGEST, 3);

    /** Whether connections start a new operation when they have completed one. Written by any thread. */
    private volatile boolean running;

    void run() {
        running = true;
    }

    void stop() {
        running = false;
    }

    boolean isRunning() {
        return running;
    }

    void transferred(long count) {
        bytes.add(count);
    }

    /** Counts a completed operation. Its latency starts when it was due, in the clock of {@link System#nanoTime}. */
    void done(long start, long end) {
        operations.increment();
        latencies.recordValue(Math.min(Math.max(0, end - start), LONGEST));
    }

    /** Records how late the generator itself began a request that was due at a fixed time, in nanoseconds. */
    void sentLate(long nanos) {
        lateness.recordValue(Math.min(Math.max(0, nanos), LONGEST));
    }

    /** How late requests began since the previous call of this method, in nanoseconds. */
    Histogram lateness() {
        return lateness.getIntervalHistogram();
    }

    long operations() {
        return operations.sum();
    }

    long bytes() {
        return bytes.sum();
    }

    /** The latencies since the previous call of this method, in nanoseconds. */
    Histogram latencies() {
        return latencies.getIntervalHistogram();
    }
}
