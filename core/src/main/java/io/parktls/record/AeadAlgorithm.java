package io.parktls.record;

import io.parktls.CipherSuite;
import io.parktls.jca.JcaProviders;
import io.parktls.jca.ObjectPool;
import java.security.GeneralSecurityException;
import java.security.Provider;
import java.security.spec.AlgorithmParameterSpec;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/** The AEAD algorithms of the suites, as the JDK names them. */
public enum AeadAlgorithm {
    AES_128_GCM("AES/GCM/NoPadding", "AES", 16),
    AES_256_GCM("AES/GCM/NoPadding", "AES", 32),
    CHACHA20_POLY1305("ChaCha20-Poly1305", "ChaCha20", 32);

    /** Bytes of the authentication tag, in all of them. */
    public static final int TAG = 16;

    /** Bytes of a nonce, in all of them. */
    static final int NONCE = 12;

    /** 2^24.5 records of full size under one key of AES-GCM (RFC 8446 5.5). */
    private static final long GCM_RECORDS = 23_726_566;

    private final String transformation;
    private final String keyAlgorithm;
    private final int keyLength;

    /** Looked up once, and not written: to search the providers for each connection costs more than a record. */
    @SuppressWarnings("ImmutableEnumChecker")
    private final @Nullable Provider provider;

    /** Those of handshakes, which are done after a few records, and those that are {@linkplain #sharesCiphers shared}. */
    @SuppressWarnings("ImmutableEnumChecker")
    private final ObjectPool<Cipher> ciphers = new ObjectPool<>(this::cipher);

    AeadAlgorithm(String transformation, String keyAlgorithm, int keyLength) {
        this.transformation = transformation;
        this.keyAlgorithm = keyAlgorithm;
        this.keyLength = keyLength;
        this.provider = provider();
    }

    /** The first provider that seals a record, null if none does. */
    private @Nullable Provider provider() {
        try {
            return JcaProviders.first(transformation, candidate -> {
                Cipher cipher = Cipher.getInstance(transformation, candidate);
                cipher.init(
                        Cipher.ENCRYPT_MODE,
                        new SecretKeySpec(new byte[keyLength], keyAlgorithm),
                        parameters(new byte[NONCE], keyAlgorithm.equals("AES")));
                cipher.updateAAD(new byte[1]);
                if (cipher.doFinal(new byte[1]).length != 1 + TAG) {
                    throw new GeneralSecurityException("a tag of another length");
                }
                return candidate;
            });
        } catch (GeneralSecurityException e) {
            return null;
        }
    }

    /** Whether a provider of this JVM has it; if none does, its suites are neither offered nor accepted. */
    public boolean isAvailable() {
        return provider != null;
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

    /** How many records may go under one key if the configuration allows that many. */
    long recordsPerKey(long configured) {
        return this == CHACHA20_POLY1305 ? configured : Math.min(configured, GCM_RECORDS);
    }

    /** The JDK's name for the keys. */
    String keyAlgorithm() {
        return keyAlgorithm;
    }

    /**
     * Whether a {@link Cipher} is as quick with another key as with the one it had before. AES is not: it expands the key,
     * which costs 0.3 us, a sixth of a full record. ChaCha20 starts anew for each record, and its {@code Cipher} holds 2 KB
     * between them: better shared.
     */
    boolean sharesCiphers() {
        return this == CHACHA20_POLY1305;
    }

    Cipher takeCipher() {
        return ciphers.take();
    }

    void giveCipher(Cipher cipher) {
        ciphers.give(cipher);
    }

    private Cipher cipher() {
        if (provider == null) {
            throw new IllegalStateException("no provider of this JVM has " + transformation);
        }
        try {
            return Cipher.getInstance(transformation, provider);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this JDK lacks " + transformation, e);
        }
    }

    /** The parameters for one record; a copy of {@code nonce}. */
    AlgorithmParameterSpec parameters(byte[] nonce) {
        return parameters(nonce, this != CHACHA20_POLY1305);
    }

    private static AlgorithmParameterSpec parameters(byte[] nonce, boolean gcm) {
        return gcm ? new GCMParameterSpec(8 * TAG, nonce) : new IvParameterSpec(nonce);
    }
}
