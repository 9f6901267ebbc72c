package io.parktls.engine.bouncycastle;

import java.security.SecureRandom;
import java.util.Arrays;
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
    private final byte[] privateKey = new byte[X25519.SCALAR_SIZE];
    private byte @Nullable [] peerPublicKey;

    X25519Agreement(AbstractTlsCrypto crypto) {
        this.crypto = crypto;
    }

    @Override
    public byte[] generateEphemeral() {
        SecureRandom random = crypto.getSecureRandom();
        X25519.generatePrivateKey(random, privateKey);
        byte[] publicKey = new byte[X25519.POINT_SIZE];
        X25519.generatePublicKey(privateKey, 0, publicKey, 0);
        return publicKey;
    }

    @Override
    public void receivePeerValue(byte[] peerValue) throws TlsFatalAlert {
        if (peerValue.length != X25519.POINT_SIZE) {
            throw new TlsFatalAlert(AlertDescription.illegal_parameter, "X25519 key share of wrong length");
        }
        peerPublicKey = peerValue;
    }

    @Override
    public TlsSecret calculateSecret() throws TlsFatalAlert {
        if (peerPublicKey == null) {
            throw new IllegalStateException("no key share from the peer yet");
        }
        byte[] secret = new byte[X25519.POINT_SIZE];
        try {
            // RFC 8446 7.4.2: an all-zero result means that the peer sent a point of small order.
            if (!X25519.calculateAgreement(privateKey, 0, peerPublicKey, 0, secret, 0)) {
                throw new TlsFatalAlert(AlertDescription.illegal_parameter, "X25519 key share of small order");
            }
        } finally {
            Arrays.fill(privateKey, (byte) 0);
            peerPublicKey = null;
        }
        return new JdkSecret(crypto, secret);
    }
}
