package io.parktls.sockets;

import io.parktls.jca.X509Certificates;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Finds the issuers of certificates. */
final class Issuers {
    private Issuers() {}

    /**
     * Returns the certificate that issued another one: one that follows it in its chain, or one of {@code others}. Null
     * if none has.
     */
    static @Nullable X509Certificate of(List<X509Certificate> chain, int index, List<X509Certificate> others) {
        X509Certificate certificate = chain.get(index);
        return Stream.concat(chain.stream().skip(index + 1L), others.stream())
                .filter(candidate -> hasIssued(candidate, certificate))
                .findFirst()
                .orElse(null);
    }

    private static boolean hasIssued(X509Certificate issuer, X509Certificate certificate) {
        if (!issuer.getSubjectX500Principal().equals(certificate.getIssuerX500Principal())) {
            return false;
        }
        try {
            X509Certificates.verify(certificate, issuer.getPublicKey());
            return true;
        } catch (GeneralSecurityException e) {
            return false;
        }
    }
}
