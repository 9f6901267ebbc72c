package io.parktls.pki;

import io.parktls.jca.JcaProviders;
import io.parktls.jca.X509Certificates;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.InvalidKeyException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.Provider;
import java.security.PublicKey;
import java.security.SignatureException;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.EdECPublicKey;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;

/**
 * Verifies the signatures of certificates, and remembers which it has verified. Thread-safe.
 *
 * <p>Whether a key signed a certificate never changes, so it is enough to find out once; a server shows the same
 * certificate at each handshake. Nothing else about a certificate is remembered: dates, revocation, constraints and names
 * are looked at every time. Only good signatures are remembered, so a peer that sends rubbish puts nothing in.
 */
final class VerifiedSignatures {
    /** Bounds the memory: an entry takes some 200 bytes. */
    static final int CAPACITY = 1_000;

    /** Few authorities sign for many; a key with its tables takes some 20 KB. */
    private static final int KEY_CAPACITY = 32;

    private static final String SHA_256 = "SHA-256";

    /** The provider is looked up once: handshakes ask for a digest each time. */
    private static final class Sha256 {
        private static final Provider PROVIDER = find();

        private static Provider find() {
            try {
                return JcaProviders.first(
                        SHA_256,
                        provider -> MessageDigest.getInstance(SHA_256, provider).getProvider());
            } catch (NoSuchAlgorithmException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    /** Digests of a certificate and the key that signed it. */
    private final LruCache<ByteBuffer, Boolean> verified = new LruCache<>(CAPACITY);

    /** Keys of issuers as Bouncy Castle's own, which keep the tables that speed up the next verification. */
    private final LruCache<PublicKey, PublicKey> issuers = new LruCache<>(KEY_CAPACITY);

    /** Like {@link X509Certificate#verify(PublicKey)}. */
    void verify(X509Certificate certificate, PublicKey issuer)
            throws CertificateException, NoSuchAlgorithmException, InvalidKeyException, SignatureException {
        ByteBuffer pair = digest(certificate, issuer);
        if (verified.get(pair) == null) {
            verifyAnew(certificate, issuer);
            verified.put(pair, true);
        }
    }

    int size() {
        return verified.size();
    }

    /** On elliptic curves Bouncy Castle, if it is there, is several times as fast as the JDK. */
    private void verifyAnew(X509Certificate certificate, PublicKey issuer)
            throws CertificateException, NoSuchAlgorithmException, InvalidKeyException, SignatureException {
        boolean elliptic = issuer instanceof ECPublicKey || issuer instanceof EdECPublicKey;
        if (elliptic && BouncyCastleJars.areFitForPki()) {
            try {
                certificate.verify(bouncyCastleKey(issuer), BouncyCastle.PROVIDER);
                return;
            } catch (NoSuchAlgorithmException | InvalidKeyException e) {
                // Not for Bouncy Castle: a curve or a key of another provider. That is no verdict on the signature.
            }
        }
        X509Certificates.verify(certificate, issuer);
    }

    private PublicKey bouncyCastleKey(PublicKey key) throws InvalidKeyException {
        PublicKey known = issuers.get(key);
        if (known != null) {
            return known;
        }
        try {
            PublicKey converted = BouncyCastle.publicKey(SubjectPublicKeyInfo.getInstance(key.getEncoded()));
            if (converted == null) {
                throw new InvalidKeyException("not for Bouncy Castle: " + key.getAlgorithm());
            }
            issuers.put(key, converted);
            return converted;
        } catch (IOException | IllegalArgumentException e) {
            throw new InvalidKeyException("not for Bouncy Castle: " + key.getAlgorithm(), e);
        }
    }

    private static ByteBuffer digest(X509Certificate certificate, PublicKey issuer)
            throws CertificateException, NoSuchAlgorithmException {
        byte[] encoded = certificate.getEncoded();
        MessageDigest digest = MessageDigest.getInstance(SHA_256, Sha256.PROVIDER);
        // The length tells where the one ends and the other begins.
        digest.update(ByteBuffer.allocate(Integer.BYTES).putInt(0, encoded.length));
        digest.update(encoded);
        digest.update(issuer.getEncoded());
        return ByteBuffer.wrap(digest.digest());
    }
}
