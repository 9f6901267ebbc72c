package io.parktls.engine.bouncycastle;

import java.security.MessageDigest;
import java.util.function.Consumer;
import org.bouncycastle.tls.crypto.TlsHash;

/**
 * A running hash, computed by the JDK. Bouncy Castle clones the transcript's hash for each value that it takes from it.
 */
final class JdkHash implements TlsHash {
    private final MessageDigest digest;
    private final Consumer<JdkHash> cloned;

    /**
     * Creates a hash of no data.
     *
     * @param cloned receives the hash whenever it is cloned, as only that of the transcript is
     */
    JdkHash(JdkHashAlgorithm algorithm, Consumer<JdkHash> cloned) {
        this(algorithm.newDigest(), cloned);
    }

    JdkHash(JdkHashAlgorithm algorithm) {
        this(algorithm, hash -> {});
    }

    private JdkHash(MessageDigest digest, Consumer<JdkHash> cloned) {
        this.digest = digest;
        this.cloned = cloned;
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
        cloned.accept(this);
        return copy();
    }

    /** Returns an independent copy. */
    JdkHash copy() {
        try {
            return new JdkHash((MessageDigest) digest.clone(), cloned);
        } catch (CloneNotSupportedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void reset() {
        digest.reset();
    }
}
