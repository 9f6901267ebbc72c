package io.parktls.pki;

import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;

/** Sorts certificates into the order in which TLS sends them. */
public final class CertificateChains {
    private CertificateChains() {}

    /**
     * Returns the certificate for the key, followed by its issuer, the issuer's issuer, and so on (RFC 8446 4.4.2).
     * Duplicates are removed. If this JVM cannot verify an issuer's signature, the issuer is recognized by its name and
     * key identifier.
     *
     * @throws IllegalArgumentException if there is no certificate, none is for the key, or one is not part of the chain
     */
    public static List<X509Certificate> order(PrivateKey key, List<X509Certificate> certificates) {
        return order(leaf(key, requireOne(certificates)), certificates);
    }

    /**
     * Returns the first certificate, followed by its issuers in the same order.
     *
     * @throws IllegalArgumentException if there is no certificate, or one is not part of the chain
     */
    public static List<X509Certificate> order(List<X509Certificate> certificates) {
        return order(requireOne(certificates).getFirst(), certificates);
    }

    private static List<X509Certificate> requireOne(List<X509Certificate> certificates) {
        if (certificates.isEmpty()) {
            throw new IllegalArgumentException("no certificate for the private key: give at least its own certificate");
        }
        return certificates;
    }

    private static List<X509Certificate> order(X509Certificate leaf, List<X509Certificate> certificates) {
        List<X509Certificate> rest = new ArrayList<>(new LinkedHashSet<>(certificates));
        rest.remove(leaf);
        List<X509Certificate> chain = new ArrayList<>(List.of(leaf));
        // The list grows during the iteration, so that several cross-signed issuers of one subject are all included.
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
                    + ": it did not issue any of the other certificates; leave it out, or add the intermediate"
                    + " certificates that are missing");
        }
        return List.copyOf(chain);
    }

    private static X509Certificate leaf(PrivateKey key, List<X509Certificate> certificates) {
        for (X509Certificate candidate : certificates) {
            PublicKey publicKey = candidate.getPublicKey();
            // Bouncy Castle's certificates have no public key if it does not know the algorithm.
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
     * Whether one certificate may have issued another: the names match, and so does the signature if this JVM can
     * verify it. Otherwise the certificate stays in the chain, because the peer may support the curve or algorithm.
     */
    private static boolean isIssuer(X509Certificate issuer, X509Certificate subject) {
        return issuer.getSubjectX500Principal().equals(subject.getIssuerX500Principal())
                && IssuerSignature.check(subject, issuer) != IssuerSignature.INVALID;
    }
}
