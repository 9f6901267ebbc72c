package io.parktls.record;

import io.parktls.TlsVersion;
import java.io.NotSerializableException;
import java.io.ObjectOutputStream;
import java.util.Arrays;
import javax.crypto.SecretKey;

/**
 * What protects one direction of a connection until it is changed: algorithm, key and IV. It is a key of its own kind
 * because a {@code SecretKeySpec} would be one more copy, and one that cannot be overwritten. Not thread-safe.
 */
public final class TrafficKey implements SecretKey {
    private static final long serialVersionUID = 1L;

    private final AeadAlgorithm algorithm;
    private final TlsVersion version;
    private final byte[] key;

    /** The IV, and the nonce of a record while that is made. For GCM in TLS 1.2 the IV is the first four bytes. */
    private final byte[] iv;

    private boolean destroyed;

    /**
     * Takes key and IV over: they are overwritten in the end.
     *
     * @param version the protocol whose nonces and additional data apply
     * @param iv 12 bytes; 4 for GCM in TLS 1.2, where the record carries the rest
     */
    public TrafficKey(AeadAlgorithm algorithm, TlsVersion version, byte[] key, byte[] iv) {
        this.algorithm = algorithm;
        this.version = version;
        if (key.length != algorithm.keyLength() || iv.length != AeadAlgorithm.NONCE - explicitNonce()) {
            throw new IllegalArgumentException(this + ": key of " + key.length + ", IV of " + iv.length + " bytes");
        }
        this.key = key;
        if (iv.length == AeadAlgorithm.NONCE) {
            this.iv = iv;
        } else {
            this.iv = Arrays.copyOf(iv, AeadAlgorithm.NONCE);
            Arrays.fill(iv, (byte) 0);
        }
    }

    AeadAlgorithm algorithm() {
        return algorithm;
    }

    byte[] iv() {
        return iv;
    }

    boolean is13() {
        return version == TlsVersion.TLS_1_3;
    }

    /** Bytes of the nonce that each record carries. */
    int explicitNonce() {
        return is13() ? 0 : algorithm.explicitNonce12();
    }

    /** What a record is longer than its content, header included, padding not. */
    public int overhead() {
        return RecordFormat.HEADER + explicitNonce() + (is13() ? 1 : 0) + AeadAlgorithm.TAG;
    }

    @Override
    public String getAlgorithm() {
        return algorithm.keyAlgorithm();
    }

    @Override
    public String getFormat() {
        return "RAW";
    }

    /**
     * A copy, as {@code Cipher} expects.
     *
     * @throws IllegalStateException if the key is destroyed: it must not seal anything then
     */
    @Override
    public byte[] getEncoded() {
        if (destroyed) {
            throw new IllegalStateException("the traffic key is destroyed");
        }
        return key.clone();
    }

    /** Overwrites key and IV. */
    @Override
    public void destroy() {
        destroyed = true;
        Arrays.fill(key, (byte) 0);
        Arrays.fill(iv, (byte) 0);
    }

    @Override
    public boolean isDestroyed() {
        return destroyed;
    }

    private void writeObject(ObjectOutputStream out) throws NotSerializableException {
        throw new NotSerializableException("a traffic key");
    }

    /** Neither key nor IV. */
    @Override
    public String toString() {
        return algorithm + " " + version;
    }
}
