package io.parktls.bench.jmh.stack;

import io.parktls.SignatureScheme;

/** The kinds of keys that a server and its certification authority have. */
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

    /** The JDK's name of the key algorithm. */
    String algorithm() {
        return algorithm;
    }

    /** The key size, which for elliptic curves identifies the NIST curve. */
    int bits() {
        return bits;
    }

    /** The algorithm with which an authority signs certificates. */
    String certificateSignature() {
        return certificateSignature;
    }

    /** The scheme with which a server signs handshakes. */
    SignatureScheme scheme() {
        return scheme;
    }

    @Override
    public String toString() {
        return label;
    }
}
