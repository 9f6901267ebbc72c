package io.parktls.sockets;

import io.parktls.TlsConnection;
import io.parktls.sockets.TlsServer.CloseReport;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/** The open connections of a server. This class also drains and closes them. Thread-safe. */
final class OpenConnections {
    private static final String TIMEOUT_EXPIRED = "the timeout of the server's close expired";

    /** How much of the timeout is reserved for sending close_notify on connections whose handlers have not returned. */
    private static final long CLOSE_NOTIFY_RESERVE = TimeUnit.SECONDS.toNanos(1);

    /** Connections whose handlers have not returned. */
    private final Set<ServerConnection> connections = ConcurrentHashMap.newKeySet();

    /** Connections whose handlers have returned, but whose clients have not closed their ends yet. */
    private final Set<ServerConnection> lingering = ConcurrentHashMap.newKeySet();

    private final ServerCounters counters;

    /** Never reset. Once it is set, a thread that removes the last connection of a set signals {@link #empty}. */
    private volatile boolean closing;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition empty = lock.newCondition();

    OpenConnections(ServerCounters counters) {
        this.counters = counters;
    }

    int size() {
        return connections.size();
    }

    void add(ServerConnection connection) {
        connections.add(connection);
    }

    /** Records that a connection's handler has returned, and that only the client has yet to close its end. */
    void beganLinger(ServerConnection connection) {
        lingering.add(connection);
        removeActive(connection);
        if (closing) {
            connection.shortenLinger();
        }
    }

    /** Removes a connection that has ended. Its traffic stays in the counters. */
    void remove(ServerConnection connection) {
        removeActive(connection);
        if (lingering.remove(connection)) {
            signalIfEmpty(lingering);
        }
    }

    private void removeActive(ServerConnection connection) {
        if (connections.remove(connection)) {
            TlsConnection tls = connection.connection();
            if (tls != null) {
                counters.ended(Traffic.of(tls));
            }
            signalIfEmpty(connections);
        }
    }

    private void signalIfEmpty(Set<ServerConnection> left) {
        if (closing && left.isEmpty()) {
            lock.lock();
            try {
                empty.signalAll();
            } finally {
                lock.unlock();
            }
        }
    }

    /** Returns the counters, including the traffic of the open connections. */
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

    /**
     * Closes connections that become idle, until the thread is interrupted.
     *
     * @param timeout the idle timeout in nanoseconds
     */
    void watchIdle(long timeout) {
        try {
            while (!closing) {
                TimeUnit.NANOSECONDS.sleep(Math.max(timeout / 8, 1_000_000));
                long now = System.nanoTime();
                connections.forEach(connection -> connection.closeIfIdle(now, timeout));
            }
        } catch (InterruptedException e) {
            // The server is closing.
        }
    }

    // ---- closing

    /**
     * Drains the connections as documented at {@link TlsServer#close(Duration)}. The server must have stopped
     * accepting.
     *
     * @param timeout in nanoseconds
     */
    CloseReport drain(long timeout) {
        closing = true;
        long start = System.nanoTime();
        long reserve = Math.min(timeout / 10, CLOSE_NOTIFY_RESERVE);
        int open = connections.size();
        connections.forEach(connection -> connection.drain(false));
        lingering.forEach(ServerConnection::shortenLinger);
        boolean drained = awaitEmpty(connections, start, (timeout - reserve) / 2);
        if (!drained) {
            connections.forEach(connection -> connection.drain(true));
            drained = awaitEmpty(connections, start, timeout - reserve);
        }
        int aborted = connections.size();
        if (!drained) {
            Duration left = Duration.ofNanos(reserve);
            connections.forEach(connection -> Thread.ofVirtual()
                    .name("parktls-close")
                    .start(() -> connection.closeUnfinished(TIMEOUT_EXPIRED, left)));
            awaitEmpty(connections, start, timeout);
        }
        awaitEmpty(lingering, start, timeout);
        return new CloseReport(Math.max(0, open - aborted), aborted);
    }

    /** Aborts the connections that are still open. */
    void abort() {
        connections.forEach(connection -> connection.abort(TIMEOUT_EXPIRED));
        lingering.forEach(ServerConnection::endLinger);
    }

    /**
     * Waits until a set is empty. An interrupt ends the wait, and the interrupt flag stays set.
     *
     * @param timeout in nanoseconds, measured from the start
     * @return whether the set is empty
     */
    private boolean awaitEmpty(Set<ServerConnection> left, long start, long timeout) {
        lock.lock();
        try {
            while (!left.isEmpty()) {
                long rest = timeout - (System.nanoTime() - start);
                if (rest <= 0) {
                    return false;
                }
                empty.awaitNanos(rest);
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
