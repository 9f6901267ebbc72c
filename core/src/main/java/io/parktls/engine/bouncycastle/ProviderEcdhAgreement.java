package io.parktls.engine.bouncycastle;

import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Provider;
import java.security.ProviderException;
import java.security.interfaces.ECPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.ECPublicKeySpec;
import java.util.Objects;
import javax.crypto.KeyAgreement;
import org.bouncycastle.crypto.params.ECPublicKeyParameters;
import org.bouncycastle.tls.TlsFatalAlert;
import org.bouncycastle.tls.crypto.TlsAgreement;
import org.bouncycastle.tls.crypto.TlsSecret;
import org.bouncycastle.tls.crypto.impl.AbstractTlsCrypto;
import org.jspecify.annotations.Nullable;

/** One ephemeral ECDH exchange on a NIST curve, by a provider that is preferred, with the randomness it has. */
final class ProviderEcdhAgreement implements TlsAgreement {
    private static final String KEYS = "EC";
    private static final String AGREEMENT = "ECDH";

    private final AbstractTlsCrypto crypto;
    private final EcCurve curve;
    private final Provider provider;
    private @Nullable KeyPair pair;
    private @Nullable ECPublicKeyParameters peerPublicKey;

    ProviderEcdhAgreement(AbstractTlsCrypto crypto, EcCurve curve, Provider provider) {
        this.crypto = crypto;
        this.curve = curve;
        this.provider = provider;
    }

    /** The first provider that does ECDH on that curve, null if none does. */
    static @Nullable Provider provider(PreferredProviders preferred, EcCurve curve) {
        return preferred
                .having(KEYS, "KeyPairGenerator", "KeyFactory")
                .filter(provider -> provider.getService("KeyAgreement", AGREEMENT) != null)
                .filter(provider -> hasCurve(provider, curve))
                .findFirst()
                .orElse(null);
    }

    /** A provider's services do not say. */
    private static boolean hasCurve(Provider provider, EcCurve curve) {
        try {
            KeyExchanges.drop(newKeyPair(provider, curve).getPrivate());
            return true;
        } catch (GeneralSecurityException | RuntimeException e) {
            return false;
        }
    }

    private static KeyPair newKeyPair(Provider provider, EcCurve curve) throws GeneralSecurityException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance(KEYS, provider);
        generator.initialize(new ECGenParameterSpec(curve.standardName()));
        return generator.generateKeyPair();
    }

    @Override
    public byte[] generateEphemeral() {
        try {
            pair = newKeyPair(provider, curve);
        } catch (GeneralSecurityException e) {
            throw new ProviderException("cannot make a key pair on " + curve, e);
        }
        return curve.encode((ECPublicKey) pair.getPublic());
    }

    /** Bouncy Castle looks at the point, whatever the provider does. */
    @Override
    public void receivePeerValue(byte[] peerValue) throws TlsFatalAlert {
        peerPublicKey = curve.decode(peerValue);
    }

    /** RFC 8446 7.4.2: the x-coordinate, with its leading zeros. */
    @Override
    public TlsSecret calculateSecret() {
        KeyPair own = Objects.requireNonNull(pair, "no key pair yet");
        ECPublicKeyParameters peer = Objects.requireNonNull(peerPublicKey, "no key share from the peer yet");
        pair = null;
        peerPublicKey = null;
        try {
            KeyAgreement agreement = KeyAgreement.getInstance(AGREEMENT, provider);
            agreement.init(own.getPrivate());
            agreement.doPhase(
                    KeyFactory.getInstance(KEYS, provider)
                            .generatePublic(new ECPublicKeySpec(
                                    EcCurve.point(peer), ((ECPublicKey) own.getPublic()).getParams())),
                    true);
            return new JdkSecret(crypto, agreement.generateSecret());
        } catch (GeneralSecurityException e) {
            // The peer's point was looked at before.
            throw new ProviderException("cannot agree on " + curve, e);
        } finally {
            KeyExchanges.drop(own.getPrivate());
        }
    }
}
