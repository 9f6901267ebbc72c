package io.parktls.jca;

import java.util.Arrays;
import javax.crypto.SecretKey;

/**
 * A key over a part of an array, which avoids copies of the secret. The JDK's HMAC and AES copy the key once and wipe
 * their copy. {@link javax.crypto.spec.SecretKeySpec} would make another copy without wiping it, and refuses an empty
 * key.
 */
public final class RawKey implements SecretKey {
    /** Encodes the empty keys with which HMACs are cleared, several dozen times in a handshake. */
    private static final byte[] EMPTY = new byte[0];

    private final byte[] bytes;
    private final int offset;
    private final int length;
    private final String algorithm;

    /** Creates a key from a part of {@code bytes}, which must not change until the key has been used. */
    public RawKey(byte[] bytes, int offset, int length, String algorithm) {
        this.bytes = bytes;
        this.offset = offset;
        this.length = length;
        this.algorithm = algorithm;
    }

    @Override
    public String getAlgorithm() {
        return algorithm;
    }

    @Override
    public String getFormat() {
        return "RAW";
    }

    @Override
    public byte[] getEncoded() {
        return length == 0 ? EMPTY : Arrays.copyOfRange(bytes, offset, offset + length);
    }
}
