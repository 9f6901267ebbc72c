package io.parktls.integration.engine;

import java.security.KeyStore;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * The settings of a server.
 *
 * @param keys the identities, with the aliases of {@link Keys}
 * @param clientCertificate whether the server requires a certificate of {@link Keys#authority}
 * @param provider the provider of the server's TLS; null for the first one
 */
record ServerSetup(
        Application application,
        KeyStore keys,
        boolean clientCertificate,
        @Nullable String provider) {
    /** Returns as this one, with other identities. */
    ServerSetup with(KeyStore others) {
        return new ServerSetup(application, others, clientCertificate, provider);
    }

    /** Returns a context with all identities, whose key manager chooses by SNI. */
    SSLContext context() {
        return context(keys);
    }

    /** Returns a context with one identity. */
    SSLContext contextOf(String alias) {
        return context(Keys.only(alias, keys));
    }

    private SSLContext context(KeyStore of) {
        return provider == null ? Keys.context(of, Keys.authority()) : Keys.jdkContext(of, Keys.authority());
    }
}
