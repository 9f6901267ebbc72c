package io.parktls.pki;

import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;

/** Puts certificates in the order in which TLS sends them. */
public final class CertificateChains {
    private CertificateChains() {}

    /**
     * The certificate of that key, then the one that signed it, and so on (RFC 8446 4.4.2). A certificate given twice is
     * taken once. An issuer whose signature this JVM cannot verify is recognized by its name and key identifier.
     *
     * @throws IllegalArgumentException if there is no certificate, none is for the key, or one is not part of the chain
     */
    public static List<X509Certificate> order(PrivateKey key, List<X509Certificate> certificates) {
        if (certificates.isEmpty()) {
            throw new IllegalArgumentException("no certificate for the private key: give at least its own");
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
                    + " is not part of the chain of " + Printable.subject(leaf)
                    + ": it did not issue any of the other certificates; leave it out, or add the certificates between"
                    + " them");
        }
        return List.copyOf(chain);
    }

    private static X509Certificate leaf(PrivateKey key, List<X509Certificate> certificates) {
        for (X509Certificate candidate : certificates) {
            PublicKey publicKey = candidate.getPublicKey();
            // Bouncy Castle's certificates have none if it does not know the algorithm.
            if (publicKey != null && PrivateKeys.match(key, publicKey)) {
                return candidate;
            }
        }
        X509Certificate first = certificates.getFirst();
        int others = certificates.size() - 1;
        throw new IllegalArgumentException("the " + key.getAlgorithm() + " private key does not match the certificate "
                + Printable.subject(first)
                + (others == 0 ? ", which is for another key" : " nor any of the " + others + " certificates after it")
                + ": give the key that the certificate was requested with");
    }

    /**
     * Whether one certificate may have issued another: by the names, and by the signature if that can be verified here. A
     * signature that this JVM cannot verify is for the peer to judge, which may know the curve or the algorithm.
     */
    private static boolean isIssuer(X509Certificate issuer, X509Certificate subject) {
        return issuer.getSubjectX500Principal().equals(subject.getIssuerX500Principal())
                && IssuerSignature.check(subject, issuer) != IssuerSignature.INVALID;
    }
}
