package io.parktls.record;

import io.parktls.TlsVersion;
import java.io.NotSerializableException;
import java.io.ObjectOutputStream;
import java.util.Arrays;
import javax.crypto.SecretKey;

/**
 * The algorithm, key and IV that protect the records of one direction until the next key change. This class implements
 * {@link SecretKey} because a {@code SecretKeySpec} would be another copy of the key that cannot be overwritten. Not
 * thread-safe.
 */
public final class TrafficKey implements SecretKey {
    private static final long serialVersionUID = 1L;

    private final transient AeadCiphers ciphers;
    private final TlsVersion version;
    private final byte[] key;

    /**
     * The IV; temporarily the nonce of a record while it is computed. For GCM in TLS 1.2, the IV is the first 4 bytes.
     */
    private final byte[] iv;

    private boolean destroyed;

    /**
     * Takes ownership of the arrays, which are overwritten when the key is destroyed.
     *
     * @param ciphers the ciphers of the algorithm
     * @param version the protocol version, which determines nonces and additional data
     * @param key as many bytes as {@link AeadAlgorithm#keyLength}
     * @param iv 12 bytes; 4 bytes for GCM in TLS 1.2, where records contain the rest of the nonce
     */
    public TrafficKey(AeadCiphers ciphers, TlsVersion version, byte[] key, byte[] iv) {
        this.ciphers = ciphers;
        this.version = version;
        if (key.length != algorithm().keyLength() || iv.length != AeadAlgorithm.NONCE - explicitNonce()) {
            throw new IllegalArgumentException(
                    "invalid lengths for " + this + ": key of " + key.length + " bytes, IV of " + iv.length + " bytes");
        }
        this.key = key;
        if (iv.length == AeadAlgorithm.NONCE) {
            this.iv = iv;
        } else {
            this.iv = Arrays.copyOf(iv, AeadAlgorithm.NONCE);
            Arrays.fill(iv, (byte) 0);
        }
    }

    AeadCiphers ciphers() {
        return ciphers;
    }

    AeadAlgorithm algorithm() {
        return ciphers.algorithm();
    }

    byte[] iv() {
        return iv;
    }

    boolean is13() {
        return version == TlsVersion.TLS_1_3;
    }

    /** The number of bytes of the nonce that each record contains. */
    int explicitNonce() {
        return is13() ? 0 : algorithm().explicitNonce12();
    }

    /** The number of bytes by which a record is longer than its content, including the header but not padding. */
    public int overhead() {
        return RecordFormat.HEADER + explicitNonce() + (is13() ? 1 : 0) + AeadAlgorithm.TAG;
    }

    @Override
    public String getAlgorithm() {
        return algorithm().keyAlgorithm();
    }

    @Override
    public String getFormat() {
        return "RAW";
    }

    /**
     * Returns a copy of the key, as {@code Cipher} expects.
     *
     * @throws IllegalStateException if the key is destroyed, so that the zeros in its place never protect a record
     */
    @Override
    public byte[] getEncoded() {
        if (destroyed) {
            throw new IllegalStateException("the traffic key is destroyed");
        }
        return key.clone();
    }

    /** Overwrites the key and the IV. */
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
        throw new NotSerializableException("traffic keys cannot be serialized");
    }

    /** Returns the algorithm and version, but neither the key nor the IV. */
    @Override
    public String toString() {
        return algorithm() + " " + version;
    }
}
