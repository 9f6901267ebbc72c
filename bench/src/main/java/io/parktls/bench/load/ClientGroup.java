package io.parktls.bench.load;

import io.parktls.bench.server.EventLoop;
import io.parktls.bench.server.ServiceRequest;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** Connections to one server, spread over the generator's loops. The first failure of one of them is kept. */
abstract class ClientGroup implements Client.Observer {
    private final List<EventLoop> loops;
    private final ServerEndpoint endpoint;
    private final ServiceRequest request;
    private final AtomicReference<@Nullable IOException> failure = new AtomicReference<>();

    ClientGroup(List<EventLoop> loops, ServerEndpoint endpoint, ServiceRequest request) {
        this.loops = loops;
        this.endpoint = endpoint;
        this.request = request;
    }

    /** The loop of the client with that number. */
    final EventLoop loop(int number) {
        return loops.get(number % loops.size());
    }

    /** Makes a client and has its loop start it. */
    final Client start(EventLoop loop, Work work) {
        return start(loop, endpoint, work);
    }

    /** Makes a client of another endpoint of the server, and has its loop start it. */
    final Client start(EventLoop loop, ServerEndpoint other, Work work) {
        Client client = new Client(loop, other, request, work, this);
        loop.schedule(client);
        return client;
    }

    final void fail(IOException reason) {
        failure.compareAndSet(null, reason);
    }

    /**
     * Checks that no connection has failed.
     *
     * @throws IOException if one has
     */
    final void requireNoFailure() throws IOException {
        IOException failed = failure.get();
        if (failed != null) {
            throw new IOException("a connection has failed: " + failed.getMessage(), failed);
        }
    }
}
