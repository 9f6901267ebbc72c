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
 * Who does the key exchanges of a context: Bouncy Castle's lightweight API, unless a preferred provider has the group.
 * Immutable.
 */
final class KeyExchanges {
    static final KeyExchanges LIGHTWEIGHT = new KeyExchanges(PreferredProviders.NONE);

    /** Null where Bouncy Castle does it. */
    private final @Nullable Provider x25519;

    /** Only those that Bouncy Castle does not do. */
    private final Map<EcCurve, Provider> ecdh = new EnumMap<>(EcCurve.class);

    KeyExchanges(PreferredProviders preferred) {
        this.x25519 = ProviderX25519KeyPair.provider(preferred);
        for (EcCurve curve : EcCurve.values()) {
            Provider provider = ProviderEcdhAgreement.provider(preferred, curve);
            if (provider != null) {
                ecdh.put(curve, provider);
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

    /** Has a provider overwrite an ephemeral key, if it can. */
    static void drop(PrivateKey key) {
        try {
            key.destroy();
        } catch (DestroyFailedException e) {
            // Few can; then it is garbage, which is all that their users can do.
        }
    }
}
