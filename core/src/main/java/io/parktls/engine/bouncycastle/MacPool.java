package io.parktls.engine.bouncycastle;

import io.parktls.jca.ObjectPool;
import javax.crypto.Mac;

/**
 * A pool of HMAC objects of one algorithm. A TLS 1.3 handshake computes some 25 HMACs on each side, and creating a
 * {@code Mac} costs as much as using it. Thread-safe.
 */
final class MacPool {
    private final JdkHashAlgorithm algorithm;
    private final ObjectPool<Mac> macs;

    MacPool(JdkHashAlgorithm algorithm) {
        this.algorithm = algorithm;
        this.macs = new ObjectPool<>(algorithm::newMac);
    }

    /** Returns an HMAC with a key, for exclusive use. */
    Mac take(byte[] key) {
        Mac mac = macs.take();
        algorithm.initialize(mac, key, 0, key.length);
        return mac;
    }

    /** Overwrites the key of an HMAC from {@link #take} and returns it to the pool. */
    void give(Mac mac) {
        algorithm.clear(mac);
        macs.give(mac);
    }
}
