package io.parktls.wire;

import io.parktls.NamedGroup;
import io.parktls.TlsHandshakeException;

/**
 * Checks the syntax of key shares for the groups that ParkTLS supports (RFC 8446 4.2.8.2, RFC 7748,
 * draft-ietf-tls-ecdhe-mlkem).
 */
final class KeyShares {
    private static final int UNCOMPRESSED = 4;

    /** The length of an encapsulation key of ML-KEM-768, which a client sends (FIPS 203). */
    private static final int ML_KEM_768_KEY = 1184;

    /** The length of a ciphertext of ML-KEM-768, which a server sends (FIPS 203). */
    private static final int ML_KEM_768_CIPHERTEXT = 1088;

    private static final int X25519_LENGTH = 32;

    private KeyShares() {}

    /**
     * Checks the length of a share, and that a point is uncompressed. Shares of unsupported groups are accepted
     * unchecked, because they are not used.
     *
     * @param fromClient whether the client sent the share
     */
    static void check(int group, boolean fromClient, int offset, int length, WireReader in)
            throws TlsHandshakeException {
        NamedGroup known = NamedGroup.of(group).orElse(null);
        if (known == null) {
            return;
        }
        int expected = switch (known) {
            case X25519MLKEM768 -> (fromClient ? ML_KEM_768_KEY : ML_KEM_768_CIPHERTEXT) + X25519_LENGTH;
            case X25519 -> X25519_LENGTH;
            case SECP256R1 -> 65;
            case SECP384R1 -> 97;
            case SECP521R1 -> 133;
        };
        if (length != expected) {
            throw in.illegal("the key share for " + known + " has " + length + " bytes, not " + expected);
        }
        boolean point = known == NamedGroup.SECP256R1 || known == NamedGroup.SECP384R1 || known == NamedGroup.SECP521R1;
        if (point && in.bytes()[offset] != UNCOMPRESSED) {
            throw in.illegal("the key share for " + known + " is not an uncompressed point");
        }
    }
}
