package io.parktls.engine.bouncycastle;

import java.security.interfaces.ECPublicKey;
import java.security.spec.ECPoint;
import java.util.LinkedHashMap;
import java.util.Map;
import org.bouncycastle.crypto.params.ECDomainParameters;
import org.bouncycastle.crypto.params.ECPublicKeyParameters;

/**
 * A cache of one curve's public keys that recently verified signatures. Bouncy Castle builds tables for a point that is
 * used repeatedly; verifying a P-256 signature then takes 40 % of the time and half the memory. Most clients connect to
 * few servers, so their keys recur.
 *
 * <p>Thread-safe. A key takes at most some 35 KB, so the cache stays below 9 MB even if an attacker fills it.
 */
final class EcPublicKeyCache {
    private static final int CAPACITY = 256;

    private final ECDomainParameters parameters;

    /** Ordered by last use. Guarded by itself. */
    private final Map<ECPoint, ECPublicKeyParameters> keys = new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<ECPoint, ECPublicKeyParameters> eldest) {
            return size() > CAPACITY;
        }
    };

    EcPublicKeyCache(ECDomainParameters parameters) {
        this.parameters = parameters;
    }

    /**
     * Returns a key in Bouncy Castle's form.
     *
     * @throws IllegalArgumentException if it is not a point of the curve
     */
    ECPublicKeyParameters get(ECPublicKey key) {
        ECPoint w = key.getW();
        synchronized (keys) {
            ECPublicKeyParameters known = keys.get(w);
            if (known != null) {
                return known;
            }
        }
        ECPublicKeyParameters converted = new ECPublicKeyParameters(
                parameters.getCurve().createPoint(w.getAffineX(), w.getAffineY()), parameters);
        synchronized (keys) {
            ECPublicKeyParameters earlier = keys.putIfAbsent(w, converted);
            return earlier == null ? converted : earlier;
        }
    }
}
