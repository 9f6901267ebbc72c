package io.parktls.bench.load;

import io.parktls.bench.server.EventLoop;
import io.parktls.bench.server.ServiceRequest;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/** Connections that are opened, used once and closed. While the meter runs, each is followed by a new one. */
final class HandshakeGroup extends ClientGroup {
    private final Meter meter;
    private final AtomicInteger pending = new AtomicInteger();

    HandshakeGroup(List<EventLoop> loops, ServerEndpoint endpoint, Meter meter) {
        super(loops, endpoint, ServiceRequest.SMALL_ECHO);
        this.meter = meter;
    }

    /** Starts with a connection to each endpoint at the same time. The next connection to it begins after its end. */
    void start(List<ServerEndpoint> endpoints) {
        for (int i = 0; i < endpoints.size(); i++) {
            next(loop(i), endpoints.get(i));
        }
    }

    /** Whether the last connection is closed: until then the server has work that must not fall into the next row. */
    boolean isOver() {
        return pending.get() == 0;
    }

    private void next(EventLoop loop, ServerEndpoint endpoint) {
        pending.incrementAndGet();
        start(loop, endpoint, new HandshakeWork(meter));
    }

    @Override
    public void established(Client client) {}

    @Override
    public void done(Client client) {
        client.endpoint().complete();
        if (meter.isRunning()) {
            next(client.loop(), client.endpoint());
        }
        pending.decrementAndGet();
    }

    @Override
    public void failed(Client client, IOException reason) {
        client.endpoint().failed();
        // A connection that fails after the end of the measurement is not a failure of the server.
        if (meter.isRunning()) {
            fail(reason);
        }
        pending.decrementAndGet();
    }
}
