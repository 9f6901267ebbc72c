package io.parktls.record;

import io.parktls.jca.ObjectPool;
import java.security.GeneralSecurityException;
import java.security.Provider;
import javax.crypto.Cipher;
import javax.crypto.spec.SecretKeySpec;

/**
 * The ciphers of one AEAD algorithm by one security provider, with a pool of those that no connection uses. Thread-safe.
 */
final class CipherSource {
    private final AeadAlgorithm algorithm;
    private final Provider provider;

    /** The ciphers of finished handshakes and session tickets, and those that {@link AeadAlgorithm#sharesCiphers}. */
    private final ObjectPool<Cipher> ciphers = new ObjectPool<>(this::create);

    CipherSource(AeadAlgorithm algorithm, Provider provider) {
        this.algorithm = algorithm;
        this.provider = provider;
    }

    Provider provider() {
        return provider;
    }

    @SuppressWarnings("ReferenceEquality") // equals would compare all entries of the providers
    boolean isOf(Provider other) {
        return provider == other;
    }

    /** Returns whether a cipher is of this source. */
    boolean made(Cipher cipher) {
        return isOf(cipher.getProvider());
    }

    /** Takes a cipher from the pool, or creates one. */
    Cipher take() {
        return ciphers.take();
    }

    /** Returns a cipher to the pool. The caller must not use it any more. */
    void give(Cipher cipher) {
        ciphers.give(cipher);
    }

    private Cipher create() {
        try {
            return Cipher.getInstance(algorithm.transformation(), provider);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(
                    "security provider " + provider.getName() + " does not support " + algorithm.transformation(), e);
        }
    }

    /**
     * Seals a byte under a key of zeros, the same for each provider.
     *
     * @throws GeneralSecurityException if the provider cannot seal a record
     */
    byte[] sample() throws GeneralSecurityException {
        Cipher cipher = Cipher.getInstance(algorithm.transformation(), provider);
        cipher.init(
                Cipher.ENCRYPT_MODE,
                new SecretKeySpec(new byte[algorithm.keyLength()], algorithm.keyAlgorithm()),
                algorithm.parameters(new byte[AeadAlgorithm.NONCE]));
        cipher.updateAAD(new byte[1]);
        byte[] sealed = cipher.doFinal(new byte[1]);
        if (sealed.length != 1 + AeadAlgorithm.TAG) {
            throw new GeneralSecurityException("the authentication tag is not " + AeadAlgorithm.TAG + " bytes long");
        }
        return sealed;
    }

    @Override
    public String toString() {
        return provider.getName();
    }
}
