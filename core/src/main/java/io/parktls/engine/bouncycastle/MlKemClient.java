package io.parktls.engine.bouncycastle;

import java.security.InvalidKeyException;
import java.security.KeyPair;
import java.security.PrivateKey;
import javax.crypto.DecapsulateException;
import javax.crypto.SecretKey;
import org.bouncycastle.tls.AlertDescription;
import org.bouncycastle.tls.TlsFatalAlert;
import org.bouncycastle.tls.crypto.TlsAgreement;
import org.bouncycastle.tls.crypto.TlsSecret;
import org.bouncycastle.tls.crypto.impl.AbstractTlsCrypto;
import org.jspecify.annotations.Nullable;

/**
 * The client's side of ML-KEM-768. It sends an encapsulation key and decapsulates the secret from the server's
 * ciphertext.
 */
final class MlKemClient implements TlsAgreement {
    private final AbstractTlsCrypto crypto;
    private @Nullable PrivateKey privateKey;
    private @Nullable TlsSecret secret;

    MlKemClient(AbstractTlsCrypto crypto) {
        this.crypto = crypto;
    }

    @Override
    public byte[] generateEphemeral() {
        KeyPair pair = JdkMlKem768.generateKeyPair(crypto.getSecureRandom());
        privateKey = pair.getPrivate();
        return JdkMlKem768.encode(pair.getPublic());
    }

    @Override
    public void receivePeerValue(byte[] ciphertext) throws TlsFatalAlert {
        try {
            SecretKey key = JdkMlKem768.kem().newDecapsulator(privateKey).decapsulate(ciphertext);
            secret = new JdkSecret(crypto, key.getEncoded());
        } catch (DecapsulateException e) {
            throw new TlsFatalAlert(AlertDescription.illegal_parameter, e);
        } catch (InvalidKeyException e) {
            throw new IllegalStateException(e);
        } finally {
            privateKey = null;
        }
    }

    @Override
    public TlsSecret calculateSecret() {
        TlsSecret result = secret;
        if (result == null) {
            throw new IllegalStateException("the server's key share has not been received");
        }
        secret = null;
        return result;
    }
}
