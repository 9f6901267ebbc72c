package io.parktls.engine.bouncycastle;

import org.bouncycastle.crypto.AsymmetricCipherKeyPair;
import org.bouncycastle.crypto.agreement.ECDHBasicAgreement;
import org.bouncycastle.crypto.generators.ECKeyPairGenerator;
import org.bouncycastle.crypto.params.ECKeyGenerationParameters;
import org.bouncycastle.crypto.params.ECPrivateKeyParameters;
import org.bouncycastle.crypto.params.ECPublicKeyParameters;
import org.bouncycastle.tls.TlsFatalAlert;
import org.bouncycastle.tls.crypto.TlsAgreement;
import org.bouncycastle.tls.crypto.TlsSecret;
import org.bouncycastle.tls.crypto.impl.AbstractTlsCrypto;
import org.bouncycastle.util.BigIntegers;
import org.jspecify.annotations.Nullable;

/** One ephemeral ECDH exchange on a NIST curve, computed by Bouncy Castle. */
final class EcdhAgreement implements TlsAgreement {
    private final AbstractTlsCrypto crypto;
    private final EcCurve curve;
    private @Nullable ECPrivateKeyParameters privateKey;
    private @Nullable ECPublicKeyParameters peerPublicKey;

    EcdhAgreement(AbstractTlsCrypto crypto, EcCurve curve) {
        this.crypto = crypto;
        this.curve = curve;
    }

    @Override
    public byte[] generateEphemeral() {
        ECKeyPairGenerator generator = new ECKeyPairGenerator();
        generator.init(new ECKeyGenerationParameters(curve.parameters(), crypto.getSecureRandom()));
        AsymmetricCipherKeyPair pair = generator.generateKeyPair();
        privateKey = (ECPrivateKeyParameters) pair.getPrivate();
        return curve.encode((ECPublicKeyParameters) pair.getPublic());
    }

    @Override
    public void receivePeerValue(byte[] peerValue) throws TlsFatalAlert {
        peerPublicKey = curve.decode(peerValue);
    }

    @Override
    public TlsSecret calculateSecret() {
        ECDHBasicAgreement agreement = new ECDHBasicAgreement();
        agreement.init(privateKey);
        // RFC 8446 7.4.2: the secret is the x-coordinate, including its leading zeros.
        byte[] secret =
                BigIntegers.asUnsignedByteArray(agreement.getFieldSize(), agreement.calculateAgreement(peerPublicKey));
        privateKey = null;
        peerPublicKey = null;
        return new JdkSecret(crypto, secret);
    }
}
