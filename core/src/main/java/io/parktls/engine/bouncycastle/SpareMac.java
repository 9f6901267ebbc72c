package io.parktls.engine.bouncycastle;

import java.util.concurrent.atomic.AtomicReference;
import javax.crypto.Mac;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the HMAC object of a connection between uses: a TLS 1.3 handshake needs some 25 HMACs on each side, one after the
 * other and all with the same hash.
 *
 * <p>Thread-safe: whoever finds it taken gets another.
 */
final class SpareMac {
    private final AtomicReference<@Nullable Mac> spare = new AtomicReference<>();

    /** An HMAC with that key, for the caller alone. */
    Mac take(JdkHashAlgorithm algorithm, byte[] key) {
        Mac mac = spare.getAndSet(null);
        if (mac == null || !mac.getAlgorithm().equals(algorithm.macName())) {
            mac = algorithm.newMac();
        }
        algorithm.initialize(mac, key, 0, key.length);
        return mac;
    }

    /** Returns it after {@code doFinal}. */
    void give(Mac mac) {
        spare.set(mac);
    }
}
