package io.parktls.integration.engine;

import io.parktls.TestCertificate;
import io.parktls.TestPki;
import io.parktls.TestPki.KeyKind;
import io.parktls.TlsIdentity;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.KeyStoreException;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.stream.Stream;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509KeyManager;
import org.jspecify.annotations.Nullable;

/** The identities and authorities of these tests, as key stores and contexts. */
final class Keys {
    /** The password of all key stores. */
    static final String PASSWORD = "secret";

    /** The alias of the identity for {@code localhost} and its addresses. */
    static final String MAIN = "main";

    /** The alias of the identity for {@link #OTHER_HOST}. */
    static final String OTHER = "other";

    /** A host that {@link #MAIN} is for too. Clients send no SNI for {@code localhost}, which has no dot. */
    static final String NAMED_HOST = "example.test";

    /** A host that only SNI distinguishes from {@code localhost}. */
    static final String OTHER_HOST = "other.test";

    /** An address of this machine that is in no certificate. */
    static final String WRONG_HOST = "127.0.0.2";

    private static final KeyKind KIND = KeyKind.ECDSA_P256;
    private static final TlsIdentity OTHER_IDENTITY = TestCertificate.of(KIND, "other server")
            .names(OTHER_HOST)
            .issuedBy(TestPki.authority(KIND))
            .identity();
    private static final X509Certificate UNKNOWN_AUTHORITY =
            TestCertificate.authority(KIND, "Another CA").certificate();

    private Keys() {}

    /** Returns the identities of a server: {@link #MAIN} and {@link #OTHER}. */
    static KeyStore server() {
        return server(TestPki.server(KIND));
    }

    /** Returns as {@link #server()}, with a new certificate for {@link #MAIN}. */
    static KeyStore renewedServer() {
        return server(TestPki.goodServer(KIND).issuedBy(TestPki.authority(KIND)).identity());
    }

    private static KeyStore server(TlsIdentity main) {
        KeyStore store = newKeyStore();
        put(store, MAIN, main);
        put(store, OTHER, OTHER_IDENTITY);
        return store;
    }

    /** Returns one identity of a server. */
    static KeyStore only(String alias, KeyStore keys) {
        try {
            KeyStore store = newKeyStore();
            store.setKeyEntry(
                    alias,
                    keys.getKey(alias, PASSWORD.toCharArray()),
                    PASSWORD.toCharArray(),
                    keys.getCertificateChain(alias));
            return store;
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    /** Returns the certificate of an identity. */
    static X509Certificate certificate(KeyStore keys, String alias) {
        return chain(keys, alias).getFirst();
    }

    /** Returns the certificate of an identity and those of its authorities. */
    static List<X509Certificate> chain(KeyStore keys, String alias) {
        try {
            return Stream.of(keys.getCertificateChain(alias))
                    .map(X509Certificate.class::cast)
                    .toList();
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    /** Returns the private key of an identity. */
    static PrivateKey privateKey(KeyStore keys, String alias) {
        try {
            return (PrivateKey) keys.getKey(alias, PASSWORD.toCharArray());
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    /** Returns the identity of clients that have one. */
    static KeyStore client() {
        KeyStore store = newKeyStore();
        put(store, "client", clientIdentity());
        return store;
    }

    static TlsIdentity clientIdentity() {
        return TestPki.client(KIND);
    }

    /** Returns the authority of all identities. */
    static KeyStore authority() {
        return TestPki.keyStore(List.of(TestPki.ca(KIND)));
    }

    /** Returns an authority that has issued none of the identities. */
    static KeyStore unknownAuthority() {
        return TestPki.keyStore(List.of(UNKNOWN_AUTHORITY));
    }

    /** Returns the certificate in {@link #unknownAuthority} as PEM. */
    static String unknownAuthorityPem() {
        return TestPki.pem(List.of(UNKNOWN_AUTHORITY));
    }

    /** Returns a context of the first provider. */
    static SSLContext context(@Nullable KeyStore keys, @Nullable KeyStore authorities) {
        return context(null, keys, authorities);
    }

    /** Returns a context of the JDK's own provider. */
    static SSLContext jdkContext(@Nullable KeyStore keys, @Nullable KeyStore authorities) {
        return context("SunJSSE", keys, authorities);
    }

    /** Returns a context of the first provider, with a key manager of the application. */
    static SSLContext contextOf(KeyManager keys, KeyStore authorities) {
        return context(null, new KeyManager[] {keys}, authorities);
    }

    private static SSLContext context(
            @Nullable String provider, @Nullable KeyStore keys, @Nullable KeyStore authorities) {
        return context(provider, keys == null ? null : keyManagers(keys), authorities);
    }

    private static SSLContext context(
            @Nullable String provider, KeyManager @Nullable [] keys, @Nullable KeyStore authorities) {
        try {
            SSLContext context =
                    provider == null ? SSLContext.getInstance("TLS") : SSLContext.getInstance("TLS", provider);
            context.init(keys, authorities == null ? null : trustManagers(authorities), null);
            return context;
        } catch (GeneralSecurityException e) {
            throw new AssertionError("cannot make a context", e);
        }
    }

    /** Returns the JDK's key manager, or for two identities of a server one that chooses by SNI. */
    private static KeyManager[] keyManagers(KeyStore keys) {
        try {
            return new KeyManager[] {keys.size() == 1 ? keyManager(keys) : new SniKeyManager(keyManager(keys))};
        } catch (KeyStoreException e) {
            throw new AssertionError(e);
        }
    }

    /** Returns the JDK's key manager. */
    static X509KeyManager keyManager(KeyStore keys) {
        try {
            KeyManagerFactory factory = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            factory.init(keys, PASSWORD.toCharArray());
            return (X509KeyManager) factory.getKeyManagers()[0];
        } catch (GeneralSecurityException e) {
            throw new AssertionError("cannot make a key manager", e);
        }
    }

    static TrustManager[] trustManagers(KeyStore authorities) throws GeneralSecurityException {
        TrustManagerFactory factory = TrustManagerFactory.getInstance("PKIX");
        factory.init(authorities);
        return factory.getTrustManagers();
    }

    /** Returns the peer's name, or null if it has no certificate. */
    static @Nullable Principal peer(@Nullable SSLSession session) {
        try {
            return session == null ? null : session.getPeerPrincipal();
        } catch (SSLPeerUnverifiedException e) {
            return null;
        }
    }

    private static KeyStore newKeyStore() {
        try {
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(null, null);
            return store;
        } catch (GeneralSecurityException | IOException e) {
            throw new AssertionError(e);
        }
    }

    private static void put(KeyStore store, String alias, TlsIdentity identity) {
        try {
            store.setKeyEntry(
                    alias,
                    identity.privateKey(),
                    PASSWORD.toCharArray(),
                    identity.chain().toArray(Certificate[]::new));
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }
}
