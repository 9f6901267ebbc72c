package io.parktls.pki;

import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Checks the key usage extensions of a certificate (RFC 5280 4.2.1.3, 4.2.1.12). */
final class KeyUsages {
    private static final String ANY = "2.5.29.37.0";
    private static final String SERVER_AUTH = "1.3.6.1.5.5.7.3.1";
    private static final String CLIENT_AUTH = "1.3.6.1.5.5.7.3.2";
    private static final int DIGITAL_SIGNATURE = 0;

    private KeyUsages() {}

    /**
     * Returns why a certificate may not authenticate a peer, as the predicate of a sentence whose subject is the
     * certificate; null if it may.
     */
    static @Nullable String problem(X509Certificate certificate, PeerVerifier.Peer peer) {
        // In TLS 1.3, and in the ECDHE key exchanges of TLS 1.2, the certificate's key only makes signatures.
        boolean @Nullable [] keyUsage = certificate.getKeyUsage();
        if (keyUsage != null && !keyUsage[DIGITAL_SIGNATURE]) {
            return "may not be used for digital signatures, which TLS needs"
                    + " (its key usage extension has no digitalSignature)";
        }
        String purpose = peer == PeerVerifier.Peer.SERVER ? SERVER_AUTH : CLIENT_AUTH;
        try {
            @Nullable List<String> purposes = certificate.getExtendedKeyUsage();
            if (purposes != null && !purposes.contains(purpose) && !purposes.contains(ANY)) {
                return peer == PeerVerifier.Peer.SERVER
                        ? "may not be used by a TLS server (its extended key usage has no serverAuth)"
                        : "may not be used by a TLS client (its extended key usage has no clientAuth)";
            }
            return null;
        } catch (CertificateParsingException e) {
            return "has an extended key usage extension that cannot be parsed";
        }
    }
}
