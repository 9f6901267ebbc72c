package io.parktls.pki;

import io.parktls.TlsAlert;
import io.parktls.TlsPeerUnverifiedException;
import java.security.MessageDigest;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.util.List;
import javax.security.auth.x500.X500Principal;

/**
 * Trusts only the given peer certificates, which it compares byte by byte. The issuer does not matter, but a
 * certificate must be within its validity period.
 */
public final class PinVerifier implements PeerVerifier {
    private final List<byte[]> pinned;

    /**
     * Creates a verifier that trusts the given certificates.
     *
     * @throws IllegalArgumentException if the list is empty
     */
    public PinVerifier(List<X509Certificate> certificates) {
        if (certificates.isEmpty()) {
            throw new IllegalArgumentException("no certificate to pin: TlsTrust.only needs at least one");
        }
        this.pinned = certificates.stream().map(PinVerifier::encoded).toList();
    }

    @Override
    public void verify(List<X509Certificate> chain, String authType, Peer peer) throws TlsPeerUnverifiedException {
        X509Certificate leaf = chain.getFirst();
        byte[] encoded = encoded(leaf);
        boolean known = false;
        for (byte[] candidate : pinned) {
            known |= MessageDigest.isEqual(candidate, encoded);
        }
        if (!known) {
            throw new TlsPeerUnverifiedException(
                    "certificate " + Printable.subject(leaf) + " is not among the pinned certificates ("
                            + pinned.size()
                            + " in all): either the peer has a new certificate, which must be pinned, or"
                            + " this is another peer",
                    TlsAlert.CERTIFICATE_UNKNOWN,
                    null);
        }
        VerificationFailures.ifNotValidNow(leaf);
    }

    @Override
    public boolean verifiesIssuers() {
        return false;
    }

    /** Returns an empty list, because the pinned certificates are not authorities that issue client certificates. */
    @Override
    public List<X500Principal> authorities() {
        return List.of();
    }

    private static byte[] encoded(X509Certificate certificate) {
        try {
            return certificate.getEncoded();
        } catch (CertificateEncodingException e) {
            throw new IllegalArgumentException(
                    "certificate " + Printable.subject(certificate) + " cannot be encoded", e);
        }
    }
}
