package io.parktls.bench.load;

import io.parktls.bench.server.EventLoop;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Requests that are due at fixed times, on one connection after the other, whether or not the server keeps up: a slow
 * answer counts for every request that had to wait for it (no coordinated omission). Used by one loop's thread, which
 * does not sleep in the meantime, since a selection waits for at least a millisecond.
 */
final class FixedRate implements Runnable {
    private final List<Client> clients;

    /** The time between two requests, in nanoseconds. */
    private final double period;

    private final long start = System.nanoTime();
    private long sent;

    private volatile boolean over;

    /** @param rate requests per second, over all these connections */
    FixedRate(List<Client> clients, double rate) {
        this.clients = clients;
        this.period = TimeUnit.SECONDS.toNanos(1) / rate;
    }

    /** Stops sending requests. Thread-safe. */
    void stop() {
        over = true;
    }

    @Override
    public void run() {
        long now = System.nanoTime();
        while (!over && next() <= now) {
            Client client = clients.get((int) (sent % clients.size()));
            if (client.work() instanceof EchoWork echo && echo.due(next(), (long) (period * clients.size()))) {
                EventLoop.run(client);
            }
            sent++;
        }
    }

    private long next() {
        return start + (long) (sent * period);
    }
}
