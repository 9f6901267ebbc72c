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
 * A certificate that delegates to another one but verifies its signature with {@link VerifiedSignatures}. The JDK's
 * path validation calls {@code verify} on the certificates it receives, and so uses this cache instead of its own,
 * slower verification.
 */
class MemoizedCertificate extends DelegatingCertificate {
    private static final long serialVersionUID = 1L;

    private final transient X509Certificate certificate;
    private final transient VerifiedSignatures signatures;

    /**
     * The JDK's path validation calls {@link #getEncoded} about ten times; {@code X509CertImpl} copies it each time.
     */
    private final transient byte[] encoding;

    /**
     * The key as an object of the JDK's. Created on first use; if two threads create it at the same time, the results
     * are equal.
     */
    private transient volatile @Nullable PublicKey publicKey;

    /** Creates a certificate for the JDK's validator only, because {@link #getEncoded} does not return a copy. */
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

    /** @param provider null if the JDK's validator does not prefer a provider, contrary to the method's contract */
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
