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

/** One ephemeral ECDH exchange on a NIST curve, computed by a preferred provider with the provider's own randomness. */
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

    /** Returns the first provider that supports ECDH on a curve; null if none does. */
    static @Nullable Provider provider(PreferredProviders preferred, EcCurve curve) {
        return preferred
                .having(KEYS, "KeyPairGenerator", "KeyFactory")
                .filter(provider -> provider.getService("KeyAgreement", AGREEMENT) != null)
                .filter(provider -> hasCurve(provider, curve))
                .findFirst()
                .orElse(null);
    }

    /**
     * Returns whether a provider has a curve, by generating a key. The provider's list of services does not include
     * curves.
     */
    private static boolean hasCurve(Provider provider, EcCurve curve) {
        try {
            KeyExchanges.destroy(newKeyPair(provider, curve).getPrivate());
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
            throw new ProviderException(
                    "the provider " + provider.getName() + " cannot generate a key pair on " + curve, e);
        }
        return curve.encode((ECPublicKey) pair.getPublic());
    }

    /**
     * Decodes the peer's point with Bouncy Castle, which checks that it lies on the curve. The provider might not check
     * that.
     */
    @Override
    public void receivePeerValue(byte[] peerValue) throws TlsFatalAlert {
        peerPublicKey = curve.decode(peerValue);
    }

    /** Returns the secret, which is the x-coordinate including its leading zeros (RFC 8446 7.4.2). */
    @Override
    public TlsSecret calculateSecret() {
        KeyPair own = Objects.requireNonNull(pair, "the key pair has not been generated");
        ECPublicKeyParameters peer =
                Objects.requireNonNull(peerPublicKey, "the peer's key share has not been received");
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
            // The peer's point has been validated, so the failure is the provider's.
            throw new ProviderException("the provider " + provider.getName() + " cannot compute ECDH on " + curve, e);
        } finally {
            KeyExchanges.destroy(own.getPrivate());
        }
    }
}
