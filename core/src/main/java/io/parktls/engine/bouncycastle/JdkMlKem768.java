package io.parktls.engine.bouncycastle;

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

/**
 * ML-KEM-768 (FIPS 203) of the JDK, and its public keys as TLS has them: the bare encapsulation key, where the JDK wants a
 * SubjectPublicKeyInfo around it.
 */
final class JdkMlKem768 {
    static final int ENCAPSULATION_KEY_LENGTH = 1184;

    /** SubjectPublicKeyInfo up to the key itself, with the object identifier id-alg-ml-kem-768 (RFC 9935). */
    private static final byte[] SPKI_PREFIX = HexFormat.of().parseHex("308204b2300b0609608648016503040402038204a100");

    private static final String NAME = "ML-KEM-768";

    /** Looked up once: to let each object search the providers takes a sixth of the time of what it does then. */
    private static final Provider PROVIDER =
            found(() -> KeyPairGenerator.getInstance(NAME)).getProvider();

    /** Both hold no state beside their provider, so one serves all. */
    private static final KEM KEM_INSTANCE = found(() -> KEM.getInstance(NAME, PROVIDER));

    private static final KeyFactory KEY_FACTORY = found(() -> KeyFactory.getInstance(NAME, PROVIDER));

    private JdkMlKem768() {}

    static KEM kem() {
        return KEM_INSTANCE;
    }

    static KeyPair generateKeyPair(SecureRandom random) {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance(NAME, PROVIDER);
            generator.initialize(NamedParameterSpec.ML_KEM_768, random);
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    static byte[] encode(PublicKey key) {
        byte[] spki = key.getEncoded();
        if (spki.length != SPKI_PREFIX.length + ENCAPSULATION_KEY_LENGTH) {
            throw new IllegalStateException("unexpected encoding of an ML-KEM-768 key");
        }
        return Arrays.copyOfRange(spki, SPKI_PREFIX.length, spki.length);
    }

    static PublicKey decode(byte[] encapsulationKey) throws TlsFatalAlert {
        if (encapsulationKey.length != ENCAPSULATION_KEY_LENGTH) {
            throw new TlsFatalAlert(AlertDescription.illegal_parameter, "ML-KEM-768 key of wrong length");
        }
        byte[] spki = Arrays.copyOf(SPKI_PREFIX, SPKI_PREFIX.length + ENCAPSULATION_KEY_LENGTH);
        System.arraycopy(encapsulationKey, 0, spki, SPKI_PREFIX.length, ENCAPSULATION_KEY_LENGTH);
        try {
            return KEY_FACTORY.generatePublic(new X509EncodedKeySpec(spki));
        } catch (InvalidKeySpecException e) {
            throw new TlsFatalAlert(AlertDescription.illegal_parameter, e);
        }
    }

    @FunctionalInterface
    private interface Lookup<T> {
        T find() throws GeneralSecurityException;
    }

    private static <T> T found(Lookup<T> lookup) {
        try {
            return lookup.find();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this JVM lacks " + NAME, e);
        }
    }
}
