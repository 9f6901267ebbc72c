package io.parktls.engine.bouncycastle;

import java.security.SecureRandom;
import java.util.Arrays;
import org.bouncycastle.math.ec.rfc7748.X25519;
import org.jspecify.annotations.Nullable;

/**
 * A connection's ephemeral X25519 key pair (RFC 7748), made when it is first asked for. The shares of one ClientHello have
 * it in common: a hybrid group's and that of X25519 itself, of which the server chooses one (RFC 9954 3.2, which relaxes
 * RFC 8446 4.2.8 to that end).
 */
final class X25519KeyPair {
    private final SecureRandom random;
    private final byte[] privateKey = new byte[X25519.SCALAR_SIZE];
    private byte @Nullable [] publicKey;

    X25519KeyPair(SecureRandom random) {
        this.random = random;
    }

    byte[] publicKey() {
        byte[] key = publicKey;
        if (key == null) {
            key = new byte[X25519.POINT_SIZE];
            X25519.generatePrivateKey(random, privateKey);
            X25519.generatePublicKey(privateKey, 0, key, 0);
            publicKey = key;
        }
        return key;
    }

    /**
     * Agrees on a secret, and overwrites the private key.
     *
     * @return null if the secret is all zeros
     */
    byte @Nullable [] agree(byte[] peerPublicKey) {
        byte[] secret = new byte[X25519.POINT_SIZE];
        try {
            return X25519.calculateAgreement(privateKey, 0, peerPublicKey, 0, secret, 0) ? secret : null;
        } finally {
            Arrays.fill(privateKey, (byte) 0);
            publicKey = null;
        }
    }
}
