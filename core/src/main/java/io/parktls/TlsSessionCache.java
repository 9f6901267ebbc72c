package io.parktls;

import io.parktls.session.SessionStore;

/**
 * The sessions that clients can resume (RFC 8446 2.2, RFC 5077). By default each {@link TlsContext} has a cache of its
 * own for {@value #DEFAULT_SIZE} peers.
 *
 * {@snippet :
 * TlsContext large = TlsContext.builder().sessionCache(TlsSessionCache.ofSize(10_000)).build();
 * TlsContext never = TlsContext.builder().sessionCache(TlsSessionCache.none()).build();
 * }
 *
 * <p>A session is resumed only for the same host, port and server name, and only under the same settings: the same
 * {@link TlsTrust} and {@link TlsIdentity} objects, and the same verification of the host name and signature schemes. Contexts may therefore
 * share a cache; those with other settings never see each other's sessions. A TLS 1.3 ticket is used once (RFC 8446
 * C.4), the newest first; up to four tickets of a peer are kept. A session is dropped when it expires, when a
 * certificate of the server expires, when the server refuses it, and when a connection to the server fails.
 *
 * <p>Sessions are secrets: whoever has one can impersonate the server to this client, and the client to the server.
 * They stay in memory, and are overwritten when they are dropped. Thread-safe.
 */
public final class TlsSessionCache {
    /** How many peers' sessions a context's own cache keeps. */
    public static final int DEFAULT_SIZE = 1_000;

    private final SessionStore store;

    private TlsSessionCache(int peers) {
        this.store = new SessionStore(peers);
    }

    /**
     * {@return a cache for the sessions of up to {@code peers} peers} When it is full, the sessions of the peer that
     * was used the longest time ago are dropped.
     *
     * @param peers the number of peers, at least 1
     * @throws IllegalArgumentException if the number is less than 1
     */
    public static TlsSessionCache ofSize(int peers) {
        if (peers < 1) {
            throw new IllegalArgumentException("the size of a session cache is " + peers
                    + ", but must be at least 1: use none() to resume no sessions");
        }
        return new TlsSessionCache(peers);
    }

    /** {@return a cache that keeps nothing: clients then neither resume sessions nor ask for tickets} */
    public static TlsSessionCache none() {
        return None.INSTANCE;
    }

    /** Drops all sessions. Connections that are open are not affected. */
    public void clear() {
        store.clear();
    }

    /** {@return the number of sessions that are kept} */
    public int size() {
        return store.size();
    }

    /** {@return the store of the sessions} For the engines of ParkTLS. */
    @SuppressWarnings("exports") // The class is visible to ParkTLS only.
    public SessionStore store() {
        return store;
    }

    @Override
    public String toString() {
        return "TlsSessionCache[" + size() + " sessions]";
    }

    private static final class None {
        static final TlsSessionCache INSTANCE = new TlsSessionCache(0);
    }
}
