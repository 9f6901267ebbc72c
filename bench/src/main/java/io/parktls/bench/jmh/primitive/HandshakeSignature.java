package io.parktls.bench.jmh.primitive;

import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.Provider;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.spec.AlgorithmParameterSpec;
import org.jspecify.annotations.Nullable;

/** Creates the signatures of a server's CertificateVerify with the JDK. */
final class HandshakeSignature {
    /**
     * The length of the signed content with a hash of 32 bytes: 64 spaces, a label, a zero and the hash (RFC 8446
     * 4.4.3).
     */
    static final int CONTENT = 64 + 33 + 1 + 32;

    private final String algorithm;
    private final @Nullable AlgorithmParameterSpec parameters;
    private final Provider provider;
    private final PrivateKey key;
    private final SecureRandom random = Drbg.create();

    /**
     * Prepares signatures with that key.
     *
     * @param parameters the parameters of the algorithm; null if it has none
     */
    HandshakeSignature(String algorithm, @Nullable AlgorithmParameterSpec parameters, PrivateKey key)
            throws GeneralSecurityException {
        this.algorithm = algorithm;
        this.parameters = parameters;
        Signature first = Signature.getInstance(algorithm);
        first.initSign(key);
        // Like the engine, finds the provider that accepts the key only once, and translates the key for it.
        this.provider = first.getProvider();
        this.key = (PrivateKey)
                KeyFactory.getInstance(key.getAlgorithm(), provider).translateKey(key);
    }

    byte[] sign(byte[] content) throws GeneralSecurityException {
        Signature signature = Signature.getInstance(algorithm, provider);
        signature.initSign(key, random);
        if (parameters != null) {
            signature.setParameter(parameters);
        }
        signature.update(content);
        return signature.sign();
    }
}
