package io.parktls.pki;

import io.parktls.jca.X509Certificates;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;

/** Puts certificates in the order in which TLS sends them. */
public final class CertificateChains {
    private CertificateChains() {}

    /**
     * The certificate of that key, then the one that signed it, and so on (RFC 8446 4.4.2). A certificate given twice is
     * taken once.
     *
     * @throws IllegalArgumentException if there is no certificate, none is for the key, or one is not part of the chain
     */
    public static List<X509Certificate> order(PrivateKey key, List<X509Certificate> certificates) {
        if (certificates.isEmpty()) {
            throw new IllegalArgumentException("no certificate");
        }
        List<X509Certificate> rest = new ArrayList<>(new LinkedHashSet<>(certificates));
        X509Certificate leaf = leaf(key, rest);
        rest.remove(leaf);
        List<X509Certificate> chain = new ArrayList<>(List.of(leaf));
        // The list grows while it is walked. Cross-signed issuers, of which there may be several, all find their place.
        for (int i = 0; i < chain.size(); i++) {
            X509Certificate subject = chain.get(i);
            List<X509Certificate> issuers = rest.stream()
                    .filter(candidate -> isIssuer(candidate, subject))
                    .toList();
            chain.addAll(issuers);
            rest.removeAll(issuers);
        }
        if (!rest.isEmpty()) {
            throw new IllegalArgumentException("certificate " + Printable.subject(rest.getFirst())
                    + " is not part of the chain of " + Printable.subject(leaf));
        }
        return List.copyOf(chain);
    }

    private static X509Certificate leaf(PrivateKey key, List<X509Certificate> certificates) {
        for (X509Certificate candidate : certificates) {
            if (PrivateKeys.match(key, candidate.getPublicKey())) {
                return candidate;
            }
        }
        throw new IllegalArgumentException("the " + key.getAlgorithm() + " private key does not match the certificate "
                + Printable.subject(certificates.getFirst()));
    }

    private static boolean isIssuer(X509Certificate issuer, X509Certificate subject) {
        if (!issuer.getSubjectX500Principal().equals(subject.getIssuerX500Principal())) {
            return false;
        }
        try {
            X509Certificates.verify(subject, issuer.getPublicKey());
            return true;
        } catch (GeneralSecurityException e) {
            return false;
        }
    }
}
