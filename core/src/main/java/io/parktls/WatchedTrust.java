package io.parktls;

import io.parktls.watch.FileWatch;
import java.io.IOException;
import java.time.InstantSource;

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
    private WatchedTrust(FileWatch<TlsTrust> watch) {
        super(watch);
    }

    static WatchedTrust open(TrustFile file, WatchOptions options, InstantSource clock) throws IOException {
        return new WatchedTrust(FileWatch.open(file, options, clock));
    }
}
