package io.parktls.sockets;

import io.parktls.TlsConnection;
import io.parktls.sockets.TlsServer.CloseReport;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/** The connections that a server has open, and how they are brought to an end. Thread-safe. */
final class OpenConnections {
    private static final String OUT_OF_TIME = "not through when the server had to close";

    /**
     * The most that is kept of a limit for saying goodbye to clients whose handlers are not through, in nanoseconds.
     */
    private static final long GOODBYE = TimeUnit.SECONDS.toNanos(1);

    private final Set<ServerConnection> connections = ConcurrentHashMap.newKeySet();

    /** Connections that are through, but whose clients have not closed their ends yet. */
    private final Set<ServerConnection> lingering = ConcurrentHashMap.newKeySet();

    private final ServerCounters counters;

    /** Only ever set: whoever removes the last one is to say so. */
    private volatile boolean closing;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition none = lock.newCondition();

    OpenConnections(ServerCounters counters) {
        this.counters = counters;
    }

    int size() {
        return connections.size();
    }

    void add(ServerConnection connection) {
        connections.add(connection);
    }

    /** Takes note that one is through, and waits for its client to close the other end. */
    void lingers(ServerConnection connection) {
        lingering.add(connection);
        removeActive(connection);
        if (closing) {
            connection.hurry();
        }
    }

    /** Forgets one that has ended, but for what it has moved. */
    void remove(ServerConnection connection) {
        removeActive(connection);
        if (lingering.remove(connection)) {
            signalIfNone(lingering);
        }
    }

    private void removeActive(ServerConnection connection) {
        if (connections.remove(connection)) {
            TlsConnection tls = connection.connection();
            if (tls != null) {
                counters.ended(Traffic.of(tls));
            }
            signalIfNone(connections);
        }
    }

    private void signalIfNone(Set<ServerConnection> left) {
        if (closing && left.isEmpty()) {
            lock.lock();
            try {
                none.signalAll();
            } finally {
                lock.unlock();
            }
        }
    }

    /** The counters, and what is to be added to them for those that are open. */
    TlsServerStatistics statistics(int queued) {
        int active = 0;
        int handshaking = 0;
        Traffic traffic = Traffic.NONE;
        for (ServerConnection connection : connections) {
            active++;
            handshaking += connection.isEstablished() ? 0 : 1;
            TlsConnection tls = connection.connection();
            if (tls != null) {
                traffic = traffic.plus(Traffic.of(tls));
            }
        }
        return counters.snapshot(active, handshaking, queued, traffic);
    }

    /** Closes those on which nothing has moved for so many nanoseconds, until the thread is interrupted. */
    void watchIdle(long limit) {
        try {
            while (!closing) {
                TimeUnit.NANOSECONDS.sleep(Math.max(limit / 8, 1_000_000));
                long now = System.nanoTime();
                connections.forEach(connection -> connection.endIfIdle(now, limit));
            }
        } catch (InterruptedException e) {
            // The server is closing.
        }
    }

    // ---- the end

    /**
     * Lets them come to their end as {@link TlsServer#close(Duration)} has it. None is added any more.
     *
     * @param limit in nanoseconds
     */
    CloseReport drain(long limit) {
        closing = true;
        long start = System.nanoTime();
        long goodbye = Math.min(limit / 10, GOODBYE);
        int open = connections.size();
        connections.forEach(connection -> connection.drain(false));
        lingering.forEach(ServerConnection::hurry);
        boolean empty = awaitNone(connections, start, (limit - goodbye) / 2);
        if (!empty) {
            connections.forEach(connection -> connection.drain(true));
            empty = awaitNone(connections, start, limit - goodbye);
        }
        int aborted = connections.size();
        if (!empty) {
            Duration last = Duration.ofNanos(goodbye);
            connections.forEach(connection ->
                    Thread.ofVirtual().name("parktls-goodbye").start(() -> connection.goodbye(OUT_OF_TIME, last)));
            awaitNone(connections, start, limit);
        }
        awaitNone(lingering, start, limit);
        return new CloseReport(Math.max(0, open - aborted), aborted);
    }

    /** Ends those that are left. */
    void abort() {
        connections.forEach(connection -> connection.abort(OUT_OF_TIME));
        lingering.forEach(ServerConnection::endLinger);
    }

    /** Waits until none is left, up to some time after the start; an interrupt ends it, and stays set. */
    private boolean awaitNone(Set<ServerConnection> left, long start, long limit) {
        lock.lock();
        try {
            while (!left.isEmpty()) {
                long rest = limit - (System.nanoTime() - start);
                if (rest <= 0) {
                    return false;
                }
                none.awaitNanos(rest);
            }
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return left.isEmpty();
        } finally {
            lock.unlock();
        }
    }
}
