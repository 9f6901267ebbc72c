package io.parktls.pki;

import io.parktls.TlsAlert;
import io.parktls.TlsPeerUnverifiedException;
import io.parktls.jca.JcaProviders;
import java.security.GeneralSecurityException;
import java.security.cert.CertPathBuilder;
import java.security.cert.CertPathBuilderException;
import java.security.cert.CertStore;
import java.security.cert.Certificate;
import java.security.cert.CollectionCertStoreParameters;
import java.security.cert.PKIXBuilderParameters;
import java.security.cert.PKIXCertPathBuilderResult;
import java.security.cert.TrustAnchor;
import java.security.cert.X509CertSelector;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The certificates by which a peer was verified: its own, those that issued each other up to the trust anchor, and the
 * anchor. Unlike the chain that the peer sent, it contains nothing that the verification has not used.
 *
 * @param certificates the certificates, the peer's own first
 * @param anchored whether the last certificate is a trust anchor; if not, only the peer's own certificate is known to
 *     be verified, and it is the only one here
 */
public record CertificationPath(List<X509Certificate> certificates, boolean anchored) {
    /** Copies the list. */
    public CertificationPath {
        certificates = List.copyOf(certificates);
    }

    /** Returns the path of a peer whose certificate was verified without its issuers. */
    public static CertificationPath ofLeaf(X509Certificate leaf) {
        return new CertificationPath(List.of(leaf), false);
    }

    /**
     * Builds the path of a chain with the JDK's path builder (RFC 5280 6).
     *
     * @param chain the chain that the peer sent
     * @param certificates the same certificates, for the path builder
     * @param anchors the certificates that are trusted
     * @throws TlsPeerUnverifiedException if no path leads to an anchor
     */
    static CertificationPath build(
            List<X509Certificate> chain, X509Certificate[] certificates, Collection<X509Certificate> anchors)
            throws TlsPeerUnverifiedException {
        X509Certificate leaf = chain.getFirst();
        if (anchors.contains(leaf)) {
            return new CertificationPath(List.of(leaf), true);
        }
        try {
            PKIXCertPathBuilderResult result = build(certificates, anchors);
            List<X509Certificate> path = new ArrayList<>();
            for (Certificate certificate : result.getCertPath().getCertificates()) {
                path.add(original((X509Certificate) certificate, chain));
            }
            @Nullable X509Certificate anchor = result.getTrustAnchor().getTrustedCert();
            if (anchor != null) {
                path.add(anchor);
            }
            return new CertificationPath(path, true);
        } catch (CertPathBuilderException e) {
            throw new TlsPeerUnverifiedException(
                    "certificate " + Printable.subject(leaf) + " is trusted, but no path from it to one of the "
                            + anchors.size() + " trusted authorities can be built: " + Printable.reasons(e),
                    TlsAlert.UNKNOWN_CA,
                    e);
        } catch (GeneralSecurityException e) {
            throw new TlsPeerUnverifiedException(
                    "the JDK's path builder failed on certificate " + Printable.subject(leaf) + ": "
                            + Printable.reasons(e),
                    TlsAlert.INTERNAL_ERROR,
                    e);
        }
    }

    private static PKIXCertPathBuilderResult build(X509Certificate[] certificates, Collection<X509Certificate> anchors)
            throws GeneralSecurityException {
        Set<TrustAnchor> trusted =
                anchors.stream().map(anchor -> new TrustAnchor(anchor, null)).collect(Collectors.toSet());
        X509CertSelector target = new X509CertSelector();
        target.setCertificate(certificates[0]);
        PKIXBuilderParameters parameters = new PKIXBuilderParameters(trusted, target);
        parameters.setRevocationEnabled(false);
        // The handshake has limited the number of certificates already.
        parameters.setMaxPathLength(-1);
        parameters.addCertStore(
                CertStore.getInstance("Collection", new CollectionCertStoreParameters(Arrays.asList(certificates))));
        CertPathBuilder builder = JcaProviders.first("PKIX", provider -> CertPathBuilder.getInstance("PKIX", provider));
        return (PKIXCertPathBuilderResult) builder.build(parameters);
    }

    /** Returns the certificate as the peer sent it, because the path may contain other objects for it. */
    private static X509Certificate original(X509Certificate certificate, List<X509Certificate> chain) {
        return chain.stream().filter(certificate::equals).findFirst().orElse(certificate);
    }
}
