package io.parktls;

import io.parktls.bio.Bio;
import io.parktls.session.ClientSession;
import io.parktls.session.SessionKey;
import io.parktls.session.SessionStore;
import java.io.IOException;
import java.util.List;
import java.util.Map;

/**
 * A session of a client, of which any number of connections resume a copy. A client uses a ticket of TLS 1.3 only once,
 * and drops its sessions after a failure, so tests of many connections would otherwise need a full handshake for each.
 * Thread-safe.
 */
public final class ResumableSession {
    /** A capacity that holds everything a handshake sends. */
    private static final int UNLIMITED = 1 << 20;

    private final TlsContext client;
    private final SessionKey key;
    private final ClientSession session;

    private ResumableSession(TlsContext client, SessionKey key, ClientSession session) {
        this.client = client;
        this.key = key;
        this.session = session;
    }

    /** Completes a full handshake between contexts of the default engine and keeps the client's session. */
    public static ResumableSession of(TlsContext client, TlsContext server) {
        TlsContext caching = caching(client);
        try {
            ConnectionPair pair = new ConnectionPair(caching, server, Bio.pair(UNLIMITED)).handshake();
            pair.transfer(1); // TLS 1.3 sends the tickets after the handshake.
        } catch (IOException e) {
            throw new AssertionError("the connection whose session is to be resumed fails", e);
        }
        return newestOf(caching);
    }

    /** Returns the newest session in the cache of a client that has connected to one server. */
    public static ResumableSession newestOf(TlsContext client) {
        Map<SessionKey, List<ClientSession>> sessions =
                client.sessionCache().store().copies();
        if (sessions.size() != 1) {
            throw new AssertionError("the client has sessions of " + sessions.size() + " peers, not of 1");
        }
        Map.Entry<SessionKey, List<ClientSession>> only =
                sessions.entrySet().iterator().next();
        return new ResumableSession(client, only.getKey(), only.getValue().getFirst());
    }

    /** Returns the same context with an empty cache of its own, for the sessions of one peer. */
    public static TlsContext caching(TlsContext client) {
        return client.toBuilder().sessionCache(TlsSessionCache.ofSize(1)).build();
    }

    /** Returns a client context whose cache holds a copy of this session and nothing else. */
    public TlsContext client() {
        TlsContext again = caching(client);
        putInto(again);
        return again;
    }

    /** Replaces everything in the cache of a client with the same settings by a copy of this session. */
    public void putInto(TlsContext context) {
        SessionStore store = context.sessionCache().store();
        store.clear();
        store.put(key, session.copy());
    }
}
