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

/** The server's side of ML-KEM-768. It encapsulates a secret to the client's encapsulation key. */
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
            // The encapsulation key fails the modulus check of FIPS 203 7.2.
            throw new TlsFatalAlert(AlertDescription.illegal_parameter, e);
        } finally {
            clientKey = null;
        }
    }

    @Override
    public TlsSecret calculateSecret() {
        TlsSecret result = secret;
        if (result == null) {
            throw new IllegalStateException("no secret has been encapsulated");
        }
        secret = null;
        return result;
    }
}
