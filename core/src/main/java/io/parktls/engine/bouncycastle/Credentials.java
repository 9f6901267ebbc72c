package io.parktls.engine.bouncycastle;

import io.parktls.SignatureScheme;
import java.io.IOException;
import org.bouncycastle.crypto.params.AsymmetricKeyParameter;
import org.bouncycastle.crypto.util.PrivateKeyFactory;
import org.bouncycastle.tls.Certificate;
import org.bouncycastle.tls.TlsContext;
import org.bouncycastle.tls.TlsCredentials;
import org.bouncycastle.tls.crypto.TlsCryptoParameters;
import org.bouncycastle.tls.crypto.impl.bc.BcDefaultTlsCredentialedSigner;

/** STUB: until the crypto routing is merged. */
final class Credentials {
    private Credentials() {}

    static TlsCredentials of(
            TlsContext context,
            ConnectionCrypto crypto,
            PreparedIdentity identity,
            SignatureScheme scheme,
            Certificate message) {
        try {
            AsymmetricKeyParameter key =
                    PrivateKeyFactory.createKey(identity.identity().privateKey().getEncoded());
            return new BcDefaultTlsCredentialedSigner(
                    new TlsCryptoParameters(context), crypto, key, message, PreparedIdentity.algorithm(scheme));
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }
}
