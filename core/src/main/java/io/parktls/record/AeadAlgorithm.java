package io.parktls.record;

import io.parktls.CipherSuite;
import java.security.GeneralSecurityException;
import java.security.Provider;
import java.security.spec.AlgorithmParameterSpec;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/** The AEAD algorithms of the suites, as the JDK names them. */
public enum AeadAlgorithm {
    AES_128_GCM("AES/GCM/NoPadding", "AES", 16),
    AES_256_GCM("AES/GCM/NoPadding", "AES", 32),
    CHACHA20_POLY1305("ChaCha20-Poly1305", "ChaCha20", 32);

    /** Bytes of the authentication tag, in all of them. */
    public static final int TAG = 16;

    /** Bytes of a nonce, in all of them. */
    static final int NONCE = 12;

    private final String transformation;
    private final String keyAlgorithm;
    private final int keyLength;

    /** Looked up once, and not written: to search the providers for each connection costs more than a record. */
    @SuppressWarnings("ImmutableEnumChecker")
    private final Provider provider;

    AeadAlgorithm(String transformation, String keyAlgorithm, int keyLength) {
        this.transformation = transformation;
        this.keyAlgorithm = keyAlgorithm;
        this.keyLength = keyLength;
        try {
            this.provider = Cipher.getInstance(transformation).getProvider();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this JDK lacks " + transformation, e);
        }
    }

    /** The algorithm of a suite. */
    public static AeadAlgorithm of(CipherSuite suite) {
        String name = suite.name();
        if (name.contains("CHACHA20")) {
            return CHACHA20_POLY1305;
        }
        return name.contains("AES_256") ? AES_256_GCM : AES_128_GCM;
    }

    /** Bytes of a key. */
    public int keyLength() {
        return keyLength;
    }

    /**
     * Bytes of the nonce that a TLS 1.2 record carries: GCM's explicit part (RFC 5288 3); ChaCha20-Poly1305 derives all
     * of it (RFC 7905 2), as TLS 1.3 always does.
     */
    public int explicitNonce12() {
        return this == CHACHA20_POLY1305 ? 0 : 8;
    }

    Cipher cipher() {
        try {
            return Cipher.getInstance(transformation, provider);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this JDK lacks " + transformation, e);
        }
    }

    SecretKeySpec key(byte[] bytes) {
        if (bytes.length != keyLength) {
            throw new IllegalArgumentException(this + " key of " + bytes.length + " bytes");
        }
        return new SecretKeySpec(bytes, keyAlgorithm);
    }

    AlgorithmParameterSpec parameters(byte[] nonce) {
        return this == CHACHA20_POLY1305 ? new IvParameterSpec(nonce) : new GCMParameterSpec(8 * TAG, nonce);
    }
}
