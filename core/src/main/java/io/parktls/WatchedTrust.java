package io.parktls;

import io.parktls.watch.FileWatch;
import java.io.IOException;
import java.time.InstantSource;
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
    private volatile @Nullable Adapted latest;

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
     *     called once for each trust
     * @return a watch of the same file
     */
    public WatchedTrust with(UnaryOperator<TlsTrust> further) {
        return new WatchedTrust(watch(), trust -> further.apply(settings.apply(trust)));
    }

    @Override
    public TlsTrust current() {
        TlsTrust loaded = super.current();
        Adapted known = latest;
        if (known == null || known.loaded != loaded) {
            known = adapt(loaded);
        }
        return known.trust;
    }

    /** Sessions are bound to the trust object, so all threads must get the same one. */
    private synchronized Adapted adapt(TlsTrust loaded) {
        Adapted known = latest;
        if (known == null || known.loaded != loaded) {
            known = new Adapted(loaded, settings.apply(loaded));
            latest = known;
        }
        return known;
    }
}
