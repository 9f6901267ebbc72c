package io.parktls.engine.bouncycastle;

import java.security.SecureRandom;
import java.util.Arrays;
import org.bouncycastle.math.ec.rfc7748.X25519;
import org.jspecify.annotations.Nullable;

/** An X25519 key pair of Bouncy Castle's lightweight API, which takes half as long as the JDK. */
final class LightweightX25519KeyPair implements X25519KeyPair {
    private static final byte[] NONE = {};

    private final SecureRandom random;

    /** Empty before it is needed, and after it has been used: the object stays as long as its connection. */
    private byte[] privateKey = NONE;

    private byte @Nullable [] publicKey;

    LightweightX25519KeyPair(SecureRandom random) {
        this.random = random;
    }

    @Override
    public byte[] publicKey() {
        byte[] key = publicKey;
        if (key == null) {
            key = new byte[LENGTH];
            privateKey = new byte[X25519.SCALAR_SIZE];
            X25519.generatePrivateKey(random, privateKey);
            X25519.generatePublicKey(privateKey, 0, key, 0);
            publicKey = key;
        }
        return key;
    }

    @Override
    public byte @Nullable [] agree(byte[] peerPublicKey) {
        byte[] secret = new byte[LENGTH];
        try {
            return X25519.calculateAgreement(privateKey, 0, peerPublicKey, 0, secret, 0) ? secret : null;
        } finally {
            Arrays.fill(privateKey, (byte) 0);
            privateKey = NONE;
            publicKey = null;
        }
    }
}
