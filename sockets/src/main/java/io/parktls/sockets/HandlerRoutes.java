package io.parktls.sockets;

import io.parktls.TlsContext;
import io.parktls.TlsSession;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Which handler serves which connection, by the host the client asked for (SNI) and the protocol agreed on (ALPN). The
 * host counts for more than the protocol, a whole name for more than a wildcard. Immutable.
 */
final class HandlerRoutes {
    /**
     * What a handler is for.
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

    /** These, and one more; it replaces one that was for the same. */
    HandlerRoutes with(@Nullable String host, @Nullable String protocol, TlsHandler handler) {
        Map<Key, TlsHandler> more = new HashMap<>(handlers);
        more.put(new Key(host == null ? null : host.toLowerCase(Locale.ROOT), protocol), handler);
        return new HandlerRoutes(more);
    }

    boolean isEmpty() {
        return handlers.isEmpty();
    }

    /** @throws IllegalArgumentException if a handler is for a protocol that the context does not have */
    void requireProtocols(TlsContext context) {
        for (Key key : handlers.keySet()) {
            String protocol = key.protocol;
            if (protocol != null && !context.applicationProtocols().contains(protocol)) {
                throw new IllegalArgumentException("there is a handler for the application protocol '" + protocol
                        + "', but the context has only " + context.applicationProtocols());
            }
        }
    }

    /** The handler for a connection; null if there is none. */
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
