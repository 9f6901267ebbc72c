package io.parktls.bench.jmh.primitive;

import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.Provider;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.spec.AlgorithmParameterSpec;
import org.jspecify.annotations.Nullable;

/** Makes the signatures of a server's CertificateVerify: the JDK's. */
final class HandshakeSignature {
    /** As long as what TLS 1.3 signs with a hash of 32 bytes: 64 spaces, a title, a zero and the hash (RFC 8446 4.4.3). */
    static final int CONTENT = 64 + 33 + 1 + 32;

    private final String algorithm;
    private final @Nullable AlgorithmParameterSpec parameters;
    private final Provider provider;
    private final PrivateKey key;
    private final SecureRandom random = Drbg.create();

    /**
     * Signatures with that key.
     *
     * @param parameters of the algorithm, null if it has none
     */
    HandshakeSignature(String algorithm, @Nullable AlgorithmParameterSpec parameters, PrivateKey key)
            throws GeneralSecurityException {
        this.algorithm = algorithm;
        this.parameters = parameters;
        Signature first = Signature.getInstance(algorithm);
        first.initSign(key);
        // The one that accepts the key, and the key in its own form: found once, as the engine does.
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
