package io.parktls;

import io.parktls.watch.FileWatch;
import java.io.IOException;
import java.time.InstantSource;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * A trust that renews itself from a file, see {@link TlsTrust#watch}.
 *
 * {@snippet :
 * WatchedTrust authorities = TlsTrust.watch(Path.of("company-ca.pem"));
 * TlsContext context = TlsContext.builder().trust(authorities).build();
 * }
 *
 * <p>After a renewal, clients do not resume the sessions whose servers the former trust has verified: the new trust
 * verifies the server in a full handshake. Servers verify the certificate of a client that resumes a session by the new
 * trust.
 */
public final class WatchedTrust extends Watched<TlsTrust> {
    private final UnaryOperator<TlsTrust> settings;

    /** The latest trust with the settings; null before {@link #current} is first called. */
    private final AtomicReference<@Nullable Adapted> latest = new AtomicReference<>();

    /** The trust from the file, and the same with the settings. */
    private record Adapted(TlsTrust loaded, TlsTrust trust) {}

    private WatchedTrust(FileWatch<TlsTrust> watch, UnaryOperator<TlsTrust> settings) {
        super(watch);
        this.settings = settings;
    }

    static WatchedTrust open(TrustFile file, WatchOptions options, InstantSource clock) throws IOException {
        return new WatchedTrust(FileWatch.open(file, options, clock), UnaryOperator.identity());
    }

    /**
     * Returns this watch with settings that apply to the trust in use and to each later one.
     *
     * {@snippet :
     * WatchedTrust authorities = TlsTrust.watch(Path.of("company-ca.pem"))
     *         .with(trust -> trust.revocation(TlsRevocation.stapled()));
     * }
     *
     * <p>Both watches check the same file once, and closing one closes the other.
     *
     * @param further adds settings to a trust, for instance with {@link TlsTrust#revocation} or {@link TlsTrust#pins};
     *     called for each trust, and again if several threads ask for a new one at the same time
     * @return a watch of the same file
     */
    public WatchedTrust with(UnaryOperator<TlsTrust> further) {
        return new WatchedTrust(watch(), trust -> further.apply(settings.apply(trust)));
    }

    @Override
    public TlsTrust current() {
        TlsTrust loaded = super.current();
        Adapted known = latest.get();
        if (known != null && known.loaded == loaded) {
            return known.trust;
        }
        // The settings are code of the application, so they run without a lock.
        Adapted adapted = new Adapted(loaded, settings.apply(loaded));
        if (latest.compareAndSet(known, adapted)) {
            return adapted.trust;
        }
        // Sessions are bound to the trust object, so all threads must get the same one.
        return current();
    }
}
