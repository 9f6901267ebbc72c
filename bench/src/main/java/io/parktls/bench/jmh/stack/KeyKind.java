package io.parktls.bench.jmh.stack;

import io.parktls.SignatureScheme;
import java.security.spec.AlgorithmParameterSpec;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.RSAKeyGenParameterSpec;

/** Keys of a server and of the authority that vouches for it. */
public enum KeyKind {
    ECDSA_P256(
            "ECDSA P-256",
            "EC",
            new ECGenParameterSpec("secp256r1"),
            "SHA256withECDSA",
            SignatureScheme.ECDSA_SECP256R1_SHA256),
    RSA_2048(
            "RSA-2048",
            "RSA",
            new RSAKeyGenParameterSpec(2048, RSAKeyGenParameterSpec.F4),
            "SHA256withRSA",
            SignatureScheme.RSA_PSS_RSAE_SHA256);

    private final String label;
    private final String algorithm;
    private final AlgorithmParameterSpec parameters;
    private final String certificateSignature;
    private final SignatureScheme scheme;

    KeyKind(
            String label,
            String algorithm,
            AlgorithmParameterSpec parameters,
            String certificateSignature,
            SignatureScheme scheme) {
        this.label = label;
        this.algorithm = algorithm;
        this.parameters = parameters;
        this.certificateSignature = certificateSignature;
        this.scheme = scheme;
    }

    /** The JDK's name for the key. */
    String algorithm() {
        return algorithm;
    }

    AlgorithmParameterSpec parameters() {
        return parameters;
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
