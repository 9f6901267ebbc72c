package io.parktls.engine.bouncycastle;

import java.security.PrivateKey;
import java.security.Provider;
import java.security.SecureRandom;
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

    /** Null where Bouncy Castle does it; as is the next. */
    private final @Nullable Provider x25519;

    private final @Nullable Provider ecdh;

    KeyExchanges(PreferredProviders preferred) {
        this.x25519 = ProviderX25519KeyPair.provider(preferred);
        this.ecdh = ProviderEcdhAgreement.provider(preferred);
    }

    X25519KeyPair x25519(SecureRandom random) {
        return x25519 == null ? new LightweightX25519KeyPair(random) : new ProviderX25519KeyPair(x25519);
    }

    TlsAgreement ecdh(AbstractTlsCrypto crypto, EcCurve curve) {
        return ecdh == null ? new EcdhAgreement(crypto, curve) : new ProviderEcdhAgreement(crypto, curve, ecdh);
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
