package io.parktls.bench.load;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.Recorder;

/** Counts what the generator's loops have done. Thread-safe. */
final class Meter {
    private static final long LONGEST = TimeUnit.MINUTES.toNanos(1);

    private final LongAdder operations = new LongAdder();
    private final LongAdder bytes = new LongAdder();
    private final Recorder latencies = new Recorder(LONGEST, 3);

    /** Whether connections are to go on when they have done something. */
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

    /** One operation was done that was to begin at a certain time. */
    void done(long start, long end) {
        operations.increment();
        latencies.recordValue(Math.min(Math.max(0, end - start), LONGEST));
    }

    long operations() {
        return operations.sum();
    }

    long bytes() {
        return bytes.sum();
    }

    /** How long operations took, in nanoseconds, since the last call of this method. */
    Histogram latencies() {
        return latencies.getIntervalHistogram();
    }
}
