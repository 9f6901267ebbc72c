package io.parktls.pki;

import io.parktls.jca.JcaProviders;
import java.security.NoSuchAlgorithmException;
import java.security.PrivateKey;
import java.security.Provider;
import java.security.Signature;

/**
 * Determines whether signing with a private key may block, for instance because a hardware module, a token or a remote
 * service does it.
 *
 * <p>Keys and providers of the JDK's base module and of Bouncy Castle compute in this JVM and do not block. All others
 * may, and so may a key without an encoding, which is a handle for a key stored elsewhere.
 */
public final class ForeignKeys {
    private static final Module JDK = Object.class.getModule();
    private static final String BOUNCY_CASTLE = "org.bouncycastle.jce.provider.BouncyCastleProvider";
    private static final String BOUNCY_CASTLE_KEYS = "org.bouncycastle.jcajce.provider.asymmetric.";

    private static final String PSS = "RSASSA-PSS";

    private ForeignKeys() {}

    /**
     * Whether signing with a key may block.
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

    /**
     * Whether signing with a key may block if the first provider that accepts the key signs. The JDK's providers are
     * tried first. A key that no provider accepts may block.
     */
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
