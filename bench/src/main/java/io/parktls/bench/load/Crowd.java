package io.parktls.bench.load;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Connections that do the same and stay open, spread over the generator's loops. For one thread, but for what loops tell it. */
final class Crowd implements Client.Observer, AutoCloseable {
    /** How many are made at a time. */
    private static final int AT_ONCE = 32;

    private static final long PATIENCE_SECONDS = 30;

    private final List<EventLoop> loops;
    private final Target target;
    private final Opening opening;
    private final Supplier<Work> works;
    private final List<Client> clients = new ArrayList<>();
    private final Semaphore pending = new Semaphore(AT_ONCE);
    private final AtomicReference<@Nullable IOException> failure = new AtomicReference<>();

    Crowd(List<EventLoop> loops, Target target, Opening opening, Supplier<Work> works) {
        this.loops = loops;
        this.target = target;
        this.opening = opening;
        this.works = works;
    }

    /**
     * Makes more, until there are so many, all with their handshakes done.
     *
     * @throws IOException if one has failed, or they take too long
     */
    void growTo(int count) throws IOException {
        while (clients.size() < count) {
            acquire(1);
            EventLoop loop = loopOf(clients.size());
            Client client = new Client(loop, target, opening, works.get(), this);
            clients.add(client);
            loop.turn(client);
        }
        acquire(AT_ONCE);
        pending.release(AT_ONCE);
    }

    private void acquire(int permits) throws IOException {
        try {
            if (!pending.tryAcquire(permits, PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                throw new IOException("a connection takes more than " + PATIENCE_SECONDS + " s");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while connecting");
        }
        requireSound();
    }

    /** Throws what a connection has failed with, if one has. */
    void requireSound() throws IOException {
        IOException failed = failure.get();
        if (failed != null) {
            throw new IOException("a connection has failed: " + failed.getMessage(), failed);
        }
    }

    int size() {
        return clients.size();
    }

    List<Client> clients() {
        return clients;
    }

    EventLoop loopOf(int client) {
        return loops.get(client % loops.size());
    }

    /** Has them all look whether there is something to do. */
    void wake() {
        for (int i = 0; i < clients.size(); i++) {
            loopOf(i).turn(clients.get(i));
        }
    }

    @Override
    public void established(Client client) {
        pending.release();
    }

    @Override
    public void done(Client client) {
        failed(client, new IOException("a connection has ended"));
    }

    @Override
    public void failed(Client client, IOException reason) {
        failure.compareAndSet(null, reason);
        // Whoever waits for it is to look at the failure.
        pending.release();
    }

    @Override
    public void close() {
        for (int i = 0; i < clients.size(); i++) {
            loopOf(i).execute(clients.get(i)::close);
        }
        clients.clear();
    }
}
