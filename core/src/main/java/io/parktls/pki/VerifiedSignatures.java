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
import java.security.cert.CertificateEncodingException;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.EdECPublicKey;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;

/**
 * Verifies the signatures of certificates and caches the valid ones. Thread-safe.
 *
 * <p>A server sends the same certificates in each handshake, and a valid signature remains valid, so it needs to be
 * verified only once. Nothing else about a certificate is cached: dates, revocation, constraints and names are checked
 * every time. Invalid signatures are not cached, so a peer that sends them cannot fill the cache.
 */
public final class VerifiedSignatures {
    /** The maximum number of cached signatures. An entry takes about 200 bytes. */
    static final int CAPACITY = 1_000;

    /** The maximum number of cached issuer keys. Few issuers sign most certificates; a key takes about 20 KB. */
    private static final int KEY_CAPACITY = 32;

    /**
     * How many signatures with elliptic curves the JDK verifies before Bouncy Castle does. Bouncy Castle is several times
     * faster, but creating its provider takes as long as hundreds of verifications, which most clients never make.
     */
    private static final int FIRST_BY_JDK = 200;

    private static final String SHA_256 = "SHA-256";

    /** The provider of SHA-256, looked up once because each handshake needs it. */
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

    /** The keys are digests of a certificate and of the public key that verifies its signature. */
    private final LruCache<ByteBuffer, Boolean> verified = new LruCache<>(CAPACITY);

    private final int firstByJdk;
    private final AtomicInteger triedByJdk = new AtomicInteger();

    /** Issuer keys as Bouncy Castle objects, which cache precomputed tables that speed up further verifications. */
    private final LruCache<PublicKey, PublicKey> issuers = new LruCache<>(KEY_CAPACITY);

    /** Creates an empty cache. */
    public VerifiedSignatures() {
        this(FIRST_BY_JDK);
    }

    /** @param firstByJdk how many signatures with elliptic curves the JDK verifies before Bouncy Castle does */
    VerifiedSignatures(int firstByJdk) {
        this.firstByJdk = firstByJdk;
    }

    /**
     * Returns the certificates of a chain, which verify their signatures with this cache. For validators of the JDK
     * only, since the encodings are not copied for each call.
     */
    X509Certificate[] memoized(List<X509Certificate> chain) throws CertificateEncodingException {
        X509Certificate[] certificates = new X509Certificate[chain.size()];
        for (int i = 0; i < certificates.length; i++) {
            certificates[i] = new MemoizedCertificate(chain.get(i), this);
        }
        return certificates;
    }

    /** Verifies a signature like {@link X509Certificate#verify(PublicKey)}, unless it is cached. */
    void verify(X509Certificate certificate, PublicKey issuer)
            throws CertificateException, NoSuchAlgorithmException, InvalidKeyException, SignatureException {
        ByteBuffer pair = digest(certificate, issuer);
        if (verified.get(pair) == null) {
            verifySignature(certificate, issuer);
            verified.put(pair, true);
        }
    }

    int size() {
        return verified.size();
    }

    /** Returns how many issuer keys Bouncy Castle has used. */
    int keysOfBouncyCastle() {
        return issuers.size();
    }

    /** Verifies a signature. Uses Bouncy Castle for elliptic curves if it is available and worth its start. */
    private void verifySignature(X509Certificate certificate, PublicKey issuer)
            throws CertificateException, NoSuchAlgorithmException, InvalidKeyException, SignatureException {
        boolean elliptic = issuer instanceof ECPublicKey || issuer instanceof EdECPublicKey;
        if (elliptic && triedByJdk.get() < firstByJdk && triedByJdk.incrementAndGet() <= firstByJdk) {
            try {
                X509Certificates.verify(certificate, issuer);
                return;
            } catch (NoSuchAlgorithmException | InvalidKeyException | SignatureException e) {
                // The JDK also reports an invalid signature if it does not support the curve.
            }
        }
        if (elliptic && BouncyCastleJars.supportPki()) {
            try {
                certificate.verify(bouncyCastleKey(issuer), BouncyCastle.PROVIDER);
                return;
            } catch (NoSuchAlgorithmException | InvalidKeyException e) {
                // Bouncy Castle does not support the curve or the key, so the providers of the JVM have to verify.
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
                throw new InvalidKeyException("Bouncy Castle does not support the " + key.getAlgorithm() + " key");
            }
            issuers.put(key, converted);
            return converted;
        } catch (IOException | IllegalArgumentException e) {
            throw new InvalidKeyException("Bouncy Castle does not support the " + key.getAlgorithm() + " key", e);
        }
    }

    private static ByteBuffer digest(X509Certificate certificate, PublicKey issuer)
            throws CertificateException, NoSuchAlgorithmException {
        byte[] encoded = certificate.getEncoded();
        MessageDigest digest = MessageDigest.getInstance(SHA_256, Sha256.PROVIDER);
        // The length separates the two encodings unambiguously.
        digest.update(ByteBuffer.allocate(Integer.BYTES).putInt(0, encoded.length));
        digest.update(encoded);
        digest.update(issuer.getEncoded());
        return ByteBuffer.wrap(digest.digest());
    }
}
