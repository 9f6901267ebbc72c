package io.parktls.pki;

import io.parktls.jca.JcaProviders;
import java.security.NoSuchAlgorithmException;
import java.security.PrivateKey;
import java.security.Provider;
import java.security.Signature;

/**
 * Whether a private key may take its time to sign, since it is used by a hardware module, a token or a remote service.
 *
 * <p>Only keys and providers of the JDK's base module and of Bouncy Castle are known to compute in this JVM. Every other one may wait, and so may a
 * key without an encoding: it is a handle for something elsewhere.
 */
public final class ForeignKeys {
    private static final Module JDK = Object.class.getModule();
    private static final String BOUNCY_CASTLE = "org.bouncycastle.jce.provider.BouncyCastleProvider";
    private static final String BOUNCY_CASTLE_KEYS = "org.bouncycastle.jcajce.provider.asymmetric.";

    private static final String PSS = "RSASSA-PSS";

    private ForeignKeys() {}

    /**
     * Whether a signature with a key may wait.
     *
     * @param signer the provider that signs
     */
    public static boolean mayWait(PrivateKey key, Provider signer) {
        if (key.getEncoded() == null) {
            return true;
        }
        boolean jdk = signer.getClass().getModule().equals(JDK) && isOrdinary(key);
        boolean bouncyCastle = signer.getClass().getName().equals(BOUNCY_CASTLE) && isOrdinary(key);
        return !jdk && !bouncyCastle;
    }

    /** {@link #mayWait(PrivateKey, Provider)} with the first provider that takes the key, those of the JDK asked first. */
    public static boolean mayWait(PrivateKey key) {
        if (key.getEncoded() == null) {
            return true;
        }
        try {
            String algorithm = key.getAlgorithm().equals(PSS) ? PSS : PrivateKeys.signatureAlgorithm(key);
            Provider signer = JcaProviders.first(algorithm, provider -> {
                Signature signature = Signature.getInstance(algorithm, provider);
                signature.initSign(key);
                return provider;
            });
            return mayWait(key, signer);
        } catch (NoSuchAlgorithmException e) {
            return true;
        }
    }

    private static boolean isOrdinary(PrivateKey key) {
        return key.getClass().getModule().equals(JDK)
                || key.getClass().getName().startsWith(BOUNCY_CASTLE_KEYS);
    }
}
