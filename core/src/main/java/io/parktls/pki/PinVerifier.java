package io.parktls.pki;

import io.parktls.TlsAlert;
import io.parktls.TlsPeerUnverifiedException;
import java.security.MessageDigest;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.util.List;
import javax.security.auth.x500.X500Principal;

/** Trusts certificates that it knows to the byte. Who signed them does not matter; their validity dates do. */
public final class PinVerifier implements PeerVerifier {
    private final List<byte[]> pinned;

    /**
     * A verifier for these certificates.
     *
     * @throws IllegalArgumentException if there are none
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
                    "certificate " + Printable.subject(leaf) + " is none of the pinned ones (" + pinned.size()
                            + " in all): the server has a new certificate, or this is another server",
                    TlsAlert.CERTIFICATE_UNKNOWN,
                    null);
        }
        VerificationFailures.ifNotValidNow(leaf);
    }

    /** None: these are no authorities, and a client looks among them for the issuer of its certificate. */
    @Override
    public List<X500Principal> authorities() {
        return List.of();
    }

    private static byte[] encoded(X509Certificate certificate) {
        try {
            return certificate.getEncoded();
        } catch (CertificateEncodingException e) {
            throw new IllegalArgumentException("a certificate to pin cannot be encoded", e);
        }
    }
}
