package io.parktls.sockets.jsse;

import io.parktls.session.ClientSession;
import io.parktls.sockets.jsse.EndpointSessions.Peer;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.Enumeration;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;

/**
 * The sessions of the clients of an {@code SSLContext}. As in the JDK, a full handshake makes a session, and so does each
 * ticket of TLS 1.3, which is removed when it is used. When there are more sessions than the cache size, the oldest ones
 * are dropped; a size of 0 is no limit. At most {@value #PER_PEER} sessions of a peer are kept. Secrets of dropped
 * sessions are overwritten.
 *
 * <p>A session ends after the session timeout, counted from the full handshake; 0 is no limit, but no session is resumed
 * seven days after that (RFC 8446 4.6.1).
 *
 * <p>Thread-safe. The lock is held for a few operations in memory only.
 */
final class ClientSessionContext extends SessionContext {
    /** A full handshake and its tickets make three sessions with the servers of most implementations. */
    private static final int PER_PEER = 12;

    private final ReentrantLock lock = new ReentrantLock();

    /** By id, the oldest first. Guarded by the lock. */
    private final Map<ByteBuffer, Cached> sessions = new LinkedHashMap<>();

    /** The same sessions, those of a peer from the newest to the oldest. Guarded by the lock. */
    private final Map<Peer, Deque<Cached>> peers = new HashMap<>();

    /** A session, and the secret with which it can be resumed. */
    private static final class Cached {
        final Peer peer;
        final SslSessionAdapter session;

        /** Null if it cannot be resumed. Guarded by the lock. */
        @Nullable
        ClientSession resumable;

        Cached(Peer peer, SslSessionAdapter session) {
            this.peer = peer;
            this.session = session;
        }
    }

    /**
     * A session that is to be resumed.
     *
     * @param resumable the secret, which the receiver owns
     */
    record Taken(SslSessionAdapter session, ClientSession resumable) {}

    /** Returns a context with room for the sessions of that number of peers, but not for more than the JDK's default. */
    static ClientSessionContext ofPeers(int peers) {
        ClientSessionContext context = new ClientSessionContext();
        if (peers > 0) {
            context.setSessionCacheSize((int) Math.min(context.getSessionCacheSize(), (long) PER_PEER * peers));
        }
        return context;
    }

    private static ByteBuffer key(SslSessionAdapter session) {
        return ByteBuffer.wrap(session.getId());
    }

    // ---- connections

    /**
     * Adds a session. If it is there already, only its secret is replaced.
     *
     * @param resumable the secret, which this object owns from now on; null if there is none
     */
    void put(Peer peer, SslSessionAdapter session, @Nullable ClientSession resumable) {
        lock.lock();
        try {
            SessionFamily family = session.family();
            if (!family.isValid()) {
                destroy(resumable);
                return;
            }
            family.peer(peer);
            Cached cached = sessions.get(key(session));
            if (cached == null) {
                cached = new Cached(peer, session);
                sessions.put(key(session), cached);
                peers.computeIfAbsent(peer, _ -> new ArrayDeque<>()).addFirst(cached);
            }
            if (resumable != null) {
                destroy(cached.resumable);
                cached.resumable = resumable;
            }
            trim(peer);
        } finally {
            lock.unlock();
        }
    }

    /** Returns the newest session of a peer that can be resumed and is wanted; null if there is none. */
    @Nullable
    Taken take(Peer peer, Predicate<ClientSession> wanted, Instant now) {
        lock.lock();
        try {
            Cached found = find(peer, wanted, now);
            ClientSession resumable = found == null ? null : found.resumable;
            if (found == null || resumable == null) {
                return null;
            }
            if (!resumable.isForOneUse()) {
                return new Taken(found.session, resumable.copy());
            }
            found.resumable = null;
            remove(found);
            return new Taken(found.session, resumable);
        } finally {
            lock.unlock();
        }
    }

    /** Returns whether a peer has a session that can be resumed and is wanted. */
    boolean has(Peer peer, Predicate<ClientSession> wanted, Instant now) {
        lock.lock();
        try {
            return find(peer, wanted, now) != null;
        } finally {
            lock.unlock();
        }
    }

    /** The caller holds the lock. */
    private @Nullable Cached find(Peer peer, Predicate<ClientSession> wanted, Instant now) {
        for (Cached cached : ofPeer(peer)) {
            ClientSession resumable = cached.resumable;
            if (isEnded(cached) || (resumable != null && !resumable.isUsable(now))) {
                remove(cached);
            } else if (resumable != null && wanted.test(resumable)) {
                return cached;
            }
        }
        return null;
    }

    /** Drops all sessions of a peer. */
    void drop(Peer peer) {
        lock.lock();
        try {
            ofPeer(peer).forEach(this::remove);
        } finally {
            lock.unlock();
        }
    }

    @Override
    void remove(SessionFamily family) {
        lock.lock();
        try {
            for (Cached cached : ofPeer(family.peer())) {
                if (cached.session.family() == family) {
                    remove(cached);
                }
            }
        } finally {
            lock.unlock();
        }
    }

    // ---- SSLSessionContext

    @Override
    public @Nullable SSLSession getSession(byte[] sessionId) {
        if (sessionId == null) {
            throw new NullPointerException("the session id is null");
        }
        lock.lock();
        try {
            Cached cached = sessions.get(ByteBuffer.wrap(sessionId));
            return cached == null || removeIfEnded(cached) ? null : cached.session;
        } finally {
            lock.unlock();
        }
    }

    /** {@inheritDoc} The enumeration is a snapshot. */
    @Override
    public Enumeration<byte[]> getIds() {
        lock.lock();
        try {
            List<byte[]> ids = new ArrayList<>();
            for (Cached cached : List.copyOf(sessions.values())) {
                if (!removeIfEnded(cached)) {
                    ids.add(cached.session.getId());
                }
            }
            return Collections.enumeration(ids);
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void setSessionCacheSize(int size) {
        super.setSessionCacheSize(size);
        lock.lock();
        try {
            trim();
        } finally {
            lock.unlock();
        }
    }

    // ---- the end of sessions; callers hold the lock

    /** Returns a copy of the sessions of a peer, from the newest to the oldest. */
    private List<Cached> ofPeer(@Nullable Peer peer) {
        Deque<Cached> found = peer == null ? null : peers.get(peer);
        return found == null ? List.of() : List.copyOf(found);
    }

    private boolean removeIfEnded(Cached cached) {
        if (!isEnded(cached)) {
            return false;
        }
        remove(cached);
        return true;
    }

    /** Returns whether a session is not valid. A session whose time is over is invalidated, as in the JDK. */
    private boolean isEnded(Cached cached) {
        long timeout = 1_000L * getSessionTimeout();
        if (timeout > 0 && System.currentTimeMillis() - cached.session.getCreationTime() >= timeout) {
            cached.session.family().invalidate();
        }
        return !cached.session.family().isValid();
    }

    private void trim(Peer peer) {
        Deque<Cached> ofPeer = peers.get(peer);
        if (ofPeer != null && ofPeer.size() > PER_PEER) {
            remove(ofPeer.getLast());
        }
        trim();
    }

    private void trim() {
        int limit = getSessionCacheSize();
        while (limit > 0 && sessions.size() > limit) {
            Iterator<Cached> oldest = sessions.values().iterator();
            remove(oldest.next());
        }
    }

    private void remove(Cached cached) {
        sessions.remove(key(cached.session), cached);
        Deque<Cached> ofPeer = peers.get(cached.peer);
        if (ofPeer != null) {
            ofPeer.remove(cached);
            if (ofPeer.isEmpty()) {
                peers.remove(cached.peer);
            }
        }
        destroy(cached.resumable);
        cached.resumable = null;
    }

    private static void destroy(@Nullable ClientSession resumable) {
        if (resumable != null) {
            resumable.destroy();
        }
    }
}
