package io.parktls.record;

import io.parktls.CipherSuite;
import io.parktls.jca.JcaProviders;
import java.security.GeneralSecurityException;
import java.security.spec.AlgorithmParameterSpec;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.IvParameterSpec;
import org.jspecify.annotations.Nullable;

/** The AEAD algorithms of the cipher suites, with the JDK's names for them. Thread-safe. */
public enum AeadAlgorithm {
    AES_128_GCM("AES/GCM/NoPadding", "AES", 16),
    AES_256_GCM("AES/GCM/NoPadding", "AES", 32),
    CHACHA20_POLY1305("ChaCha20-Poly1305", "ChaCha20", 32);

    /** The length of the authentication tag in bytes, for all algorithms. */
    public static final int TAG = 16;

    /** The length of a nonce in bytes, for all algorithms. */
    public static final int NONCE = 12;

    /** The maximum number of full-size records under one AES-GCM key: 2^24.5 (RFC 8446 5.5). */
    private static final long GCM_RECORDS = 23_726_566;

    private final String transformation;
    private final String keyAlgorithm;
    private final int keyLength;

    /** Whether the parameters of ciphers are those of GCM. */
    private final boolean gcm;

    /** Looked up once, because searching the providers takes longer than sealing a record. Null if none supports it. */
    @SuppressWarnings("ImmutableEnumChecker")
    private final @Nullable AeadCiphers ciphers;

    AeadAlgorithm(String transformation, String keyAlgorithm, int keyLength) {
        this.transformation = transformation;
        this.keyAlgorithm = keyAlgorithm;
        this.keyLength = keyLength;
        this.gcm = keyAlgorithm.equals("AES");
        this.ciphers = firstCiphers();
    }

    /** Returns the ciphers of the first provider that can seal a record, or null if none can. */
    private @Nullable AeadCiphers firstCiphers() {
        try {
            return JcaProviders.first(transformation, candidate -> {
                CipherSource working = new CipherSource(this, candidate);
                working.sample();
                return new AeadCiphers(this, working);
            });
        } catch (GeneralSecurityException e) {
            return null;
        }
    }

    /**
     * Whether a security provider of this JVM supports the algorithm. If none does, suites with it are neither offered
     * nor accepted.
     */
    public boolean isAvailable() {
        return ciphers != null;
    }

    /** Returns the algorithm of a cipher suite. */
    public static AeadAlgorithm of(CipherSuite suite) {
        String name = suite.name();
        if (name.contains("CHACHA20")) {
            return CHACHA20_POLY1305;
        }
        return name.contains("AES_256") ? AES_256_GCM : AES_128_GCM;
    }

    /** The length of a key in bytes. */
    public int keyLength() {
        return keyLength;
    }

    /**
     * The number of nonce bytes that a TLS 1.2 record contains: the explicit part of the nonce in GCM (RFC 5288 3).
     * With ChaCha20-Poly1305 (RFC 7905 2), and in TLS 1.3, records contain none.
     */
    public int explicitNonce12() {
        return this == CHACHA20_POLY1305 ? 0 : 8;
    }

    /**
     * The maximum number of records under one key.
     *
     * @param configured the configured maximum, which the limit of AES-GCM may reduce
     */
    long recordsPerKey(long configured) {
        return this == CHACHA20_POLY1305 ? configured : Math.min(configured, GCM_RECORDS);
    }

    /** The JDK's name for the algorithm of the keys. */
    public String keyAlgorithm() {
        return keyAlgorithm;
    }

    /**
     * Whether connections share {@link Cipher} objects. They do for ChaCha20, which initializes its state for each
     * record, so that changing the key costs nothing and each connection saves the 2 KB that a {@code Cipher} takes.
     * They do not for AES, which expands a new key in 0.3 us, a sixth of the time for a full record.
     */
    boolean sharesCiphers() {
        return this == CHACHA20_POLY1305;
    }

    /** The JDK's name for the ciphers. */
    String transformation() {
        return transformation;
    }

    /** Returns the ciphers of the JVM's own providers, the JDK's first. */
    public AeadCiphers ciphers() {
        if (ciphers == null) {
            throw new IllegalStateException("no security provider of this JVM supports " + transformation);
        }
        return ciphers;
    }

    /** Takes a cipher from the pool, or creates one. For session tickets. */
    public Cipher takeCipher() {
        return ciphers().take();
    }

    /** Returns a cipher to the pool. The caller must not use it any more. */
    public void giveCipher(Cipher cipher) {
        ciphers().give(cipher);
    }

    /** Returns the cipher parameters for a record or a session ticket. They contain a copy of {@code nonce}. */
    public AlgorithmParameterSpec parameters(byte[] nonce) {
        return gcm ? new GCMParameterSpec(8 * TAG, nonce) : new IvParameterSpec(nonce);
    }
}
