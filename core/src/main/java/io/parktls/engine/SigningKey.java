package io.parktls.engine;

import io.parktls.NamedGroup;
import io.parktls.SignatureScheme;
import io.parktls.TlsVersion;
import io.parktls.jca.JdkKeys;
import java.math.BigInteger;
import java.security.AsymmetricKey;
import java.security.Key;
import java.security.PublicKey;
import java.security.interfaces.ECKey;
import java.security.interfaces.EdECKey;
import java.security.interfaces.RSAKey;
import java.security.spec.AlgorithmParameterSpec;
import java.security.spec.NamedParameterSpec;
import java.security.spec.PSSParameterSpec;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The type of a key that signs handshakes, and the signature schemes that suit it (RFC 8446 4.2.3, RFC 5246 7.4.1.4.1,
 * RFC 8422 5.1.3). Providers use different algorithm names; this class resolves them, so that callers need not compare
 * names. Immutable.
 *
 * @param type the type of the key
 * @param curve the curve of an {@link Type#EC} key; null for other keys, and for curves that ParkTLS does not sign with
 * @param modulusBits the length of the modulus of an RSA key in bits; 0 for other keys, and if the key does not expose
 *     it
 * @param pssParameters the parameters to which the certificate of an {@link Type#RSASSA_PSS} key restricts signatures;
 *     null if there is no restriction
 */
public record SigningKey(
        Type type,
        @Nullable NamedGroup curve,
        int modulusBits,
        @Nullable PSSParameterSpec pssParameters) {

    /** The types of keys that signature schemes distinguish. */
    public enum Type {
        /** An ECDSA key. */
        EC,
        /** An Ed25519 key (RFC 8032). */
        ED25519,
        /** An Ed448 key (RFC 8032). */
        ED448,
        /**
         * A key of type rsaEncryption, which signs with PKCS #1 v1.5 in TLS 1.2 and with RSASSA-PSS in both versions.
         */
        RSA,
        /** A key of type id-RSASSA-PSS. */
        RSASSA_PSS,
        /** An ML-DSA-44 key (FIPS 204), for TLS 1.3 only. */
        MLDSA44,
        /** An ML-DSA-65 key (FIPS 204), for TLS 1.3 only. */
        MLDSA65,
        /** An ML-DSA-87 key (FIPS 204), for TLS 1.3 only. */
        MLDSA87,
        /** A key that suits no signature scheme of ParkTLS. */
        OTHER
    }

    /**
     * The orders of the curves' base points (FIPS 186-4 D.1.2), which identify a curve regardless of the key's
     * provider.
     */
    private static final Map<BigInteger, NamedGroup> CURVES = Map.of(
            new BigInteger("FFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551", 16),
            NamedGroup.SECP256R1,
            new BigInteger(
                    "FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFC7634D81F4372DDF581A0DB248B0A77AECEC196ACCC52973",
                    16),
            NamedGroup.SECP384R1,
            new BigInteger(
                    "1FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFA51868783BF2F966B7FCC0148F70"
                            + "9A5D03BB5C9B8899C47AEBB6FB71E91386409",
                    16),
            NamedGroup.SECP521R1);

    private static final int ENCODED_ED25519 = 44;

    /**
     * {@return the type of a public key} The type is taken from the algorithm's name, and for an EdDSA key of the JDK
     * from its parameters.
     *
     * @param foreign the public key, of any provider
     */
    public static SigningKey of(PublicKey foreign) {
        PublicKey key = JdkKeys.of(foreign);
        Type type = type(key);
        NamedGroup curve = type == Type.EC && key instanceof ECKey ec && ec.getParams() != null
                ? CURVES.get(ec.getParams().getOrder())
                : null;
        int modulusBits = key instanceof RSAKey rsa ? rsa.getModulus().bitLength() : 0;
        AlgorithmParameterSpec restriction =
                type == Type.RSASSA_PSS && key instanceof RSAKey rsa ? rsa.getParams() : null;
        return new SigningKey(type, curve, modulusBits, restriction instanceof PSSParameterSpec pss ? pss : null);
    }

    private static Type type(Key key) {
        String algorithm = key.getAlgorithm().toUpperCase(Locale.ROOT);
        return switch (algorithm) {
            case "EC", "ECDSA" -> Type.EC;
            case "ED25519" -> Type.ED25519;
            case "ED448" -> Type.ED448;
            // The JDK uses one name for both curves; other providers use the name of the curve.
            case "EDDSA" -> isEd25519(key) ? Type.ED25519 : Type.ED448;
            case "RSA" -> Type.RSA;
            case "RSASSA-PSS", "RSASSAPSS" -> Type.RSASSA_PSS;
            // The same holds for the parameter sets of ML-DSA.
            case "ML-DSA" ->
                key instanceof AsymmetricKey asymmetric && asymmetric.getParams() instanceof NamedParameterSpec set
                        ? mlDsa(set.getName())
                        : Type.OTHER;
            default -> mlDsa(algorithm);
        };
    }

    private static Type mlDsa(String parameterSet) {
        return switch (parameterSet.toUpperCase(Locale.ROOT)) {
            case "ML-DSA-44" -> Type.MLDSA44;
            case "ML-DSA-65" -> Type.MLDSA65;
            case "ML-DSA-87" -> Type.MLDSA87;
            default -> Type.OTHER;
        };
    }

    private static boolean isEd25519(Key key) {
        if (key instanceof EdECKey edwards) {
            return edwards.getParams().getName().equalsIgnoreCase("Ed25519");
        }
        byte[] encoded = key.getEncoded();
        return encoded != null && encoded.length == ENCODED_ED25519;
    }

    /**
     * {@return whether the key can sign with a scheme in a version} TLS 1.3 binds each ECDSA scheme to a curve and
     * restricts PKCS #1 v1.5 to certificates (RFC 8446 4.2.3); in TLS 1.2 any hash may be used with any curve (RFC 5246
     * 7.4.1.4.1). The schemes of ML-DSA are for TLS 1.3 only.
     *
     * @param scheme the scheme
     * @param version the version
     */
    public boolean signs(SignatureScheme scheme, TlsVersion version) {
        boolean is13 = version == TlsVersion.TLS_1_3;
        return switch (scheme) {
            case ECDSA_SECP256R1_SHA256, ECDSA_SECP384R1_SHA384, ECDSA_SECP521R1_SHA512 ->
                type == Type.EC && curve != null && (!is13 || curve == curveOf(scheme));
            case ED25519 -> type == Type.ED25519;
            case ED448 -> type == Type.ED448;
            case MLDSA44 -> type == Type.MLDSA44 && is13;
            case MLDSA65 -> type == Type.MLDSA65 && is13;
            case MLDSA87 -> type == Type.MLDSA87 && is13;
            case RSA_PSS_RSAE_SHA256, RSA_PSS_RSAE_SHA384, RSA_PSS_RSAE_SHA512 ->
                type == Type.RSA && isLongEnoughForPss(hashLength(scheme));
            case RSA_PSS_PSS_SHA256, RSA_PSS_PSS_SHA384, RSA_PSS_PSS_SHA512 ->
                type == Type.RSASSA_PSS && isLongEnoughForPss(hashLength(scheme)) && isAllowedByKey(scheme);
            case RSA_PKCS1_SHA256, RSA_PKCS1_SHA384, RSA_PKCS1_SHA512 -> type == Type.RSA && !is13;
        };
    }

    /** {@return the schemes that the key can sign with in any version, in ParkTLS's order of preference} */
    public List<SignatureScheme> schemes() {
        return SignatureScheme.all().stream().filter(this::signs).toList();
    }

    /**
     * {@return whether the key can sign with a scheme in any version}
     *
     * @param scheme the scheme
     */
    public boolean signs(SignatureScheme scheme) {
        return signs(scheme, TlsVersion.TLS_1_2) || signs(scheme, TlsVersion.TLS_1_3);
    }

    /** Returns whether only TLS 1.3 has schemes for this type of key. */
    boolean isForTls13Only() {
        return type == Type.MLDSA44 || type == Type.MLDSA65 || type == Type.MLDSA87;
    }

    /** Returns whether the scheme is the one that TLS 1.3 binds to this key's curve; false for keys without a curve. */
    boolean isOnCurveOf(SignatureScheme scheme) {
        return curve != null && curve == curveOf(scheme);
    }

    private static @Nullable NamedGroup curveOf(SignatureScheme scheme) {
        return switch (scheme) {
            case ECDSA_SECP256R1_SHA256 -> NamedGroup.SECP256R1;
            case ECDSA_SECP384R1_SHA384 -> NamedGroup.SECP384R1;
            case ECDSA_SECP521R1_SHA512 -> NamedGroup.SECP521R1;
            default -> null;
        };
    }

    private static int hashLength(SignatureScheme scheme) {
        String name = scheme.standardName();
        return Integer.parseInt(name.substring(name.length() - 3)) / Byte.SIZE;
    }

    /** RFC 8017 9.1.1: the encoded message consists of the hash, a salt of the same length, and two bytes. */
    private boolean isLongEnoughForPss(int hashLength) {
        return modulusBits == 0 || (modulusBits - 1 + 7) / 8 >= 2 * hashLength + 2;
    }

    /** RFC 8446 4.2.3: if the certificate has parameters, the signature must use the same ones. */
    private boolean isAllowedByKey(SignatureScheme scheme) {
        if (pssParameters == null) {
            return true;
        }
        int length = hashLength(scheme);
        String digest = pssParameters.getDigestAlgorithm().replace("-", "").toUpperCase(Locale.ROOT);
        return digest.equals("SHA" + length * Byte.SIZE) && pssParameters.getSaltLength() <= length;
    }

    /**
     * {@return how the certificate types and cipher suites of TLS 1.2 classify this type of key; null if they do not
     * cover it}
     */
    public @Nullable Authentication authentication() {
        return switch (type) {
            case EC, ED25519, ED448 -> Authentication.ECDSA;
            case RSA, RSASSA_PSS -> Authentication.RSA;
            case MLDSA44, MLDSA65, MLDSA87, OTHER -> null;
        };
    }

    /**
     * The classes of keys in TLS 1.2, as named by the cipher suite for servers and by certificate_types for clients.
     */
    public enum Authentication {
        /** ECDHE_ECDSA suites and ecdsa_sign: ECDSA and EdDSA keys (RFC 8422 2.2, 5.5). */
        ECDSA,
        /** ECDHE_RSA suites and rsa_sign: rsaEncryption and RSASSA-PSS keys (RFC 8446 4.2.3). */
        RSA;

        /** The ClientCertificateType rsa_sign (RFC 5246 7.4.4). */
        private static final int RSA_SIGN = 1;

        /** The ClientCertificateType ecdsa_sign (RFC 8422 5.5). */
        private static final int ECDSA_SIGN = 64;

        /**
         * {@return the class of keys that a {@code ClientCertificateType} stands for; null if ParkTLS has no keys for
         * it}
         *
         * @param code the {@code ClientCertificateType} on the wire
         */
        public static @Nullable Authentication ofCertificateType(int code) {
            return switch (code) {
                case RSA_SIGN -> RSA;
                case ECDSA_SIGN -> ECDSA;
                default -> null;
            };
        }
    }

    /** Returns the type for messages, with the curve or the length. */
    @Override
    public String toString() {
        return switch (type) {
            case EC -> curve == null ? "EC" : "EC " + curve;
            case ED25519 -> "Ed25519";
            case ED448 -> "Ed448";
            case RSA -> modulusBits == 0 ? "RSA" : "RSA " + modulusBits;
            case RSASSA_PSS -> modulusBits == 0 ? "RSASSA-PSS" : "RSASSA-PSS " + modulusBits;
            case MLDSA44 -> "ML-DSA-44";
            case MLDSA65 -> "ML-DSA-65";
            case MLDSA87 -> "ML-DSA-87";
            case OTHER -> "unsupported";
        };
    }
}
