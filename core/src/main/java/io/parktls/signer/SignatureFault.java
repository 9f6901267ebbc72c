package io.parktls.signer;

import io.parktls.SignatureScheme;
import io.parktls.engine.SigningKey;

/** Explains why the public key does not verify a signature, as far as its form shows. */
final class SignatureFault {
    private static final int DER_SEQUENCE = 0x30;

    private SignatureFault() {}

    /** Returns the explanation, to be appended to a message. It reveals only the length of the signature. */
    static String describe(SigningKey key, SignatureScheme scheme, byte[] signature) {
        if (scheme.standardName().startsWith("ecdsa")) {
            return signature.length > 0 && signature[0] == DER_SEQUENCE
                    ? otherKey()
                    : ": it must be the DER encoding of r and s (RFC 3279 2.2.3), not the two values side by side";
        }
        int expected = length(key, scheme);
        return expected == signature.length || expected == 0
                ? otherKey()
                : ": a signature with a key of type '" + key + "' has " + expected + " bytes";
    }

    private static String otherKey() {
        return ": it does not verify with the key of the certificate; check that the signer uses the private key of this"
                + " certificate, and signs the message itself with the algorithm of the scheme";
    }

    private static int length(SigningKey key, SignatureScheme scheme) {
        return switch (scheme) {
            case ED25519 -> 64; // RFC 8032 5.1.6
            case ED448 -> 114; // RFC 8032 5.2.6
            // FIPS 204 table 2
            case MLDSA44 -> 2420;
            case MLDSA65 -> 3309;
            case MLDSA87 -> 4627;
            default -> (key.modulusBits() + 7) / 8;
        };
    }
}
