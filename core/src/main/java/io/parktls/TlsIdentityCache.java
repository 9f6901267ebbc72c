package io.parktls;

import io.parktls.pki.HostNames;
import io.parktls.pki.LruCache;
import io.parktls.pki.Secrets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.LongAdder;

/**
 * A {@link TlsChooser} whose identities are loaded on demand, one for each host name, for servers with many hosts: from
 * a vault, a database, a directory of files, or an authority that issues them.
 *
 * {@snippet :
 * TlsContext server = TlsContext.builder()
 *         .choose(TlsIdentityCache.of(host -> vault.load(host), 1_000, Duration.ofHours(1)))
 *         .build();
 * }
 *
 * <p>At most one call loads the identity of a host at a time; other handshakes for that host wait for it, each up to its
 * own deadline. Identities stay in memory until they are older than a given age, their certificate expires, or others
 * that were used more recently need their place. A failure is not remembered, so the next handshake tries again.
 *
 * <p>A client without a server name, or with one that is not a host name, is refused with unrecognized_name without a
 * call of the loader. <b>Clients choose the names</b>, so the loader is called for names that do not exist: it should
 * answer these quickly, and must not use a name unchecked in a path or query. A host name has at most 253 letters,
 * digits, hyphens, underscores and dots.
 *
 * <p>Thread-safe.
 */
public final class TlsIdentityCache implements TlsChooser {
    /** Loads the identity of a host. Thread-safe. */
    @FunctionalInterface
    public interface Loader {
        /**
         * Loads an identity. The call may wait; it runs in the thread of one of the handshakes that need the identity,
         * and is interrupted at that handshake's deadline. If that happens, another handshake that waits calls again.
         *
         * @param host the host name, in lower case and without a trailing dot
         * @return the identity; empty to refuse the client with unrecognized_name (RFC 6066 3)
         * @throws Exception if it fails for any reason; the handshakes that wait for this call end with internal_error
         */
        Optional<TlsIdentity> load(String host) throws Exception;
    }

    /**
     * Counts since the cache was made.
     *
     * @param hits how often the identity was in memory
     * @param loads how often the loader was called
     * @param failures how many of these calls failed
     */
    public record Statistics(long hits, long loads, long failures) {}

    private record Loaded(TlsIdentity identity, Instant until) {}

    private final Loader loader;
    private final Duration maxAge;
    private final InstantSource clock;
    private final LruCache<String, Loaded> identities;

    /** The calls of the loader that have not returned. */
    private final ConcurrentHashMap<String, CompletableFuture<TlsChoice>> loading = new ConcurrentHashMap<>();

    private final LongAdder hits = new LongAdder();
    private final LongAdder loads = new LongAdder();
    private final LongAdder failures = new LongAdder();

    private TlsIdentityCache(Loader loader, int capacity, Duration maxAge, InstantSource clock) {
        this.loader = loader;
        this.maxAge = maxAge;
        this.clock = clock;
        this.identities = new LruCache<>(capacity);
    }

    /**
     * Creates a cache.
     *
     * @param loader loads the identities
     * @param capacity how many identities stay in memory; at least 1
     * @param maxAge how long an identity is used before it is loaded again, so that a renewed certificate comes into
     *     use; positive
     * @return an empty cache
     * @throws IllegalArgumentException if a number is out of its range
     */
    public static TlsIdentityCache of(Loader loader, int capacity, Duration maxAge) {
        return of(loader, capacity, maxAge, InstantSource.system());
    }

    /**
     * Creates a cache with a clock of its own, for tests.
     *
     * @param loader as for {@link #of(Loader, int, Duration)}
     * @param capacity as for {@link #of(Loader, int, Duration)}
     * @param maxAge as for {@link #of(Loader, int, Duration)}
     * @param clock the source of the current time; thread-safe
     * @return an empty cache
     * @throws IllegalArgumentException if a number is out of its range
     */
    public static TlsIdentityCache of(Loader loader, int capacity, Duration maxAge, InstantSource clock) {
        if (capacity < 1) {
            throw new IllegalArgumentException("capacity must be at least 1 identity, not " + capacity);
        }
        if (!maxAge.isPositive()) {
            throw new IllegalArgumentException("maxAge must be positive, not " + maxAge);
        }
        return new TlsIdentityCache(loader, capacity, maxAge, clock);
    }

    /** {@return how often identities were found and loaded} */
    public Statistics statistics() {
        return new Statistics(hits.sum(), loads.sum(), failures.sum());
    }

    @Override
    public TlsChoice choose(ClientHelloInfo hello) throws Exception {
        String name = hello.serverName();
        if (name == null) {
            return TlsChoice.refuse(TlsAlert.UNRECOGNIZED_NAME, "it sends no server name (RFC 6066 3)");
        }
        if (HostNames.isAddress(name) || !HostNames.isName(name)) {
            return TlsChoice.refuse(TlsAlert.UNRECOGNIZED_NAME, "the server name is not a host name (RFC 6066 3)");
        }
        String lower = name.toLowerCase(Locale.ROOT);
        String host = lower.endsWith(".") ? lower.substring(0, lower.length() - 1) : lower;
        Loaded known = identities.get(host);
        if (known != null && clock.instant().isBefore(known.until)) {
            hits.increment();
            return TlsChoice.identity(known.identity);
        }
        return loadOnce(host);
    }

    /** Loads the identity, or waits until another thread that loads it has done so. */
    private TlsChoice loadOnce(String host) throws Exception {
        while (true) {
            CompletableFuture<TlsChoice> own = new CompletableFuture<>();
            CompletableFuture<TlsChoice> other = loading.putIfAbsent(host, own);
            if (other == null) {
                return complete(own, host, () -> load(host));
            }
            try {
                return other.get();
            } catch (ExecutionException e) {
                // The other thread may have been interrupted at its own deadline, which is not the end of this call.
                if (!(e.getCause() instanceof InterruptedLoadException)) {
                    throw e.getCause() instanceof Exception cause ? cause : e;
                }
            }
        }
    }

    private TlsChoice complete(CompletableFuture<TlsChoice> own, String host, Callable<TlsChoice> load)
            throws Exception {
        Throwable failure = null;
        try {
            TlsChoice choice = load.call();
            loading.remove(host, own);
            own.complete(choice);
            return choice;
        } catch (Exception | Error e) {
            failure = e;
            failures.increment();
            throw e;
        } finally {
            if (failure != null) {
                boolean interrupted = failure instanceof InterruptedException
                        || Thread.currentThread().isInterrupted();
                loading.remove(host, own);
                own.completeExceptionally(interrupted ? new InterruptedLoadException(failure) : failure);
            }
        }
    }

    private TlsChoice load(String host) throws Exception {
        loads.increment();
        Optional<TlsIdentity> loaded = loader.load(host);
        if (loaded == null) {
            throw new IllegalStateException("the loader returned null for " + Secrets.quotedHost(host));
        }
        if (loaded.isEmpty()) {
            return TlsChoice.refuse(TlsAlert.UNRECOGNIZED_NAME, "there is no identity for this host");
        }
        TlsIdentity identity = loaded.get();
        Instant expiry = identity.chain().getFirst().getNotAfter().toInstant();
        Instant aged = clock.instant().plus(maxAge);
        identities.put(host, new Loaded(identity, aged.isBefore(expiry) ? aged : expiry));
        return TlsChoice.identity(identity);
    }

    /** Tells threads that wait for a call of the loader that the deadline of another handshake has ended it. */
    private static final class InterruptedLoadException extends Exception {
        private static final long serialVersionUID = 1L;

        InterruptedLoadException(Throwable cause) {
            super(cause);
        }
    }

    /** Returns the number of identities in memory. */
    @Override
    public String toString() {
        return "TlsIdentityCache[" + identities.size() + " identities]";
    }
}
