package io.parktls.engine.bouncycastle;

import io.parktls.jca.JcaProviders;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Provider;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.NamedParameterSpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.Arrays;
import java.util.HexFormat;
import javax.crypto.KEM;
import org.bouncycastle.tls.AlertDescription;
import org.bouncycastle.tls.TlsFatalAlert;
import org.jspecify.annotations.Nullable;

/**
 * The JDK's ML-KEM-768 (FIPS 203), with public keys in the encoding of TLS. TLS sends the bare encapsulation key; the
 * JDK expects it in a SubjectPublicKeyInfo.
 */
final class JdkMlKem768 {
    static final int ENCAPSULATION_KEY_LENGTH = 1184;

    /**
     * The start of a SubjectPublicKeyInfo, up to the key. Contains the object identifier id-alg-ml-kem-768 (RFC 9935).
     */
    private static final byte[] SPKI_PREFIX = HexFormat.of().parseHex("308204b2300b0609608648016503040402038204a100");

    private static final String NAME = "ML-KEM-768";

    /**
     * Looked up once. Letting each object search the providers would add a sixth to the time of the operation itself.
     */
    private static final @Nullable Provider PROVIDER = provider();

    /**
     * Null if no provider has ML-KEM-768. Like {@link #KEY_FACTORY} it has no state except its provider, so all threads
     * share one instance.
     */
    private static final @Nullable KEM KEM_INSTANCE = PROVIDER == null ? null : kem(PROVIDER);

    private static final @Nullable KeyFactory KEY_FACTORY = PROVIDER == null ? null : keyFactory(PROVIDER);

    private JdkMlKem768() {}

    /**
     * Returns whether a provider of this JVM has ML-KEM-768. Otherwise the hybrid group is neither offered nor
     * accepted.
     */
    static boolean isAvailable() {
        return PROVIDER != null;
    }

    static KEM kem() {
        return available(KEM_INSTANCE);
    }

    static KeyPair generateKeyPair(SecureRandom random) {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance(NAME, available(PROVIDER));
            generator.initialize(NamedParameterSpec.ML_KEM_768, random);
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    static byte[] encode(PublicKey key) {
        byte[] spki = key.getEncoded();
        if (spki.length != SPKI_PREFIX.length + ENCAPSULATION_KEY_LENGTH) {
            throw new IllegalStateException("unexpected length of an encoded ML-KEM-768 key: " + spki.length);
        }
        return Arrays.copyOfRange(spki, SPKI_PREFIX.length, spki.length);
    }

    static PublicKey decode(byte[] encapsulationKey) throws TlsFatalAlert {
        if (encapsulationKey.length != ENCAPSULATION_KEY_LENGTH) {
            throw new TlsFatalAlert(
                    AlertDescription.illegal_parameter,
                    "the ML-KEM-768 key share has a wrong length: " + encapsulationKey.length);
        }
        byte[] spki = Arrays.copyOf(SPKI_PREFIX, SPKI_PREFIX.length + ENCAPSULATION_KEY_LENGTH);
        System.arraycopy(encapsulationKey, 0, spki, SPKI_PREFIX.length, ENCAPSULATION_KEY_LENGTH);
        try {
            return available(KEY_FACTORY).generatePublic(new X509EncodedKeySpec(spki));
        } catch (InvalidKeySpecException e) {
            throw new TlsFatalAlert(AlertDescription.illegal_parameter, e);
        }
    }

    /** Returns the first provider that has all three services and encodes its keys as TLS needs them. */
    private static @Nullable Provider provider() {
        try {
            return JcaProviders.first(NAME, provider -> {
                KEM.getInstance(NAME, provider);
                KeyFactory.getInstance(NAME, provider);
                KeyPairGenerator generator = KeyPairGenerator.getInstance(NAME, provider);
                generator.initialize(NamedParameterSpec.ML_KEM_768, HandshakeRandom.next());
                encode(generator.generateKeyPair().getPublic());
                return provider;
            });
        } catch (GeneralSecurityException e) {
            return null;
        }
    }

    private static KEM kem(Provider provider) {
        try {
            return KEM.getInstance(NAME, provider);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static KeyFactory keyFactory(Provider provider) {
        try {
            return KeyFactory.getInstance(NAME, provider);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static <T> T available(@Nullable T part) {
        if (part == null) {
            throw new IllegalStateException("no provider of this JVM has " + NAME);
        }
        return part;
    }
}
