package io.parktls.engine.bouncycastle;

import java.util.Arrays;
import javax.crypto.SecretKey;

/**
 * An HMAC key that avoids copies of the secret. HMAC's implementation copies the key once and wipes its copy.
 * {@link javax.crypto.spec.SecretKeySpec} would make another copy without wiping it, and refuses an empty key.
 */
final class HmacKey implements SecretKey {
    private final byte[] bytes;
    private final int offset;
    private final int length;
    private final String algorithm;

    /** Creates a key from a part of {@code bytes}, which must not change until the key has been used. */
    HmacKey(byte[] bytes, int offset, int length, String algorithm) {
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
        return Arrays.copyOfRange(bytes, offset, offset + length);
    }
}
