package io.parktls.record;

import io.parktls.TlsVersion;
import java.util.Arrays;

/** What protects one direction of a connection until it is changed: algorithm, key and IV. */
public final class TrafficKey {
    private final AeadAlgorithm algorithm;
    private final TlsVersion version;
    private final byte[] key;
    private final byte[] iv;

    /**
     * Takes key and IV over: they are overwritten in the end.
     *
     * @param version the protocol whose nonces and additional data apply
     * @param iv 12 bytes; 4 for GCM in TLS 1.2, where the record carries the rest
     */
    public TrafficKey(AeadAlgorithm algorithm, TlsVersion version, byte[] key, byte[] iv) {
        this.algorithm = algorithm;
        this.version = version;
        this.key = key;
        this.iv = iv;
    }

    AeadAlgorithm algorithm() {
        return algorithm;
    }

    byte[] key() {
        return key;
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

    /** Overwrites the key. */
    void destroy() {
        Arrays.fill(key, (byte) 0);
        Arrays.fill(iv, (byte) 0);
    }

    /** Neither key nor IV. */
    @Override
    public String toString() {
        return algorithm + " " + version;
    }
}
