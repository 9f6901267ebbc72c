package io.parktls.engine.bouncycastle;

import org.jspecify.annotations.Nullable;

/**
 * A connection's ephemeral X25519 key pair (RFC 7748), generated when it is first used. The key shares of a hybrid
 * group and of X25519 itself in one ClientHello use the same key pair, because the server chooses only one of them (RFC
 * 9954 3.2, which relaxes RFC 8446 4.2.8 for that purpose). Not thread-safe.
 */
interface X25519KeyPair {
    /** The length of a public key and of a secret, in bytes. */
    int LENGTH = 32;

    /** Returns the key share, {@link #LENGTH} bytes. */
    byte[] publicKey();

    /**
     * Computes the secret and drops the private key.
     *
     * @param peerPublicKey {@link #LENGTH} bytes
     * @return null if the secret is all zeros
     */
    byte @Nullable [] agree(byte[] peerPublicKey);
}
