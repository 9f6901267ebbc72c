package io.parktls.sockets.jsse.contract;

import io.parktls.TestPki;
import io.parktls.TestPki.KeyKind;
import io.parktls.TlsIdentity;
import io.parktls.TlsTrust;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedKeyManager;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;

/**
 * The identities and the trust of one end.
 *
 * @param identities the identities, which may be none
 * @param anchors the authorities that the end trusts
 * @param keyManagers the key managers; null for those of the identities
 * @param trustManagers the trust managers; null for that of the authorities
 */
public record Credentials(
        List<TlsIdentity> identities,
        List<X509Certificate> anchors,
        KeyManager @Nullable [] givenKeyManagers,
        TrustManager @Nullable [] givenTrustManagers) {
    private static final char[] PASSWORD = "password".toCharArray();

    /** Key managers by their identities, since encrypting a key for a key store takes milliseconds. */
    private static final Map<List<TlsIdentity>, X509ExtendedKeyManager> KEY_MANAGERS = new ConcurrentHashMap<>();

    private static final Map<List<X509Certificate>, X509ExtendedTrustManager> TRUST_MANAGERS =
            new ConcurrentHashMap<>();

    /** A server whose certificate is valid. It verifies clients. */
    public static final Credentials SERVER = of(TestPki.server(KeyKind.ECDSA_P256));

    /** A client with a certificate. */
    public static final Credentials CLIENT = of(TestPki.client(KeyKind.ECDSA_P256));

    /** A client without a certificate. */
    public static final Credentials ANONYMOUS = of();

    public static Credentials of(TlsIdentity... identities) {
        return new Credentials(List.of(identities), TestPki.authorities(), null, null);
    }

    /** Returns the same identities with another trust. */
    public Credentials trusting(X509Certificate... authorities) {
        return new Credentials(identities, List.of(authorities), givenKeyManagers, givenTrustManagers);
    }

    public Credentials with(KeyManager... managers) {
        return new Credentials(identities, anchors, managers, givenTrustManagers);
    }

    public Credentials with(TrustManager... managers) {
        return new Credentials(identities, anchors, givenKeyManagers, managers);
    }

    Optional<TlsIdentity> identity() {
        return identities.stream().findFirst();
    }

    TlsTrust trust() {
        return TestPki.trust(anchors);
    }

    public KeyManager @Nullable [] keyManagers() {
        return givenKeyManagers == null ? new KeyManager[] {keyManager()} : givenKeyManagers;
    }

    /** Returns a key manager of the JDK for the identities. */
    public X509ExtendedKeyManager keyManager() {
        return KEY_MANAGERS.computeIfAbsent(identities, known -> {
            try {
                return keyManager(KeyManagerFactory.getInstance("PKIX"));
            } catch (GeneralSecurityException e) {
                throw new AssertionError(e);
            }
        });
    }

    /** Returns a key manager of another provider for the identities. */
    public X509ExtendedKeyManager keyManager(KeyManagerFactory factory) {
        try {
            KeyStore keys = KeyStore.getInstance("PKCS12");
            keys.load(null, null);
            for (TlsIdentity identity : identities) {
                keys.setKeyEntry(
                        "identity" + keys.size(),
                        identity.privateKey(),
                        PASSWORD,
                        identity.chain().toArray(X509Certificate[]::new));
            }
            factory.init(keys, PASSWORD);
            return (X509ExtendedKeyManager) factory.getKeyManagers()[0];
        } catch (IOException | GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    public TrustManager @Nullable [] trustManagers() {
        return givenTrustManagers == null ? new TrustManager[] {trustManager()} : givenTrustManagers;
    }

    /** Returns a trust manager of the JDK for the authorities. */
    public X509ExtendedTrustManager trustManager() {
        return TRUST_MANAGERS.computeIfAbsent(anchors, Credentials::trustManager);
    }

    private static X509ExtendedTrustManager trustManager(List<X509Certificate> anchors) {
        try {
            TrustManagerFactory factory = TrustManagerFactory.getInstance("PKIX");
            factory.init(TestPki.keyStore(anchors));
            return (X509ExtendedTrustManager) factory.getTrustManagers()[0];
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }
}
