package io.parktls.jca;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.Arrays;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * Converts keys of other providers into the JDK's own keys. Providers disagree about algorithm names ({@code EC} or
 * {@code ECDSA}; {@code EdDSA}, {@code Ed25519} or {@code 1.3.101.112}) and about interfaces, but the encoding of a key
 * is the same for all of them. Even the JDK's certificates return a public key of the first installed provider that
 * supports its algorithm. Thread-safe.
 */
public final class JdkKeys {
    private static final int SEQUENCE = 0x30;
    private static final int OBJECT_IDENTIFIER = 0x06;
    private static final int INTEGER = 0x02;

    /** Context-specific tag 0, of a certificate's version. */
    private static final int VERSION = 0xA0;

    private JdkKeys() {}

    /**
     * Returns a public key as one of the JDK's own, or the same key if the JDK does not support its algorithm or curve.
     */
    public static PublicKey of(PublicKey key) {
        byte[] encoded = foreignEncoding(key);
        if (encoded == null) {
            return key;
        }
        try {
            return publicKey(encoded);
        } catch (GeneralSecurityException e) {
            return key;
        }
    }

    private static PublicKey publicKey(byte[] encoded) throws GeneralSecurityException {
        String algorithm = algorithm(ByteBuffer.wrap(encoded), false);
        if (algorithm == null) {
            throw new GeneralSecurityException("not a public key of an algorithm that TLS uses");
        }
        return JcaProviders.first(
                algorithm,
                provider ->
                        KeyFactory.getInstance(algorithm, provider).generatePublic(new X509EncodedKeySpec(encoded)));
    }

    /**
     * Returns the SubjectPublicKeyInfo of an encoded certificate, byte for byte. It is the seventh field of the
     * certificate, or the sixth if the version is absent (RFC 5280 4.1).
     *
     * @throws BufferUnderflowException if the encoding is malformed
     * @throws IllegalArgumentException if the encoding is malformed
     */
    public static byte[] subjectPublicKeyInfo(byte[] certificate) {
        ByteBuffer der = ByteBuffer.wrap(certificate);
        DerReader.header(der, SEQUENCE);
        DerReader.header(der, SEQUENCE);
        if ((der.get(der.position()) & 0xFF) == VERSION) {
            skip(der, VERSION);
        }
        skip(der, INTEGER);
        // The fields signature, issuer, validity and subject.
        for (int field = 0; field < 4; field++) {
            skip(der, SEQUENCE);
        }
        int start = der.position();
        skip(der, SEQUENCE);
        return Arrays.copyOfRange(certificate, start, der.position());
    }

    private static void skip(ByteBuffer der, int tag) {
        int length = DerReader.header(der, tag);
        der.position(der.position() + length);
    }

    /**
     * Returns the public key of a certificate as one of the JDK's own, or the certificate's key if the JDK does not
     * support it. A certificate of another provider is not asked for its key. Bouncy Castle, for one, would test the
     * RSA modulus for primality, which takes 20 ms for each authority that a client trusts.
     */
    public static PublicKey of(X509Certificate certificate) {
        if (!isJdk(certificate)) {
            try {
                return publicKey(subjectPublicKeyInfo(certificate.getEncoded()));
            } catch (GeneralSecurityException | BufferUnderflowException | IllegalArgumentException e) {
                // The JDK does not support this key, so the other provider's key is used.
                return certificate.getPublicKey();
            }
        }
        return of(certificate.getPublicKey());
    }

    /** Returns whether the JDK created a certificate or key. */
    public static boolean isJdk(Object certificateOrKey) {
        return certificateOrKey.getClass().getModule() == Object.class.getModule();
    }

    /**
     * Returns a private key as one of the JDK's own. Returns the same key if it cannot leave its token, or if the JDK
     * does not support its algorithm or curve.
     */
    public static PrivateKey of(PrivateKey key) {
        byte[] encoded = foreignEncoding(key);
        if (encoded == null) {
            return key;
        }
        try {
            return privateKey(key, encoded);
        } finally {
            Arrays.fill(encoded, (byte) 0);
        }
    }

    /**
     * Returns the private key in a PKCS #8 encoding (RFC 5208).
     *
     * @throws GeneralSecurityException if it cannot be parsed, or no provider supports its algorithm or curve
     */
    public static PrivateKey pkcs8(byte[] encoded) throws GeneralSecurityException {
        String algorithm = algorithm(ByteBuffer.wrap(encoded), true);
        if (algorithm == null) {
            throw new GeneralSecurityException("not a PKCS #8 private key of an algorithm that TLS uses");
        }
        return pkcs8(algorithm, encoded);
    }

    /**
     * Returns the private key in a PKCS #8 encoding.
     *
     * @param algorithm the JDK's name of the algorithm
     * @throws GeneralSecurityException if it cannot be parsed, or no provider supports its algorithm or curve
     */
    public static PrivateKey pkcs8(String algorithm, byte[] encoded) throws GeneralSecurityException {
        return JcaProviders.first(
                algorithm,
                provider -> algorithm.startsWith("ML-DSA")
                        ? MlDsaPrivateKey.decode(algorithm, encoded, provider)
                        : KeyFactory.getInstance(algorithm, provider)
                                .generatePrivate(new PKCS8EncodedKeySpec(encoded)));
    }

    private static PrivateKey privateKey(PrivateKey key, byte[] encoded) {
        try {
            return pkcs8(encoded);
        } catch (GeneralSecurityException e) {
            return key;
        }
    }

    /**
     * Returns the encoding of a key of another provider; null for a key of the JDK and for one that cannot leave its
     * token.
     */
    private static byte @Nullable [] foreignEncoding(Key key) {
        return isJdk(key) ? null : key.getEncoded();
    }

    /**
     * Returns the JDK's name for the algorithm in a SubjectPublicKeyInfo (RFC 5280 4.1) or a PrivateKeyInfo (RFC 5208
     * 5); null if TLS does not use the algorithm.
     *
     * @param version whether a version precedes the algorithm, as in a PrivateKeyInfo
     */
    private static @Nullable String algorithm(ByteBuffer info, boolean version) {
        try {
            DerReader.header(info, SEQUENCE);
            if (version) {
                skip(info, INTEGER);
            }
            DerReader.header(info, SEQUENCE);
            byte[] identifier = new byte[DerReader.header(info, OBJECT_IDENTIFIER)];
            info.get(identifier);
            return switch (HexFormat.of().formatHex(identifier)) {
                case "2a864886f70d010101" -> "RSA";
                case "2a864886f70d01010a" -> "RSASSA-PSS";
                case "2a8648ce3d0201" -> "EC";
                case "2b6570" -> "Ed25519";
                case "2b6571" -> "Ed448";
                case "608648016503040311" -> "ML-DSA-44";
                case "608648016503040312" -> "ML-DSA-65";
                case "608648016503040313" -> "ML-DSA-87";
                default -> null;
            };
        } catch (BufferUnderflowException | IllegalArgumentException e) {
            return null;
        }
    }
}
