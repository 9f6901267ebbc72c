package io.parktls.pki;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** A map of bounded size that evicts the least recently used entry. Thread-safe. */
public final class LruCache<K, V> {
    private final ReentrantLock lock = new ReentrantLock();

    /** In access order, the least recently used entry first. Guarded by {@link #lock}. */
    private final Map<K, V> entries;

    /** Creates an empty cache that holds at most {@code capacity} entries. */
    public LruCache(int capacity) {
        this.entries = new LinkedHashMap<>(16, 0.75f, true) {
            @Override
            protected boolean removeEldestEntry(Map.Entry<K, V> eldest) {
                return size() > capacity;
            }
        };
    }

    /** Returns the value of a key, or null if there is none, and marks the entry as used. */
    public @Nullable V get(K key) {
        lock.lock();
        try {
            return entries.get(key);
        } finally {
            lock.unlock();
        }
    }

    /** Adds or replaces an entry, and evicts the least recently used one if the cache is full. */
    public void put(K key, V value) {
        lock.lock();
        try {
            entries.put(key, value);
        } finally {
            lock.unlock();
        }
    }

    /** Returns the number of entries. */
    public int size() {
        lock.lock();
        try {
            return entries.size();
        } finally {
            lock.unlock();
        }
    }
}
