package io.parktls.pki;

import io.parktls.TlsAlert;
import io.parktls.TlsPeerUnverifiedException;
import io.parktls.jca.JcaProviders;
import io.parktls.jca.JdkKeys;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.KeyStoreException;
import java.security.NoSuchAlgorithmException;
import java.security.Security;
import java.security.cert.CertificateEncodingException;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;
import javax.security.auth.x500.X500Principal;
import org.jspecify.annotations.Nullable;

/**
 * Trusts peers with a valid certification path to a trust anchor. The JDK validates the path (RFC 5280) with its
 * algorithm constraints and its distrust of certain public authorities. Revocation checking is off, unless the JDK's
 * properties enable it.
 */
public final class PkixVerifier implements PeerVerifier {
    /** The JDK's authentication type for a key that signs the handshake, independent of the key exchange. */
    private static final String AUTH_TYPE_SIGNATURE = "UNKNOWN";

    private final X509TrustManager manager;
    private final List<X509Certificate> anchors;
    private final List<X500Principal> authorities;
    private final Set<X500Principal> anchorNames;
    private final VerifiedSignatures signatures = new VerifiedSignatures();

    /** Whether the trust manager is the JDK's own. See {@link #mayWait} for the conditions under which it blocks. */
    private final boolean ofJdk;

    private PkixVerifier(X509TrustManager loaded) throws GeneralSecurityException {
        this.manager = withKeysOfJdk(loaded);
        this.anchors = ManagerVerifier.oneOfEachSubject(manager.getAcceptedIssuers());
        this.authorities =
                anchors.stream().map(X509Certificate::getSubjectX500Principal).toList();
        this.ofJdk = loaded.getClass().getModule().equals(Object.class.getModule());
        this.anchorNames = Set.copyOf(authorities);
    }

    /**
     * Creates a verifier that trusts the trusted certificate entries of a key store.
     *
     * @throws IllegalArgumentException if there is no such entry, or the store is not loaded
     */
    public static PkixVerifier of(KeyStore anchors) {
        try {
            // Call KeyStore.size first: it fails if the store is not loaded, whereas TrustManagerFactory treats such a
            // store as empty.
            PkixVerifier verifier = anchors.size() == 0 ? null : new PkixVerifier(manager(anchors));
            if (verifier == null || verifier.authorities.isEmpty()) {
                throw new IllegalArgumentException("the key store holds no certificate to trust: only its trusted"
                        + " certificate entries count, not the certificates of its keys");
            }
            return verifier;
        } catch (GeneralSecurityException e) {
            throw new IllegalArgumentException(
                    "the key store cannot be used: " + Printable.reasons(e) + " (call KeyStore.load first)", e);
        }
    }

    /** Creates a verifier that trusts the given certificates, of which there must be at least one. */
    public static PkixVerifier of(List<X509Certificate> anchors) {
        try {
            KeyStore store = JcaProviders.first("PKCS12", provider -> KeyStores.empty("PKCS12", provider));
            for (X509Certificate anchor : anchors) {
                store.setCertificateEntry("anchor " + store.size(), anchor);
            }
            return of(store);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("no security provider can store trusted certificates in PKCS #12", e);
        }
    }

    /**
     * Creates a verifier that trusts the certificates that the JDK trusts by default.
     *
     * @throws GeneralSecurityException if the JDK's trust store cannot be loaded or is empty
     */
    static PkixVerifier ofSystem() throws GeneralSecurityException {
        PkixVerifier verifier = new PkixVerifier(manager(null));
        if (verifier.authorities.isEmpty()) {
            // Without this check, the JDK fails for each peer with "the trustAnchors parameter must be non-empty".
            throw new KeyStoreException(emptyReason(System.getProperty("javax.net.ssl.trustStore")));
        }
        return verifier;
    }

    private static String emptyReason(@Nullable String store) {
        if (store == null) {
            return "the file cacerts of the JDK holds no certificate to trust";
        }
        return store.equals("NONE")
                ? "the property javax.net.ssl.trustStore is NONE"
                : "the file " + store + " holds no certificate to trust, or the property"
                        + " javax.net.ssl.trustStorePassword is missing";
    }

    @Override
    public void verify(List<X509Certificate> chain, String authType, Peer peer) throws TlsPeerUnverifiedException {
        X509Certificate leaf = chain.getFirst();
        try {
            X509Certificate[] certificates = signatures.memoized(chain);
            switch (peer) {
                case SERVER -> manager.checkServerTrusted(certificates, AUTH_TYPE_SIGNATURE);
                case CLIENT -> manager.checkClientTrusted(certificates, AUTH_TYPE_SIGNATURE);
            }
        } catch (CertificateException e) {
            throw refusal(chain, peer, e);
        } catch (RuntimeException e) {
            throw new TlsPeerUnverifiedException(
                    "the JDK's trust manager failed on certificate " + Printable.subject(leaf) + ": "
                            + e.getClass().getSimpleName() + ": " + Printable.reasons(e),
                    TlsAlert.INTERNAL_ERROR,
                    e);
        }
        // The JDK does not check validity and key usage if the peer's certificate is itself a trust anchor.
        VerificationFailures.ifNotValidNow(leaf);
        VerificationFailures.ifNotMeantFor(peer, leaf);
    }

    @Override
    public CertificationPath path(List<X509Certificate> chain) throws TlsPeerUnverifiedException {
        try {
            return CertificationPath.build(
                    chain, signatures.memoized(chain), Arrays.asList(manager.getAcceptedIssuers()));
        } catch (CertificateEncodingException e) {
            throw VerificationFailures.of(chain, e);
        }
    }

    /**
     * Whether the path validation may block. The JDK's own blocks only on network access, if its properties enable
     * revocation checks, or the download of issuer certificates that a peer did not send.
     */
    @Override
    public boolean mayWait() {
        return !ofJdk
                || Boolean.getBoolean("com.sun.net.ssl.checkRevocation")
                || Boolean.getBoolean("com.sun.security.enableCRLDP")
                || Boolean.getBoolean("com.sun.security.enableAIAcaIssuers")
                || Boolean.parseBoolean(Security.getProperty("ocsp.enable"));
    }

    @Override
    public List<X500Principal> authorities() {
        return authorities;
    }

    @Override
    public List<X509Certificate> authorityCertificates() {
        return anchors;
    }

    /** Converts a failure of the JDK, and finds a more precise reason if the JDK's exception does not have one. */
    private TlsPeerUnverifiedException refusal(List<X509Certificate> chain, Peer peer, CertificateException failure) {
        TlsPeerUnverifiedException refusal = VerificationFailures.of(chain, failure);
        TlsAlert alert = refusal.alert().orElse(TlsAlert.CERTIFICATE_UNKNOWN);
        try {
            if (alert == TlsAlert.CERTIFICATE_UNKNOWN) {
                VerificationFailures.ifNotMeantFor(peer, chain.getFirst());
                // The JDK uses the path validator of the first provider, and Bouncy Castle's does not report a reason.
                for (X509Certificate certificate : chain) {
                    VerificationFailures.ifNotValidNow(certificate);
                }
            } else if (alert == TlsAlert.UNKNOWN_CA && reachesAnchor(chain)) {
                // The JDK's path builder does not report that it rejected a path because of its validity period.
                for (X509Certificate certificate : chain) {
                    VerificationFailures.ifNotValidNow(certificate);
                }
            }
            return refusal;
        } catch (TlsPeerUnverifiedException precise) {
            return precise;
        }
    }

    private boolean reachesAnchor(List<X509Certificate> chain) {
        return chain.stream().map(X509Certificate::getIssuerX500Principal).anyMatch(anchorNames::contains);
    }

    /**
     * Returns a trust manager with the same anchors, but with certificates that create their public keys on demand and
     * with the JDK. If another provider's certificate factory comes first, the store holds that provider's
     * certificates. The JDK's validator gets the key of each authority, which takes Bouncy Castle 16 s for all of the
     * JDK's trust store.
     */
    private X509TrustManager withKeysOfJdk(X509TrustManager loaded) throws GeneralSecurityException {
        X509Certificate[] anchors = loaded.getAcceptedIssuers();
        if (Arrays.stream(anchors).allMatch(JdkKeys::isJdk)) {
            return loaded;
        }
        KeyStore store = JcaProviders.first("PKCS12", provider -> KeyStores.empty("PKCS12", provider));
        for (X509Certificate anchor : signatures.memoized(List.of(anchors))) {
            store.setCertificateEntry("anchor " + store.size(), anchor);
        }
        return manager(store);
    }

    private static X509TrustManager manager(@Nullable KeyStore anchors) throws NoSuchAlgorithmException {
        TrustManagerFactory factory = JcaProviders.first("PKIX", provider -> {
            TrustManagerFactory made = TrustManagerFactory.getInstance("PKIX", provider);
            made.init(anchors);
            return made;
        });
        for (TrustManager manager : factory.getTrustManagers()) {
            if (manager instanceof X509TrustManager found) {
                return found;
            }
        }
        throw new NoSuchAlgorithmException(
                "the TrustManagerFactory PKIX of " + factory.getProvider().getName() + " has no X509TrustManager");
    }
}
