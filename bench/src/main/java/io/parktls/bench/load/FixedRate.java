package io.parktls.bench.load;

import io.parktls.bench.server.EventLoop;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Requests that are due at fixed times, on one connection after the other, whether or not the server keeps up: a slow
 * answer counts for every request that had to wait for it (no coordinated omission). A {@link Pacer} has the loop's
 * thread run this object when a request is due. How late the loop sends it is recorded separately, because that is the
 * generator's delay and not the server's.
 */
final class FixedRate implements Runnable {
    private final EventLoop loop;
    private final List<Client> clients;
    private final Meter meter;

    /** The time between two requests, in nanoseconds. */
    private final double period;

    private final long start;

    /** Whether the loop is about to run this object. */
    private final AtomicBoolean queued = new AtomicBoolean();

    /** Written by the loop's thread only, read by the pacer. */
    private volatile long sent;

    private volatile boolean over;

    /**
     * @param loop the loop of all these clients
     * @param rate requests per second, over all these connections
     * @param start when the first request is due, by {@link System#nanoTime}
     */
    FixedRate(EventLoop loop, List<Client> clients, Meter meter, double rate, long start) {
        this.loop = loop;
        this.clients = clients;
        this.meter = meter;
        this.period = TimeUnit.SECONDS.toNanos(1) / rate;
        this.start = start;
    }

    /** Stops sending requests. Thread-safe. */
    void stop() {
        over = true;
    }

    boolean isOver() {
        return over;
    }

    /** Has the loop send the requests that are due by then, unless it is about to. Called by the pacer. */
    void wakeLoop(long now) {
        if (due(sent) - now <= 0 && queued.compareAndSet(false, true)) {
            loop.execute(this);
        }
    }

    /** Returns when the first request after that time is due. */
    long firstAfter(long now) {
        return now - start < 0 ? start : due((long) ((now - start) / period) + 1);
    }

    /** Sends the requests that are due. Called by the loop's thread. */
    @Override
    public void run() {
        queued.set(false);
        long next = sent;
        for (long now = System.nanoTime(); !over && due(next) - now <= 0; next++) {
            long due = due(next);
            Client client = clients.get((int) (next % clients.size()));
            meter.sentLate(System.nanoTime() - due);
            if (client.work() instanceof EchoWork echo && echo.due(due, (long) (period * clients.size()))) {
                EventLoop.run(client);
            }
        }
        sent = next;
    }

    private long due(long number) {
        return start + (long) (number * period);
    }
}
