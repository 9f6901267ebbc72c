package io.parktls.sockets;

import io.parktls.TlsContext;
import io.parktls.TlsSession;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Maps connections to handlers by the host that the client asked for (SNI) and the negotiated protocol (ALPN). A match
 * of the host takes precedence over a match of the protocol, and a whole name over a wildcard. Immutable.
 */
final class HandlerRoutes {
    /**
     * The connections that a handler serves.
     *
     * @param host in lower case, or {@code *.} and a domain; null for any
     * @param protocol null for any
     */
    private record Key(@Nullable String host, @Nullable String protocol) {}

    private final Map<Key, TlsHandler> handlers;

    private HandlerRoutes(Map<Key, TlsHandler> handlers) {
        this.handlers = Map.copyOf(handlers);
    }

    static HandlerRoutes none() {
        return new HandlerRoutes(Map.of());
    }

    /** Returns these routes with one added, or replaced if there is one for the same host and protocol. */
    HandlerRoutes with(@Nullable String host, @Nullable String protocol, TlsHandler handler) {
        Map<Key, TlsHandler> extended = new HashMap<>(handlers);
        extended.put(new Key(host == null ? null : host.toLowerCase(Locale.ROOT), protocol), handler);
        return new HandlerRoutes(extended);
    }

    boolean isEmpty() {
        return handlers.isEmpty();
    }

    /**
     * Checks that the context supports the application protocols of all handlers.
     *
     * @throws IllegalArgumentException if it does not
     */
    void requireProtocols(TlsContext context) {
        for (Key key : handlers.keySet()) {
            String protocol = key.protocol;
            if (protocol != null && !context.applicationProtocols().contains(protocol)) {
                throw new IllegalArgumentException("a handler serves the application protocol '" + protocol
                        + "', but the context has only " + context.applicationProtocols());
            }
        }
    }

    /** Returns the handler for a connection; null if none matches. */
    @Nullable
    TlsHandler choose(TlsSession session) {
        String name = session.serverName();
        String protocol = session.applicationProtocol();
        if (name != null) {
            String host = name.toLowerCase(Locale.ROOT);
            TlsHandler exact = choose(host, protocol);
            if (exact != null) {
                return exact;
            }
            int dot = host.indexOf('.');
            TlsHandler wildcard = dot < 0 ? null : choose("*" + host.substring(dot), protocol);
            if (wildcard != null) {
                return wildcard;
            }
        }
        return choose(null, protocol);
    }

    private @Nullable TlsHandler choose(@Nullable String host, @Nullable String protocol) {
        TlsHandler handler = handlers.get(new Key(host, protocol));
        return handler != null || protocol == null ? handler : handlers.get(new Key(host, null));
    }
}
