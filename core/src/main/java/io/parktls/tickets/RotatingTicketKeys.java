package io.parktls.tickets;

import io.parktls.TlsTicketKeys;
import io.parktls.TlsTicketKeys.Opened.Result;
import java.time.Instant;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Ticket keys that change with time. Handshakes read the current ring of keys without a lock; a subclass decides how
 * the ring is renewed.
 *
 * <p>A thread may find that a key of the ring that it has read is already discarded. Then another ring has taken its
 * place, and the thread starts again with that one.
 */
abstract class RotatingTicketKeys implements TlsTicketKeys {
    private final ReentrantLock replacement = new ReentrantLock();

    /** Written only by the thread that holds the lock. */
    private volatile KeyRing current = KeyRing.NONE;

    /**
     * Returns the ring for an instant, after {@link #replace} if it has changed. Several threads may call this method
     * at the same time.
     */
    abstract KeyRing renewed(Instant now);

    @Override
    public final byte[] seal(byte[] state, byte[] associatedData, Instant now) {
        while (true) {
            TicketKey key = ring(now).sealing();
            if (key == null) {
                throw new IllegalStateException("the ticket keys are destroyed");
            }
            if (key.hold()) {
                try {
                    return key.seal(state, associatedData);
                } finally {
                    key.release();
                }
            }
        }
    }

    @Override
    public final Opened open(byte[] ticket, byte[] associatedData, Instant now) {
        if (ticket.length < TicketKey.SHORTEST_TICKET) {
            return Opened.refused(Result.MALFORMED);
        }
        KeyName name = KeyName.of(ticket);
        while (true) {
            KeyRing ring = ring(now);
            TicketKey key = ring.find(name);
            if (key == null) {
                return Opened.refused(Result.UNKNOWN_KEY);
            }
            if (key.hold()) {
                byte @Nullable [] state;
                try {
                    state = key.open(ticket, associatedData);
                } finally {
                    key.release();
                }
                return state == null
                        ? Opened.refused(Result.MALFORMED)
                        : new Opened(ring.isFormer(key) ? Result.OPENED_BY_FORMER_KEY : Result.OPENED, state);
            }
        }
    }

    @Override
    public void destroy() {
        replacement.lock();
        try {
            KeyRing old = current;
            current = KeyRing.DESTROYED;
            old.discardKeysExceptOf(KeyRing.DESTROYED);
        } finally {
            replacement.unlock();
        }
    }

    final KeyRing current() {
        return current;
    }

    /**
     * Replaces a ring and discards the keys that are only in the old one. If the keys have been destroyed meanwhile,
     * discards those that are only in the new ring instead.
     *
     * @return the ring that is current afterwards
     */
    final KeyRing replace(KeyRing old, KeyRing fresh) {
        replacement.lock();
        try {
            if (current == old) {
                current = fresh;
                old.discardKeysExceptOf(fresh);
            } else {
                fresh.discardKeysExceptOf(old);
            }
            return current;
        } finally {
            replacement.unlock();
        }
    }

    private KeyRing ring(Instant now) {
        KeyRing ring = current;
        return ring.isCurrent(now) ? ring : renewed(now);
    }
}
