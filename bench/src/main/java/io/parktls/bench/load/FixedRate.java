package io.parktls.bench.load;

import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Requests that are due at fixed times, one connection after the other, whether or not the server keeps up: so a slow answer counts
 * for all the requests that had to wait for it (no coordinated omission). Used by one loop's thread, which does not sleep
 * meanwhile: a selection can wait for a millisecond at least.
 */
final class FixedRate implements Runnable {
    private final List<Client> clients;

    /** Nanoseconds between two requests. */
    private final double period;

    private final long start = System.nanoTime();
    private long sent;

    private volatile boolean over;

    /** So many requests a second, spread over these connections. */
    FixedRate(List<Client> clients, double rate) {
        this.clients = clients;
        this.period = TimeUnit.SECONDS.toNanos(1) / rate;
    }

    /** No more requests. Any thread may ask. */
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
