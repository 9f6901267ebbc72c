package io.parktls;

import io.parktls.watch.FileWatch;
import java.io.IOException;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;

/**
 * An identity that renews itself from files, see {@link TlsIdentity#watch}.
 *
 * {@snippet :
 * WatchedIdentity identity = TlsIdentity.watch(Path.of("chain.pem"), Path.of("key.pem"));
 * TlsContext context = TlsContext.builder().identity(identity).build();
 * identity.addListener(new WatchListener<TlsIdentity>() {
 *     @Override
 *     public void failed(String reason) {
 *         alert("certificate not renewed: " + reason);
 *     }
 * });
 * }
 *
 * <p>A new pair is used only if the key matches the certificate and the JVM's administrator has not disabled the
 * algorithm of the key. While the certificate in use is valid, three kinds of new ones do not replace it: one that has
 * expired; one that is not valid yet, which is used from the beginning of its validity on; and one whose chain lacks an
 * issuer that the chain in use includes, because its file may be half-written.
 */
public final class WatchedIdentity extends Watched<TlsIdentity> implements TlsIdentitySource {
    /** Null if nothing is stapled. */
    private final @Nullable TlsStapler stapler;

    /** The latest identity with the stapler; null if there is no stapler, or {@link #current} has not been called. */
    private volatile @Nullable Stapling latest;

    /** An identity from the files, and the same with the stapler. */
    private record Stapling(TlsIdentity loaded, TlsIdentity stapling) {}

    private WatchedIdentity(FileWatch<TlsIdentity> watch, @Nullable TlsStapler stapler) {
        super(watch);
        this.stapler = stapler;
    }

    static WatchedIdentity open(IdentityFiles files, WatchOptions options, InstantSource clock) throws IOException {
        return new WatchedIdentity(FileWatch.open(files, options, clock), null);
    }

    /**
     * Returns this watch with a stapler, which supplies the OCSP responses of the identity in use and of each later one:
     * see {@link TlsIdentity#withStapler}. Both watches check the same files once, and closing one closes the other.
     *
     * @param source the stapler
     * @return a watch of the same files
     */
    public WatchedIdentity withStapler(TlsStapler source) {
        return new WatchedIdentity(watch(), source);
    }

    @Override
    public TlsIdentity current() {
        TlsIdentity loaded = super.current();
        if (stapler == null) {
            return loaded;
        }
        Stapling known = latest;
        if (known == null || known.loaded != loaded) {
            known = new Stapling(loaded, loaded.withStapler(stapler));
            latest = known;
        }
        return known.stapling;
    }
}
