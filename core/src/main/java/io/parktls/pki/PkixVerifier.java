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
 * Trusts whom an authority vouches for, by the path validation of RFC 5280 as the JDK does it: with its algorithm
 * constraints and its distrust of certain public authorities, and with revocation off unless the JDK's properties say
 * otherwise.
 */
public final class PkixVerifier implements PeerVerifier {
    /** The JDK's word for a key that signs the handshake, whatever the key exchange. */
    private static final String AUTH_TYPE_SIGNATURE = "UNKNOWN";

    private final X509TrustManager manager;
    private final List<X509Certificate> anchors;
    private final List<X500Principal> authorities;
    private final Set<X500Principal> anchorNames;
    private final VerifiedSignatures signatures = new VerifiedSignatures();

    /** Whether the path validation is the JDK's own, of which it is known when it waits. */
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
     * Trusts the certificates of a store.
     *
     * @throws IllegalArgumentException if it holds none, or is not loaded
     */
    public static PkixVerifier of(KeyStore anchors) {
        try {
            // KeyStore.size fails if the store is not loaded; TrustManagerFactory takes such a store for an empty one.
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

    /** Trusts these certificates, of which there is at least one. */
    public static PkixVerifier of(List<X509Certificate> anchors) {
        try {
            KeyStore store = JcaProviders.first("PKCS12", provider -> KeyStores.empty("PKCS12", provider));
            for (X509Certificate anchor : anchors) {
                store.setCertificateEntry("anchor " + store.size(), anchor);
            }
            return of(store);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this JDK cannot hold certificates", e);
        }
    }

    /** Trusts what the JDK trusts. */
    static PkixVerifier ofSystem() throws GeneralSecurityException {
        PkixVerifier verifier = new PkixVerifier(manager(null));
        if (verifier.authorities.isEmpty()) {
            // The JDK fails later, for each peer, with "the trustAnchors parameter must be non-empty".
            throw new KeyStoreException(whyEmpty(System.getProperty("javax.net.ssl.trustStore")));
        }
        return verifier;
    }

    private static String whyEmpty(@Nullable String store) {
        if (store == null) {
            return "the cacerts of the JDK holds no certificate to trust";
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
            X509Certificate[] certificates = memoized(chain);
            switch (peer) {
                case SERVER -> manager.checkServerTrusted(certificates, AUTH_TYPE_SIGNATURE);
                case CLIENT -> manager.checkClientTrusted(certificates, AUTH_TYPE_SIGNATURE);
            }
        } catch (CertificateException e) {
            throw refusal(chain, peer, e);
        } catch (RuntimeException e) {
            throw new TlsPeerUnverifiedException(
                    "the JDK failed on certificate " + Printable.subject(leaf) + ": "
                            + e.getClass().getSimpleName() + ": " + Printable.reasons(e),
                    TlsAlert.INTERNAL_ERROR,
                    e);
        }
        // The JDK takes a certificate that is itself an anchor without another look.
        VerificationFailures.ifNotValidNow(leaf);
        VerificationFailures.ifNotMeantFor(peer, leaf);
    }

    private X509Certificate[] memoized(List<X509Certificate> chain) throws CertificateException {
        X509Certificate[] certificates = new X509Certificate[chain.size()];
        for (int i = 0; i < certificates.length; i++) {
            certificates[i] = new MemoizedCertificate(chain.get(i), signatures);
        }
        return certificates;
    }

    /**
     * The JDK's path validation waits only for the network: where its properties ask for revocation data, or for issuers that a peer did
     * not send.
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

    /** What the JDK found, or what it must have meant where its exceptions do not tell. */
    private TlsPeerUnverifiedException refusal(List<X509Certificate> chain, Peer peer, CertificateException failure) {
        TlsPeerUnverifiedException refusal = VerificationFailures.of(chain, failure);
        TlsAlert alert = refusal.alert().orElse(TlsAlert.CERTIFICATE_UNKNOWN);
        try {
            if (alert == TlsAlert.CERTIFICATE_UNKNOWN) {
                VerificationFailures.ifNotMeantFor(peer, chain.getFirst());
                // The JDK leaves the path to the validator of the first provider; that of Bouncy Castle gives no
                // reason.
                for (X509Certificate certificate : chain) {
                    VerificationFailures.ifNotValidNow(certificate);
                }
            } else if (alert == TlsAlert.UNKNOWN_CA && reachesAnchor(chain)) {
                // The search for a path does not say that it gave one up because of its dates.
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
     * The same trust, but in certificates that make their keys at need and with the JDK. Where another provider's
     * certificate parser comes first, the store holds that provider's objects; the JDK's validator asks each authority for
     * its key, and Bouncy Castle's take 16 s in all for the JDK's own store.
     */
    private X509TrustManager withKeysOfJdk(X509TrustManager loaded) throws GeneralSecurityException {
        X509Certificate[] anchors = loaded.getAcceptedIssuers();
        if (Arrays.stream(anchors).allMatch(JdkKeys::isJdk)) {
            return loaded;
        }
        KeyStore store = JcaProviders.first("PKCS12", provider -> KeyStores.empty("PKCS12", provider));
        for (X509Certificate anchor : memoized(List.of(anchors))) {
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
        throw new NoSuchAlgorithmException("no X509TrustManager for PKIX");
    }
}
