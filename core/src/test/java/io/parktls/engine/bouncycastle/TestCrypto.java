package io.parktls.engine.bouncycastle;

import java.io.IOException;
import java.security.SecureRandom;
import org.bouncycastle.tls.EncryptionAlgorithm;
import org.bouncycastle.tls.crypto.TlsCipher;
import org.bouncycastle.tls.crypto.TlsCryptoParameters;
import org.bouncycastle.tls.crypto.impl.bc.BcTlsCrypto;

/** The routed crypto with record protection for tests. */
final class TestCrypto extends RoutedCrypto {
    TestCrypto(SecureRandom random) {
        super(random);
    }

    @Override
    public TlsCipher createCipher(TlsCryptoParameters parameters, int encryptionAlgorithm, int macAlgorithm)
            throws IOException {
        return switch (encryptionAlgorithm) {
            case EncryptionAlgorithm.AES_128_GCM -> JdkGcm.cipher(parameters, 16);
            case EncryptionAlgorithm.AES_256_GCM -> JdkGcm.cipher(parameters, 32);
            default -> new BcTlsCrypto(getSecureRandom()).createCipher(parameters, encryptionAlgorithm, macAlgorithm);
        };
    }
}
