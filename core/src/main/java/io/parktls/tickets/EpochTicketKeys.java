package io.parktls.tickets;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Ticket keys that change every eight hours, counted from 1970. Such a span is an epoch.
 *
 * <p>A clock that goes back by up to one epoch changes nothing, so that threads whose times lie on both sides of the
 * end of an epoch do not replace each other's keys.
 */
abstract class EpochTicketKeys extends RotatingTicketKeys {
    private static final long SECONDS = Duration.ofHours(8).toSeconds();

    /** The number of epochs in seven days, which is the longest lifetime of a ticket (RFC 8446 4.6.1). */
    static final int EPOCHS_IN_TICKET_LIFETIME = 21;

    /** Only one thread renews the keys, and the others wait for the few microseconds that this takes. */
    private final ReentrantLock renewal = new ReentrantLock();

    /** Returns the keys of an epoch. The caller holds the lock. */
    abstract KeySet keysOf(long epoch);

    /** Overwrites the secrets from which keys are made. The caller holds the lock. */
    abstract void destroySecrets();

    @Override
    final KeyRing renewed(Instant now) {
        renewal.lock();
        try {
            KeyRing ring = current();
            if (ring.isCurrent(now)) {
                return ring;
            }
            long epoch = Math.floorDiv(now.getEpochSecond(), SECONDS);
            TimeSpan validity = TimeSpan.ofSeconds((epoch - 1) * SECONDS, (epoch + 1) * SECONDS);
            return replace(ring, new KeyRing(keysOf(epoch), validity));
        } finally {
            renewal.unlock();
        }
    }

    @Override
    public final void destroy() {
        super.destroy();
        renewal.lock();
        try {
            destroySecrets();
        } finally {
            renewal.unlock();
        }
    }
}
