package io.parktls.engine.bouncycastle;

import io.parktls.jca.ObjectPool;
import javax.crypto.Mac;

/**
 * Keeps HMAC objects of one algorithm between uses: a TLS 1.3 handshake computes some 25 HMACs on each side, and making a
 * {@code Mac} costs as much as using it. Thread-safe.
 */
final class MacPool {
    private final JdkHashAlgorithm algorithm;
    private final ObjectPool<Mac> macs;

    MacPool(JdkHashAlgorithm algorithm) {
        this.algorithm = algorithm;
        this.macs = new ObjectPool<>(algorithm::newMac);
    }

    /** Returns an HMAC with that key, for the caller alone. */
    Mac take(byte[] key) {
        Mac mac = macs.take();
        algorithm.initialize(mac, key, 0, key.length);
        return mac;
    }

    /** Takes back what {@link #take} returned, and overwrites its key. */
    void give(Mac mac) {
        algorithm.clear(mac);
        macs.give(mac);
    }
}
