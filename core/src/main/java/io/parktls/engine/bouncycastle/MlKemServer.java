package io.parktls.engine.bouncycastle;

import java.security.InvalidKeyException;
import java.security.PublicKey;
import javax.crypto.KEM;
import org.bouncycastle.tls.AlertDescription;
import org.bouncycastle.tls.TlsFatalAlert;
import org.bouncycastle.tls.crypto.TlsAgreement;
import org.bouncycastle.tls.crypto.TlsSecret;
import org.bouncycastle.tls.crypto.impl.AbstractTlsCrypto;
import org.jspecify.annotations.Nullable;

/** The server's part of ML-KEM-768: it encapsulates a secret to the client's key. */
final class MlKemServer implements TlsAgreement {
    private final AbstractTlsCrypto crypto;
    private @Nullable PublicKey clientKey;
    private @Nullable TlsSecret secret;

    MlKemServer(AbstractTlsCrypto crypto) {
        this.crypto = crypto;
    }

    @Override
    public void receivePeerValue(byte[] encapsulationKey) throws TlsFatalAlert {
        clientKey = JdkMlKem768.decode(encapsulationKey);
    }

    @Override
    public byte[] generateEphemeral() throws TlsFatalAlert {
        try {
            KEM.Encapsulated encapsulated = JdkMlKem768.kem()
                    .newEncapsulator(clientKey, crypto.getSecureRandom())
                    .encapsulate();
            secret = new JdkSecret(crypto, encapsulated.key().getEncoded());
            return encapsulated.encapsulation();
        } catch (InvalidKeyException e) {
            // FIPS 203 7.2: the modulus check of an encapsulation key.
            throw new TlsFatalAlert(AlertDescription.illegal_parameter, e);
        } finally {
            clientKey = null;
        }
    }

    @Override
    public TlsSecret calculateSecret() {
        TlsSecret result = secret;
        if (result == null) {
            throw new IllegalStateException("nothing encapsulated yet");
        }
        secret = null;
        return result;
    }
}
