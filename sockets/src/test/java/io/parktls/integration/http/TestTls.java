package io.parktls.integration.http;

import io.parktls.TestPki;
import io.parktls.TestPki.KeyKind;
import io.parktls.TlsIdentity;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.util.List;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;
import org.jspecify.annotations.Nullable;

/**
 * An {@link SSLContext} as applications create one, from key stores, its trust manager, which OkHttp asks for besides,
 * and whether clients keep their default verification of hosts.
 */
record TestTls(SSLContext context, X509TrustManager trustManager, boolean verifyHost) {
    private static final KeyKind KIND = KeyKind.ECDSA_P256;

    /** The password of all key stores of these tests. */
    static final String PASSWORD = "secret";

    /** Returns a context that trusts the test authority and has no identity. */
    static TestTls client() {
        return of(null);
    }

    /** Returns as {@link #client}, for clients with a verifier of their own that accepts any host. */
    static TestTls clientForAnyHost() {
        TestTls client = client();
        return new TestTls(client.context, client.trustManager, false);
    }

    /** Returns a context that trusts the test authority and has an identity for servers that ask for one. */
    static TestTls clientWithIdentity() {
        return of(TestPki.client(KIND));
    }

    /** Returns a context for servers with that identity, which trusts clients of the test authority. */
    static TestTls server(TlsIdentity identity) {
        return of(identity);
    }

    private static TestTls of(@Nullable TlsIdentity identity) {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            trust.init(TestPki.keyStore(List.of(TestPki.ca(KIND))));
            TrustManager[] trustManagers = trust.getTrustManagers();
            if (identity == null) {
                context.init(null, trustManagers, null);
            } else {
                KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
                keys.init(keyStore(identity), PASSWORD.toCharArray());
                context.init(keys.getKeyManagers(), trustManagers, null);
            }
            return new TestTls(context, (X509TrustManager) trustManagers[0], true);
        } catch (GeneralSecurityException | IOException e) {
            throw new AssertionError("cannot make a context", e);
        }
    }

    /** Returns a key store with the identity. */
    static KeyStore keyStore(TlsIdentity identity) throws GeneralSecurityException, IOException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        store.setKeyEntry(
                "identity",
                identity.privateKey(),
                PASSWORD.toCharArray(),
                identity.chain().toArray(Certificate[]::new));
        return store;
    }
}
