package io.parktls.tickets;

import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The keys for a span of time, found by their names. Immutable, so that a handshake needs no lock. */
final class KeyRing {
    /** The ring before there are keys. */
    static final KeyRing NONE = new KeyRing(null, TimeSpan.NEVER);

    /** The ring after all keys have been destroyed. */
    static final KeyRing DESTROYED = new KeyRing(null, TimeSpan.ALWAYS);

    private final @Nullable KeySet keys;
    private final TimeSpan validity;
    private final Map<KeyName, TicketKey> byName = new HashMap<>();
    private final Set<KeyName> former = new HashSet<>();

    KeyRing(@Nullable KeySet keys, TimeSpan validity) {
        this.keys = keys;
        this.validity = validity;
        if (keys != null) {
            keys.all().forEach(key -> byName.put(key.name(), key));
            keys.former().forEach(key -> former.add(key.name()));
        }
    }

    /** Returns a ring with the same keys for another span of time. */
    KeyRing during(TimeSpan other) {
        return new KeyRing(keys, other);
    }

    /** Whether the keys are those for an instant. Otherwise they have to be renewed. */
    boolean isCurrent(Instant now) {
        return validity.contains(now);
    }

    /** Returns the key that seals, or null if there are no keys. */
    @Nullable
    TicketKey sealing() {
        return keys == null ? null : keys.sealing();
    }

    /** Returns a key by its name, or null if the ring does not have it. */
    @Nullable
    TicketKey find(KeyName name) {
        return byName.get(name);
    }

    /** Whether a key of this ring has sealed tickets earlier and does not do so any more. */
    boolean isFormer(TicketKey key) {
        return former.contains(key.name());
    }

    /**
     * Returns a ring with other keys. Those that this ring also contains are discarded, and its own objects take their
     * place, so that threads which use them are not disturbed.
     */
    KeyRing with(KeySet others, TimeSpan other) {
        return new KeyRing(
                new KeySet(
                        others.upcoming().stream().map(this::known).toList(),
                        known(others.sealing()),
                        others.former().stream().map(this::known).toList()),
                other);
    }

    private TicketKey known(TicketKey key) {
        TicketKey known = find(key.name());
        if (known == null || !known.hold()) {
            return key;
        }
        try {
            if (!known.isSameAs(key)) {
                return key;
            }
        } finally {
            known.release();
        }
        key.discard();
        return known;
    }

    /** Discards the keys that another ring does not contain. */
    void discardKeysExceptOf(KeyRing other) {
        for (TicketKey key : keys == null ? List.<TicketKey>of() : keys.all()) {
            if (other.find(key.name()) != key) {
                key.discard();
            }
        }
    }
}
