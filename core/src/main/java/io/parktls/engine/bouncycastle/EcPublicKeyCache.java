package io.parktls.engine.bouncycastle;

import java.security.interfaces.ECPublicKey;
import java.security.spec.ECPoint;
import java.util.LinkedHashMap;
import java.util.Map;
import org.bouncycastle.crypto.params.ECDomainParameters;
import org.bouncycastle.crypto.params.ECPublicKeyParameters;

/**
 * The keys of one curve that signatures were verified with of late. Bouncy Castle makes tables for a point that it meets
 * again, after which a P-256 signature takes 40 % of the time and half the memory; and most clients talk to few servers.
 *
 * <p>Thread-safe. A key takes some 35 KB at most, so the cache stays below 9 MB even if somebody fills it on purpose.
 */
final class EcPublicKeyCache {
    private static final int CAPACITY = 256;

    private final ECDomainParameters parameters;

    /** In order of last use. Guarded by itself. */
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
     * The key in Bouncy Castle's form.
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
