package io.parktls;

import io.parktls.watch.FileWatch;
import java.io.IOException;
import java.time.InstantSource;

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
    private WatchedIdentity(FileWatch<TlsIdentity> watch) {
        super(watch);
    }

    static WatchedIdentity open(IdentityFiles files, WatchOptions options, InstantSource clock) throws IOException {
        return new WatchedIdentity(FileWatch.open(files, options, clock));
    }
}
