package io.parktls.engine.bouncycastle;

import io.parktls.SignatureScheme;
import io.parktls.jca.JdkKeys;
import io.parktls.jca.X509Certificates;
import io.parktls.pki.LruCache;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.security.PublicKey;
import java.security.cert.CertificateEncodingException;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.EdECPublicKey;
import java.security.interfaces.RSAPublicKey;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.ASN1OctetString;
import org.bouncycastle.asn1.ASN1Primitive;
import org.bouncycastle.tls.AlertDescription;
import org.bouncycastle.tls.SignatureAlgorithm;
import org.bouncycastle.tls.TlsFatalAlert;
import org.bouncycastle.tls.crypto.Tls13Verifier;
import org.bouncycastle.tls.crypto.TlsCertificate;
import org.bouncycastle.tls.crypto.TlsEncryptor;
import org.bouncycastle.tls.crypto.TlsVerifier;
import org.jspecify.annotations.Nullable;

/**
 * A certificate of a handshake: its DER encoding and, once it is needed, the JDK's certificate. The same parsed
 * certificate serves ParkTLS and the trust manager, and recent certificates are cached by their encoding.
 *
 * <p>Thread-safe, because all connections share the certificates of an identity.
 */
final class X509TlsCertificate implements TlsCertificate {
    private static final int KEY_USAGE_DIGITAL_SIGNATURE = 0;

    /** The longest certificate that is cached, in bytes, which bounds the memory that peers can occupy. */
    private static final int LONGEST_CACHED = 4096;

    /** The arc of the signature algorithms that NIST has registered. */
    private static final String NIST_SIGNATURES = "2.16.840.1.101.3.4.3.";

    /** id-ml-dsa-44 (RFC 9881), followed by the other ML-DSA algorithms and those of SLH-DSA. */
    private static final int FIRST_POST_QUANTUM = 17;

    /**
     * Recent certificates by encoding. The JDK's factory also caches certificates, but copies the encoding three times
     * for each lookup.
     */
    private static final LruCache<ByteBuffer, X509Certificate> CACHE = new LruCache<>(256);

    private final byte[] encoding;

    /** Parsed from {@link #encoding} on demand. Two threads may both parse it, with equal results. */
    private volatile @Nullable X509Certificate certificate;

    /**
     * The certificate's key as one of the JDK's own, converted on demand. Two threads may both convert it, with equal
     * results.
     */
    private volatile @Nullable PublicKey publicKey;

    /** The scheme of the signature that was verified with this certificate's key; 0 if none was. */
    private volatile int verifiedScheme;

    X509TlsCertificate(byte[] encoding) {
        this.encoding = encoding;
    }

    X509TlsCertificate(X509Certificate certificate) throws CertificateEncodingException {
        this.encoding = certificate.getEncoded();
        this.certificate = certificate;
    }

    /**
     * Returns the JDK's certificate.
     *
     * @throws TlsFatalAlert bad_certificate, if the encoding is not a certificate
     */
    X509Certificate certificate() throws TlsFatalAlert {
        X509Certificate parsed = certificate;
        if (parsed == null) {
            parsed = cached(encoding);
            certificate = parsed;
        }
        return parsed;
    }

    /** Returns the scheme with which the owner of this certificate signed the handshake; null if it did not sign. */
    @Nullable
    SignatureScheme verifiedScheme() {
        return SignatureScheme.of(verifiedScheme).orElse(null);
    }

    /** TLS 1.3: the scheme also determines the curve of the key (RFC 8446 4.2.3). */
    @Override
    public Tls13Verifier createVerifier(int signatureScheme) throws IOException {
        verifiedScheme = signatureScheme;
        return SignatureVerifier.tls13(signingKey(), signatureScheme);
    }

    /** TLS 1.2. */
    @Override
    public TlsVerifier createVerifier(short signatureAlgorithm) throws IOException {
        return new Tls12Verifier(signingKey(), scheme -> verifiedScheme = scheme);
    }

    @Override
    public byte[] getEncoded() {
        return encoding;
    }

    @Override
    public byte @Nullable [] getExtension(ASN1ObjectIdentifier extensionOID) throws IOException {
        byte[] octetString = certificate().getExtensionValue(extensionOID.getId());
        if (octetString == null) {
            return null;
        }
        byte[] value = ASN1OctetString.getInstance(octetString).getOctets();
        return TlsFeatures.EXTENSION.equals(extensionOID) ? TlsFeatures.withoutStatusRequest(value) : value;
    }

    @Override
    public BigInteger getSerialNumber() {
        try {
            return certificate().getSerialNumber();
        } catch (TlsFatalAlert e) {
            throw new IllegalStateException(e);
        }
    }

    /**
     * Returns null for ML-DSA and SLH-DSA. Bouncy Castle uses the value only to find the hash of tls-server-end-point
     * (RFC 5929 4.1). That hash is undefined for algorithms without one, and Bouncy Castle fails on those of them that
     * it supports in TLS 1.3.
     */
    @Override
    public @Nullable String getSigAlgOID() {
        try {
            String algorithm = certificate().getSigAlgOID();
            return algorithm.startsWith(NIST_SIGNATURES)
                            && Integer.parseInt(algorithm.substring(NIST_SIGNATURES.length())) >= FIRST_POST_QUANTUM
                    ? null
                    : algorithm;
        } catch (TlsFatalAlert e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public @Nullable ASN1Encodable getSigAlgParams() throws IOException {
        byte[] parameters = certificate().getSigAlgParams();
        return parameters == null ? null : ASN1Primitive.fromByteArray(parameters);
    }

    @Override
    public short getLegacySignatureAlgorithm() throws IOException {
        if (!allowsDigitalSignature()) {
            return -1;
        }
        PublicKey key = publicKey();
        if (key instanceof ECPublicKey) {
            return SignatureAlgorithm.ecdsa;
        }
        return key instanceof RSAPublicKey ? SignatureAlgorithm.rsa : -1;
    }

    @Override
    public boolean supportsSignatureAlgorithm(short signatureAlgorithm) throws IOException {
        return allowsDigitalSignature() && supportsSignatureAlgorithmCA(signatureAlgorithm);
    }

    @Override
    public boolean supportsSignatureAlgorithmCA(short signatureAlgorithm) throws IOException {
        PublicKey key = publicKey();
        return switch (signatureAlgorithm) {
            case SignatureAlgorithm.ecdsa -> key instanceof ECPublicKey;
            case SignatureAlgorithm.ed25519 -> isEdwards(key, "Ed25519");
            case SignatureAlgorithm.ed448 -> isEdwards(key, "Ed448");
            case SignatureAlgorithm.rsa,
                    SignatureAlgorithm.rsa_pss_rsae_sha256,
                    SignatureAlgorithm.rsa_pss_rsae_sha384,
                    SignatureAlgorithm.rsa_pss_rsae_sha512 -> "RSA".equals(key.getAlgorithm());
            case SignatureAlgorithm.rsa_pss_pss_sha256,
                    SignatureAlgorithm.rsa_pss_pss_sha384,
                    SignatureAlgorithm.rsa_pss_pss_sha512 -> "RSASSA-PSS".equals(key.getAlgorithm());
            default -> false;
        };
    }

    /** Not supported: certificates with static (EC)DH keys. */
    @Override
    public TlsCertificate checkUsageInRole(int tlsCertificateRole) throws TlsFatalAlert {
        throw new TlsFatalAlert(AlertDescription.internal_error);
    }

    /** Not supported: RSA key exchange. */
    @Override
    public TlsEncryptor createEncryptor(int tlsCertificateRole) throws TlsFatalAlert {
        throw new TlsFatalAlert(AlertDescription.internal_error);
    }

    private PublicKey signingKey() throws TlsFatalAlert {
        if (!allowsDigitalSignature()) {
            throw new TlsFatalAlert(
                    AlertDescription.certificate_unknown, "the certificate's key usage excludes digital signatures");
        }
        return publicKey();
    }

    private PublicKey publicKey() throws TlsFatalAlert {
        PublicKey own = publicKey;
        if (own == null) {
            own = JdkKeys.of(certificate());
            publicKey = own;
        }
        return own;
    }

    private boolean allowsDigitalSignature() throws TlsFatalAlert {
        boolean[] keyUsage = certificate().getKeyUsage();
        return keyUsage == null || keyUsage[KEY_USAGE_DIGITAL_SIGNATURE];
    }

    private static boolean isEdwards(PublicKey key, String curve) {
        return key instanceof EdECPublicKey edwards
                && edwards.getParams().getName().equals(curve);
    }

    private static X509Certificate cached(byte[] encoding) throws TlsFatalAlert {
        ByteBuffer key = ByteBuffer.wrap(encoding);
        X509Certificate known = CACHE.get(key);
        if (known != null) {
            return known;
        }
        X509Certificate parsed = parse(encoding);
        if (encoding.length <= LONGEST_CACHED) {
            CACHE.put(key, parsed);
        }
        return parsed;
    }

    private static X509Certificate parse(byte[] encoding) throws TlsFatalAlert {
        try {
            ByteArrayInputStream input = new ByteArrayInputStream(encoding);
            X509Certificate certificate = X509Certificates.parse(input);
            if (input.available() != 0) {
                throw new TlsFatalAlert(
                        AlertDescription.bad_certificate,
                        "the certificate is followed by " + input.available() + " unexpected bytes");
            }
            return certificate;
        } catch (CertificateException e) {
            throw new TlsFatalAlert(AlertDescription.bad_certificate, e);
        }
    }
}
