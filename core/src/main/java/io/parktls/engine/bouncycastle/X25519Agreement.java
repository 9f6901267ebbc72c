package io.parktls.engine.bouncycastle;

import org.bouncycastle.math.ec.rfc7748.X25519;
import org.bouncycastle.tls.AlertDescription;
import org.bouncycastle.tls.TlsFatalAlert;
import org.bouncycastle.tls.crypto.TlsAgreement;
import org.bouncycastle.tls.crypto.TlsSecret;
import org.bouncycastle.tls.crypto.impl.AbstractTlsCrypto;
import org.jspecify.annotations.Nullable;

/** One ephemeral X25519 exchange (RFC 7748). */
final class X25519Agreement implements TlsAgreement {
    private final AbstractTlsCrypto crypto;
    private final X25519KeyPair keyPair;
    private byte @Nullable [] peerPublicKey;

    X25519Agreement(AbstractTlsCrypto crypto, X25519KeyPair keyPair) {
        this.crypto = crypto;
        this.keyPair = keyPair;
    }

    @Override
    public byte[] generateEphemeral() {
        return keyPair.publicKey();
    }

    @Override
    public void receivePeerValue(byte[] peerValue) throws TlsFatalAlert {
        if (peerValue.length != X25519.POINT_SIZE) {
            throw new TlsFatalAlert(
                    AlertDescription.illegal_parameter, "the X25519 key share has a wrong length: " + peerValue.length);
        }
        peerPublicKey = peerValue;
    }

    @Override
    public TlsSecret calculateSecret() throws TlsFatalAlert {
        if (peerPublicKey == null) {
            throw new IllegalStateException("the peer's key share has not been received");
        }
        byte[] secret = keyPair.agree(peerPublicKey);
        peerPublicKey = null;
        if (secret == null) {
            // RFC 8446 7.4.2: the secret is zero, because the peer sent a point of small order.
            throw new TlsFatalAlert(AlertDescription.illegal_parameter, "X25519 key share of small order");
        }
        return new JdkSecret(crypto, secret);
    }
}
