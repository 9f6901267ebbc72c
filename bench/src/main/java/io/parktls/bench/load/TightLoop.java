package io.parktls.bench.load;

import java.security.GeneralSecurityException;
import java.time.Duration;

/** Measures an operation by repeating it on the calling thread. */
final class TightLoop {
    /** The operation. */
    @FunctionalInterface
    interface Operation {
        void run() throws GeneralSecurityException;
    }

    private TightLoop() {}

    /**
     * Returns the microseconds that an operation takes.
     *
     * @param batch how many times the operation is run between two readings of the clock
     * @param time to measure, after as long a warm-up
     */
    static double micros(Operation operation, int batch, Duration time) throws GeneralSecurityException {
        repeat(operation, batch, time.toNanos());
        return repeat(operation, batch, time.toNanos());
    }

    private static double repeat(Operation operation, int batch, long nanos) throws GeneralSecurityException {
        long start = System.nanoTime();
        long count = 0;
        long now;
        do {
            for (int i = 0; i < batch; i++) {
                operation.run();
            }
            count += batch;
            now = System.nanoTime();
        } while (now - start < nanos);
        return (now - start) / 1e3 / count;
    }
}
