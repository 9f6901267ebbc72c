package io.parktls.pki;

import io.parktls.jca.JdkKeys;
import java.security.InvalidKeyException;
import java.security.NoSuchAlgorithmException;
import java.security.NoSuchProviderException;
import java.security.PublicKey;
import java.security.SignatureException;
import java.security.cert.CertificateEncodingException;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import org.jspecify.annotations.Nullable;

/**
 * A certificate like another, except that its signature is looked up in {@link VerifiedSignatures} first. That is how the
 * JDK's path validation, which calls {@code verify} on the certificates it is given, comes to do without its own slow
 * verification.
 */
class MemoizedCertificate extends DelegatingCertificate {
    private static final long serialVersionUID = 1L;

    private final transient X509Certificate certificate;
    private final transient VerifiedSignatures signatures;

    /** The JDK's path validation asks for it some ten times, and {@code X509CertImpl} makes a copy each time. */
    private final transient byte[] encoding;

    /** The JDK's own, made at need; two threads may both do so, with equal results. */
    private transient volatile @Nullable PublicKey publicKey;

    /** For the JDK's validator alone: to everybody else {@link #getEncoded} would have to give a copy. */
    MemoizedCertificate(X509Certificate certificate, VerifiedSignatures signatures)
            throws CertificateEncodingException {
        super(certificate);
        this.certificate = certificate;
        this.signatures = signatures;
        this.encoding = certificate.getEncoded();
    }

    @Override
    public void verify(PublicKey key)
            throws CertificateException, NoSuchAlgorithmException, InvalidKeyException, SignatureException {
        signatures.verify(certificate, key);
    }

    /** @param provider null, in spite of the general contract, is what the JDK's validator says when it leaves it open */
    @Override
    public void verify(PublicKey key, @Nullable String provider)
            throws CertificateException, NoSuchAlgorithmException, InvalidKeyException, NoSuchProviderException,
                    SignatureException {
        if (provider == null) {
            signatures.verify(certificate, key);
        } else {
            certificate.verify(key, provider);
        }
    }

    @Override
    public byte[] getEncoded() {
        return encoding;
    }

    @Override
    public PublicKey getPublicKey() {
        PublicKey own = publicKey;
        if (own == null) {
            own = JdkKeys.of(certificate);
            publicKey = own;
        }
        return own;
    }
}
