package io.parktls.bench.load;

import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * A thread that sleeps until the next request of some {@link FixedRate}s is due, and then wakes the loop that sends it.
 * Loops cannot sleep until then themselves, because a selection waits for whole milliseconds. The system ends a sleep
 * some 50 us late (timer slack, prctl(2)); requests that have become due by then are sent together.
 */
final class Pacer implements AutoCloseable {
    /** Bounds the time until a stopped pacer ends. */
    private static final long LONGEST_SLEEP = TimeUnit.MILLISECONDS.toNanos(10);

    private final List<FixedRate> rates;
    private final Thread thread;

    private Pacer(List<FixedRate> rates) {
        this.rates = List.copyOf(rates);
        this.thread = Thread.ofPlatform().daemon().name("generator-pacer").unstarted(this::run);
    }

    static Pacer start(List<FixedRate> rates) {
        Pacer pacer = new Pacer(rates);
        pacer.thread.start();
        return pacer;
    }

    private void run() {
        while (rates.stream().anyMatch(rate -> !rate.isOver())) {
            long now = System.nanoTime();
            long next = now + LONGEST_SLEEP;
            for (FixedRate rate : rates) {
                rate.wakeLoop(now);
                next = Math.min(next, rate.firstAfter(now));
            }
            LockSupport.parkNanos(next - System.nanoTime());
        }
    }

    /** Stops the requests. The thread ends soon after. */
    @Override
    public void close() {
        rates.forEach(FixedRate::stop);
        LockSupport.unpark(thread);
    }
}
