package io.parktls.tickets;

import io.parktls.TlsTicketKeys;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Ticket keys that are loaded from a source when they are created, and again on use when an interval has passed. One
 * thread loads them, while the others use the keys that are known. If loading fails, the known keys stay in use until
 * the next interval has passed.
 */
public final class LoadedTicketKeys extends RotatingTicketKeys {
    private static final Duration FILE_INTERVAL = Duration.ofSeconds(10);

    private final KeySource source;
    private final Duration interval;

    /**
     * Whether a thread loads the keys. This is not a lock, so that a source which itself opens a connection with these
     * keys does not load them again.
     */
    private final AtomicBoolean loading = new AtomicBoolean();

    /** The last failure that was logged, or null after a success. Only the thread that loads uses it. */
    private @Nullable String failure;

    private LoadedTicketKeys(KeySource source, Duration interval) throws IOException {
        this.source = source;
        this.interval = interval;
        replace(KeyRing.NONE, new KeyRing(source.load(), TimeSpan.NEVER));
    }

    /**
     * Loads keys from files.
     *
     * @throws IOException if a file cannot be read
     * @throws IllegalArgumentException if a file contains no keys, or two keys have the same name
     */
    public static LoadedTicketKeys files(Path first, Path... others) throws IOException {
        return new LoadedTicketKeys(new TicketKeyFiles(first, others), FILE_INTERVAL);
    }

    /**
     * Loads keys from a supplier.
     *
     * @throws IllegalArgumentException if the supplier returns no keys, too short ones, or the same key twice; or if
     *     the interval is not positive
     */
    public static LoadedTicketKeys supplied(Supplier<? extends List<byte[]>> supplier, Duration interval) {
        if (!interval.isPositive()) {
            throw new IllegalArgumentException("the interval after which session ticket keys are refreshed is "
                    + interval + ": it must be positive");
        }
        try {
            return new LoadedTicketKeys(new SuppliedKeys(supplier), interval);
        } catch (IOException e) {
            // Only a supplier that evades the compiler throws this exception.
            throw new UncheckedIOException(e);
        }
    }

    @Override
    KeyRing renewed(Instant now) {
        if (!loading.compareAndSet(false, true)) {
            return current();
        }
        try {
            KeyRing ring = current();
            return ring.isCurrent(now) ? ring : replace(ring, reloaded(ring, TimeSpan.around(now, interval)));
        } finally {
            loading.set(false);
        }
    }

    /** Returns a ring with the keys of the source, or with the known keys if loading fails. */
    private KeyRing reloaded(KeyRing known, TimeSpan validity) {
        try {
            KeyRing fresh = known.with(source.load(), validity);
            if (failure != null) {
                logger().info("the session ticket keys of {} could be loaded again", this);
                failure = null;
            }
            return fresh;
        } catch (VirtualMachineError e) {
            throw e;
        } catch (Throwable e) {
            // A supplier may throw anything. A handshake does not fail because of that: the known keys still work.
            if (e instanceof InterruptedException) {
                Thread.currentThread().interrupt();
            }
            String reason = source.describe(e);
            if (!reason.equals(failure)) {
                logger().warn(
                                "the session ticket keys of {} could not be loaded, so the known ones stay in use: {}",
                                this,
                                reason);
                failure = reason;
            }
            return known.during(validity);
        }
    }

    /** The logger is looked up only when it is needed, because setting up logging takes longer than a handshake. */
    private static Logger logger() {
        return LogManager.getLogger(TlsTicketKeys.class);
    }

    @Override
    public boolean mayWait() {
        return true;
    }

    /** Returns the source, but no key. */
    @Override
    public String toString() {
        return "TlsTicketKeys." + source;
    }
}
