package io.parktls.engine.bouncycastle;

import java.util.Arrays;
import javax.crypto.SecretKey;

/**
 * A key on its way into HMAC, which takes one copy and wipes it. {@link javax.crypto.spec.SecretKeySpec} would make a
 * second one and leave it behind, and refuse the empty key.
 */
final class HmacKey implements SecretKey {
    private final byte[] bytes;
    private final int offset;
    private final int length;
    private final String algorithm;

    /** A part of {@code bytes}, which must not change before the key is used. */
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
