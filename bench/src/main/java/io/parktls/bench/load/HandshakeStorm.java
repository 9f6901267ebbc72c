package io.parktls.bench.load;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** Connections that are made, used once and closed, each followed by another while the meter runs. */
final class HandshakeStorm implements Client.Observer {
    private final List<EventLoop> loops;
    private final Target target;
    private final Meter meter;
    private final AtomicInteger underWay = new AtomicInteger();
    private final AtomicReference<@Nullable IOException> failure = new AtomicReference<>();

    HandshakeStorm(List<EventLoop> loops, Target target, Meter meter) {
        this.loops = loops;
        this.target = target;
        this.meter = meter;
    }

    /** Begins with so many. */
    void start(int count) {
        for (int i = 0; i < count; i++) {
            next(loops.get(i % loops.size()));
        }
    }

    /** Throws what a connection has failed with, if one has. */
    void requireSound() throws IOException {
        IOException failed = failure.get();
        if (failed != null) {
            throw new IOException("a connection has failed: " + failed.getMessage(), failed);
        }
    }

    /** Whether the last connection is closed: until then the server has work that is not the next row's. */
    boolean isOver() {
        return underWay.get() == 0;
    }

    private void next(EventLoop loop) {
        underWay.incrementAndGet();
        loop.turn(new Client(loop, target, Opening.SMALL_ECHO, new HandshakeWork(meter), this));
    }

    @Override
    public void established(Client client) {}

    @Override
    public void done(Client client) {
        if (meter.isRunning()) {
            next(client.loop());
        }
        underWay.decrementAndGet();
    }

    @Override
    public void failed(Client client, IOException reason) {
        // One that was under way when the server was told to end has done no harm.
        if (meter.isRunning()) {
            failure.compareAndSet(null, reason);
        }
        underWay.decrementAndGet();
    }
}
