package io.parktls.engine.bouncycastle;

import java.util.concurrent.atomic.AtomicReferenceArray;
import javax.crypto.Mac;
import org.jspecify.annotations.Nullable;

/**
 * Keeps HMAC objects of one algorithm between uses: a TLS 1.3 handshake needs some 25 HMACs on each side, and to make one
 * costs as much as to use it.
 *
 * <p>Thread-safe, without waiting: who finds no spare one at its place gets a new one.
 */
final class MacPool {
    private static final int PLACES = 16;

    private final JdkHashAlgorithm algorithm;
    private final AtomicReferenceArray<@Nullable Mac> spares = new AtomicReferenceArray<>(PLACES);

    MacPool(JdkHashAlgorithm algorithm) {
        this.algorithm = algorithm;
    }

    /** An HMAC with that key, for the caller alone. */
    Mac take(byte[] key) {
        Mac mac = spares.getAndSet(place(), null);
        if (mac == null) {
            mac = algorithm.newMac();
        }
        algorithm.initialize(mac, key, 0, key.length);
        return mac;
    }

    /** Takes back what {@link #take} gave; its key is overwritten. */
    void give(Mac mac) {
        algorithm.clear(mac);
        spares.set(place(), mac);
    }

    private static int place() {
        return (int) Thread.currentThread().threadId() & (PLACES - 1);
    }
}
