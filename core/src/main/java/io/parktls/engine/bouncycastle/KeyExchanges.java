package io.parktls.engine.bouncycastle;

import java.security.PrivateKey;
import java.security.Provider;
import java.security.SecureRandom;
import java.util.EnumMap;
import java.util.Map;
import javax.security.auth.DestroyFailedException;
import org.bouncycastle.tls.crypto.TlsAgreement;
import org.bouncycastle.tls.crypto.impl.AbstractTlsCrypto;
import org.jspecify.annotations.Nullable;

/**
 * Selects the implementation of a context's key exchanges: a preferred provider if it has the group, otherwise Bouncy
 * Castle's lightweight API. Immutable.
 */
final class KeyExchanges {
    static final KeyExchanges LIGHTWEIGHT = new KeyExchanges(PreferredProviders.NONE);

    /** The preferred provider of X25519; null if Bouncy Castle computes it. */
    private final @Nullable Provider x25519;

    /** The preferred providers of the curves. Curves that Bouncy Castle computes are absent. */
    private final Map<EcCurve, Provider> ecdh = new EnumMap<>(EcCurve.class);

    KeyExchanges(PreferredProviders preferred) {
        this.x25519 = ProviderX25519KeyPair.provider(preferred);
        if (!preferred.providers().isEmpty()) {
            for (EcCurve curve : EcCurve.values()) {
                Provider provider = ProviderEcdhAgreement.provider(preferred, curve);
                if (provider != null) {
                    ecdh.put(curve, provider);
                }
            }
        }
    }

    X25519KeyPair x25519(SecureRandom random) {
        return x25519 == null ? new LightweightX25519KeyPair(random) : new ProviderX25519KeyPair(x25519);
    }

    TlsAgreement ecdh(AbstractTlsCrypto crypto, EcCurve curve) {
        Provider provider = ecdh.get(curve);
        return provider == null ? new EcdhAgreement(crypto, curve) : new ProviderEcdhAgreement(crypto, curve, provider);
    }

    /** Destroys an ephemeral private key, if its provider supports that. */
    static void destroy(PrivateKey key) {
        try {
            key.destroy();
        } catch (DestroyFailedException e) {
            // Few providers support it. Otherwise the garbage collector reclaims the key.
        }
    }
}
