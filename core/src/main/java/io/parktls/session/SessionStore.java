package io.parktls.session;

import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The sessions of clients, by peer and settings. It holds a bounded number of peers, and drops the one that was used
 * the longest time ago; of each peer it holds the newest sessions. Dropped sessions are destroyed. Thread-safe: the
 * lock is held for a few operations in memory only.
 */
public final class SessionStore {
    /** How many sessions of one peer are kept. Browsers and OpenSSL's servers use about as many tickets. */
    private static final int SESSIONS_PER_PEER = 4;

    private final ReentrantLock lock = new ReentrantLock();

    /** The sessions of each peer, the newest first. In order of their last use. Guarded by the lock. */
    private final Map<SessionKey, Deque<ClientSession>> sessions = new LinkedHashMap<>(16, 0.75f, true);

    /** Guarded by the lock. */
    private int capacity;

    /** How often all sessions were dropped. Guarded by the lock. */
    private long clears;

    /** Creates a store for up to {@code capacity} peers; 0 keeps no sessions. */
    public SessionStore(int capacity) {
        this.capacity = capacity;
    }

    /** Returns the sessions of connections with that peer and those settings. */
    public ConnectionSessions of(SessionKey key) {
        return new ConnectionSessions() {
            @Override
            public @Nullable ClientSession take(Instant now) {
                return SessionStore.this.take(key, now);
            }

            @Override
            public void put(ClientSession session) {
                SessionStore.this.put(key, session);
            }

            @Override
            public void drop() {
                remove(key);
            }
        };
    }

    /** Adds a session, which this store owns from now on. */
    public void put(SessionKey key, ClientSession session) {
        lock.lock();
        try {
            if (capacity == 0) {
                session.destroy();
                return;
            }
            Deque<ClientSession> ofPeer = sessions.computeIfAbsent(key, _ -> new ArrayDeque<>(SESSIONS_PER_PEER));
            ofPeer.addFirst(session);
            while (ofPeer.size() > SESSIONS_PER_PEER || (ofPeer.size() > 1 && !session.isForOneUse())) {
                ofPeer.removeLast().destroy();
            }
            trim();
        } finally {
            lock.unlock();
        }
    }

    /**
     * Returns the newest usable session of a peer. A session that may be used only once is removed. The caller owns the
     * result, and destroys it.
     *
     * @return null if there is none
     */
    public @Nullable ClientSession take(SessionKey key, Instant now) {
        lock.lock();
        try {
            Deque<ClientSession> ofPeer = sessions.get(key);
            ClientSession found = null;
            while (ofPeer != null && found == null && !ofPeer.isEmpty()) {
                ClientSession newest = ofPeer.removeFirst();
                if (newest.isUsable(now)) {
                    found = newest;
                } else {
                    newest.destroy();
                }
            }
            if (found != null && ofPeer != null && !found.isForOneUse()) {
                ofPeer.addFirst(found.copy());
            }
            if (ofPeer != null && ofPeer.isEmpty()) {
                sessions.remove(key);
            }
            return found;
        } finally {
            lock.unlock();
        }
    }

    /**
     * Returns a copy of the newest usable session of a peer, which stays in the store. The caller owns the copy.
     *
     * @return null if there is none
     */
    public @Nullable ClientSession copyOfNewest(SessionKey key, Instant now) {
        lock.lock();
        try {
            Deque<ClientSession> ofPeer = sessions.get(key);
            if (ofPeer != null) {
                for (ClientSession session : ofPeer) {
                    if (session.isUsable(now)) {
                        return session.copy();
                    }
                }
            }
            return null;
        } finally {
            lock.unlock();
        }
    }

    /** Drops all sessions of a peer. */
    public void remove(SessionKey key) {
        lock.lock();
        try {
            destroy(sessions.remove(key));
        } finally {
            lock.unlock();
        }
    }

    /** Drops all sessions. */
    public void clear() {
        lock.lock();
        try {
            clears++;
            sessions.values().forEach(SessionStore::destroy);
            sessions.clear();
        } finally {
            lock.unlock();
        }
    }

    /** Returns how often all sessions were dropped. Adapters that keep sessions themselves then drop theirs, too. */
    public long clears() {
        lock.lock();
        try {
            return clears;
        } finally {
            lock.unlock();
        }
    }

    /** Sets how many peers' sessions are kept; 0 keeps none. */
    public void capacity(int peers) {
        lock.lock();
        try {
            capacity = peers;
            trim();
        } finally {
            lock.unlock();
        }
    }

    /** Returns how many peers' sessions are kept at most. */
    public int capacity() {
        lock.lock();
        try {
            return capacity;
        } finally {
            lock.unlock();
        }
    }

    /** Returns how many sessions are kept. */
    public int size() {
        lock.lock();
        try {
            return sessions.values().stream().mapToInt(Deque::size).sum();
        } finally {
            lock.unlock();
        }
    }

    /** Returns copies of all sessions, the newest of each peer first. The caller owns them. */
    public Map<SessionKey, List<ClientSession>> copies() {
        lock.lock();
        try {
            Map<SessionKey, List<ClientSession>> copies = new LinkedHashMap<>();
            sessions.forEach((key, ofPeer) -> {
                List<ClientSession> list = new ArrayList<>(ofPeer.size());
                ofPeer.forEach(session -> list.add(session.copy()));
                copies.put(key, list);
            });
            return copies;
        } finally {
            lock.unlock();
        }
    }

    /** Drops the peers that exceed the capacity. The caller holds the lock. */
    private void trim() {
        Iterator<Deque<ClientSession>> oldest = sessions.values().iterator();
        while (sessions.size() > capacity) {
            destroy(oldest.next());
            oldest.remove();
        }
    }

    private static void destroy(@Nullable Deque<ClientSession> dropped) {
        if (dropped != null) {
            dropped.forEach(ClientSession::destroy);
        }
    }

    /** Returns how many sessions are kept. */
    @Override
    public String toString() {
        return "SessionStore[" + size() + " sessions]";
    }
}
