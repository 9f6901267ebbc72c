package io.parktls.engine.bouncycastle;

import java.security.MessageDigest;
import org.bouncycastle.tls.crypto.TlsHash;

/**
 * A running hash, computed by the JDK. Bouncy Castle clones the transcript's hash for each value that it takes from it.
 */
final class JdkHash implements TlsHash {
    private final MessageDigest digest;

    JdkHash(JdkHashAlgorithm algorithm) {
        this(algorithm.newDigest());
    }

    private JdkHash(MessageDigest digest) {
        this.digest = digest;
    }

    @Override
    public void update(byte[] input, int offset, int length) {
        digest.update(input, offset, length);
    }

    @Override
    public byte[] calculateHash() {
        return digest.digest();
    }

    @Override
    public TlsHash cloneHash() {
        try {
            return new JdkHash((MessageDigest) digest.clone());
        } catch (CloneNotSupportedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void reset() {
        digest.reset();
    }
}
