package io.parktls.engine.bouncycastle;

import org.jspecify.annotations.Nullable;

/**
 * A connection's ephemeral X25519 key pair (RFC 7748), made when it is first asked for. The shares of one ClientHello have
 * it in common: a hybrid group's and that of X25519 itself, of which the server chooses one (RFC 9954 3.2, which relaxes
 * RFC 8446 4.2.8 to that end). Not thread-safe.
 */
interface X25519KeyPair {
    /** Bytes of a public key, and of a secret. */
    int LENGTH = 32;

    /** The key share: {@link #LENGTH} bytes. */
    byte[] publicKey();

    /**
     * Agrees on a secret, and drops the private key.
     *
     * @param peerPublicKey {@link #LENGTH} bytes
     * @return null if the secret is all zeros
     */
    byte @Nullable [] agree(byte[] peerPublicKey);
}
