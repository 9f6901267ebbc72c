package io.parktls.sockets.jsse;

import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * The common state of all sessions that descend from one full handshake: those of the connections that resume it, and
 * those of the tickets that it and they receive. As in the JDK, the application's values belong to all of them. When one
 * is invalidated, all are, and none is resumed any more. Thread-safe.
 */
final class SessionFamily {
    private final long created = System.currentTimeMillis();

    /** Null until the application sets a value, which few do. */
    private final AtomicReference<@Nullable Map<String, Object>> values = new AtomicReference<>();

    private volatile boolean valid = true;

    /** The peer of all sessions of the family; null before one of them is in a context. */
    private volatile EndpointSessions.@Nullable Peer peer;

    /** Returns the time of the full handshake in milliseconds since 1970. */
    long created() {
        return created;
    }

    Map<String, Object> values() {
        Map<String, Object> known = values.get();
        if (known != null) {
            return known;
        }
        values.compareAndSet(null, new ConcurrentHashMap<>());
        return Objects.requireNonNull(values.get());
    }

    EndpointSessions.@Nullable Peer peer() {
        return peer;
    }

    void peer(EndpointSessions.Peer known) {
        peer = known;
    }

    boolean isValid() {
        return valid;
    }

    void invalidate() {
        valid = false;
    }
}
