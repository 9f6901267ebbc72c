package io.parktls.bench.jmh.stack;

import io.parktls.SignatureScheme;

/** Keys of a server and of the authority that vouches for it. */
public enum KeyKind {
    ECDSA_P256("ECDSA P-256", "EC", 256, "SHA256withECDSA", SignatureScheme.ECDSA_SECP256R1_SHA256),
    RSA_2048("RSA-2048", "RSA", 2048, "SHA256withRSA", SignatureScheme.RSA_PSS_RSAE_SHA256);

    private final String label;
    private final String algorithm;
    private final int bits;
    private final String certificateSignature;
    private final SignatureScheme scheme;

    KeyKind(String label, String algorithm, int bits, String certificateSignature, SignatureScheme scheme) {
        this.label = label;
        this.algorithm = algorithm;
        this.bits = bits;
        this.certificateSignature = certificateSignature;
        this.scheme = scheme;
    }

    /** The JDK's name for the key. */
    String algorithm() {
        return algorithm;
    }

    /** Its size, which for an elliptic curve names the one of NIST. */
    int bits() {
        return bits;
    }

    /** How an authority with such a key signs certificates. */
    String certificateSignature() {
        return certificateSignature;
    }

    /** How such a key signs a handshake. */
    SignatureScheme scheme() {
        return scheme;
    }

    @Override
    public String toString() {
        return label;
    }
}
