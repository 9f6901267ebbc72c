package io.parktls.bench.load;

import io.parktls.bench.server.EventLoop;
import io.parktls.bench.server.ServiceRequest;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** Connections that stay open and all do the same. For one thread; the loops' threads report to it. */
final class ConnectionGroup extends ClientGroup implements AutoCloseable {
    /** The maximum number of pending handshakes. */
    private static final int PENDING = 32;

    private static final long TIMEOUT_SECONDS = 30;

    private final Supplier<Work> works;
    private final List<Client> clients = new ArrayList<>();
    private final Semaphore slots = new Semaphore(PENDING);

    ConnectionGroup(List<EventLoop> loops, ServerEndpoint endpoint, ServiceRequest request, Supplier<Work> works) {
        super(loops, endpoint, request);
        this.works = works;
    }

    /**
     * Opens connections until there are that many, and waits until their handshakes are done.
     *
     * @throws IOException if a connection has failed, or takes longer than 30 s
     */
    void growTo(int count) throws IOException {
        while (clients.size() < count) {
            acquire(1);
            clients.add(start(loop(clients.size()), works.get()));
        }
        acquire(PENDING);
        slots.release(PENDING);
    }

    private void acquire(int permits) throws IOException {
        try {
            if (!slots.tryAcquire(permits, TIMEOUT_SECONDS, TimeUnit.SECONDS)) {
                throw new IOException("a connection takes more than " + TIMEOUT_SECONDS + " s");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while connecting");
        }
        requireNoFailure();
    }

    int size() {
        return clients.size();
    }

    List<Client> clients() {
        return clients;
    }

    /** Has every client check whether it has something to do. */
    void schedule() {
        clients.forEach(client -> client.loop().schedule(client));
    }

    @Override
    public void established(Client client) {
        slots.release();
    }

    @Override
    public void done(Client client) {
        failed(client, new IOException("a connection has ended"));
    }

    @Override
    public void failed(Client client, IOException reason) {
        fail(reason);
        // Wakes the thread that waits for the connection, so that it sees the failure.
        slots.release();
    }

    @Override
    public void close() {
        clients.forEach(client -> client.loop().execute(client::close));
        clients.clear();
    }
}
