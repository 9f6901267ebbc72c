package io.parktls.engine.bouncycastle;

import java.io.IOException;
import java.security.SecureRandom;
import org.bouncycastle.tls.crypto.TlsCipher;
import org.bouncycastle.tls.crypto.TlsCryptoParameters;
import org.jspecify.annotations.Nullable;

/** One connection's view of the crypto: it remembers the cipher that Bouncy Castle was given last. */
final class ConnectionCrypto extends RoutedCrypto {
    private @Nullable HandshakeCipher cipher;

    ConnectionCrypto(SecureRandom random) {
        super(random);
    }

    @Override
    public TlsCipher createCipher(TlsCryptoParameters parameters, int encryptionAlgorithm, int macAlgorithm)
            throws IOException {
        HandshakeCipher created = HandshakeCipher.create(this, parameters);
        cipher = created;
        return created;
    }

    /** The cipher of the application traffic, once the handshake is done. */
    @Nullable
    HandshakeCipher lastCipher() {
        return cipher;
    }
}
