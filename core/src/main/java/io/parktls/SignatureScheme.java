package io.parktls;

import java.util.List;
import java.util.Optional;

/**
 * The signature schemes (RFC 8446 4.2.3) that ParkTLS supports, in order of preference. None of them uses SHA-1.
 *
 * <p>The three ML-DSA schemes resist attacks by quantum computers and come first, in the order in which OpenSSL 3.5
 * offers them. A peer uses one of them only if it has such a certificate, so the default order prefers the certificate
 * that its owner has added for this purpose. Their signatures have 2,420 to 4,627 bytes, and a handshake carries several.
 */
public enum SignatureScheme {
    /** ML-DSA-65 (FIPS 204, RFC 9881), for TLS 1.3 only. Certificates may have this signature in both versions. */
    MLDSA65("mldsa65", 0x0905),
    /** ML-DSA-87 (FIPS 204, RFC 9881), for TLS 1.3 only. Certificates may have this signature in both versions. */
    MLDSA87("mldsa87", 0x0906),
    /** ML-DSA-44 (FIPS 204, RFC 9881), for TLS 1.3 only. Certificates may have this signature in both versions. */
    MLDSA44("mldsa44", 0x0904),
    /** ECDSA with P-256 and SHA-256. */
    ECDSA_SECP256R1_SHA256("ecdsa_secp256r1_sha256", 0x0403),
    /** ECDSA with P-384 and SHA-384. */
    ECDSA_SECP384R1_SHA384("ecdsa_secp384r1_sha384", 0x0503),
    /** ECDSA with P-521 and SHA-512. */
    ECDSA_SECP521R1_SHA512("ecdsa_secp521r1_sha512", 0x0603),
    /** Ed25519, RFC 8032. */
    ED25519("ed25519", 0x0807),
    /** Ed448, RFC 8032. */
    ED448("ed448", 0x0808),
    /** RSASSA-PSS with a key of type rsaEncryption. */
    RSA_PSS_RSAE_SHA256("rsa_pss_rsae_sha256", 0x0804),
    /** RSASSA-PSS with a key of type rsaEncryption. */
    RSA_PSS_RSAE_SHA384("rsa_pss_rsae_sha384", 0x0805),
    /** RSASSA-PSS with a key of type rsaEncryption. */
    RSA_PSS_RSAE_SHA512("rsa_pss_rsae_sha512", 0x0806),
    /** RSASSA-PSS with a key of type RSASSA-PSS. */
    RSA_PSS_PSS_SHA256("rsa_pss_pss_sha256", 0x0809),
    /** RSASSA-PSS with a key of type RSASSA-PSS. */
    RSA_PSS_PSS_SHA384("rsa_pss_pss_sha384", 0x080A),
    /** RSASSA-PSS with a key of type RSASSA-PSS. */
    RSA_PSS_PSS_SHA512("rsa_pss_pss_sha512", 0x080B),
    /** RSASSA-PKCS1-v1_5, for TLS 1.2 handshakes and for certificates. */
    RSA_PKCS1_SHA256("rsa_pkcs1_sha256", 0x0401),
    /** RSASSA-PKCS1-v1_5, for TLS 1.2 handshakes and for certificates. */
    RSA_PKCS1_SHA384("rsa_pkcs1_sha384", 0x0501),
    /** RSASSA-PKCS1-v1_5, for TLS 1.2 handshakes and for certificates. */
    RSA_PKCS1_SHA512("rsa_pkcs1_sha512", 0x0601);

    private static final List<SignatureScheme> ALL = List.of(values());

    private final String standardName;
    private final int code;

    SignatureScheme(String standardName, int code) {
        this.standardName = standardName;
        this.code = code;
    }

    /** {@return the name in the IANA registry} */
    public String standardName() {
        return standardName;
    }

    /** {@return the {@code SignatureScheme} on the wire} */
    public int code() {
        return code;
    }

    /** {@return all schemes, in order of preference} */
    public static List<SignatureScheme> all() {
        return ALL;
    }

    /**
     * {@return the scheme with that code; empty if ParkTLS does not support it}
     *
     * @param code the {@code SignatureScheme} on the wire
     */
    public static Optional<SignatureScheme> of(int code) {
        for (SignatureScheme scheme : ALL) {
            if (scheme.code == code) {
                return Optional.of(scheme);
            }
        }
        return Optional.empty();
    }

    @Override
    public String toString() {
        return standardName;
    }
}
