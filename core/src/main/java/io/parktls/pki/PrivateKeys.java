package io.parktls.pki;

import io.parktls.jca.Drbg;
import io.parktls.jca.JcaProviders;
import io.parktls.jca.JdkKeys;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.Provider;
import java.security.PublicKey;
import java.security.Signature;
import java.security.SignatureException;
import java.security.interfaces.RSAKey;
import java.util.List;

/** Whether a private key belongs to a public one. */
public final class PrivateKeys {
    private static final int CHALLENGE_LENGTH = 32;

    private PrivateKeys() {}

    /**
     * Whether they are two halves of one pair. RSA keys are compared by their modulus; others, which need not let their
     * value be seen, have to sign a random challenge.
     *
     * @throws IllegalArgumentException if the private key cannot be used to find out
     */
    public static boolean match(PrivateKey privateKey, PublicKey publicKey) {
        return matchOwn(JdkKeys.of(privateKey), JdkKeys.of(publicKey));
    }

    private static boolean matchOwn(PrivateKey privateKey, PublicKey publicKey) {
        if (privateKey instanceof RSAKey privateRsa && publicKey instanceof RSAKey publicRsa) {
            return privateRsa.getModulus().equals(publicRsa.getModulus());
        }
        if (!family(privateKey.getAlgorithm()).equals(family(publicKey.getAlgorithm()))) {
            return false;
        }
        byte[] challenge = new byte[CHALLENGE_LENGTH];
        Drbg.shared().nextBytes(challenge);
        String algorithm = signatureAlgorithm(privateKey);
        // A key that does not leave its token belongs to one of the installed providers.
        List<Provider> signers = privateKey.getEncoded() == null ? JcaProviders.asInstalled() : JcaProviders.jdkFirst();
        try {
            byte[] signature = JcaProviders.first(algorithm, signers, provider -> {
                Signature signer = Signature.getInstance(algorithm, provider);
                signer.initSign(privateKey, Drbg.shared());
                signer.update(challenge);
                return signer.sign();
            });
            return JcaProviders.first(algorithm, provider -> {
                Signature verifier = Signature.getInstance(algorithm, provider);
                verifier.initVerify(publicKey);
                verifier.update(challenge);
                return verifies(verifier, signature);
            });
        } catch (GeneralSecurityException e) {
            throw new IllegalArgumentException(
                    "cannot sign with the private key of type " + privateKey.getAlgorithm(), e);
        }
    }

    /** Providers disagree on the names: EC or ECDSA, EdDSA or Ed25519. */
    private static String family(String keyAlgorithm) {
        return switch (keyAlgorithm) {
            case "EC", "ECDSA" -> "EC";
            case "EdDSA", "Ed25519", "Ed448" -> "EdDSA";
            case "RSA", "RSASSA-PSS" -> "RSA";
            default -> keyAlgorithm;
        };
    }

    /** An algorithm that a key of that kind signs with. */
    static String signatureAlgorithm(PrivateKey key) {
        return switch (family(key.getAlgorithm())) {
            case "EC" -> "SHA256withECDSA";
            case "RSA" -> "SHA256withRSA";
            case "DSA" -> "SHA256withDSA";
            default -> key.getAlgorithm();
        };
    }

    /** A signature that does not even parse under the other key is no error here: it does not verify. */
    private static boolean verifies(Signature verifier, byte[] signature) {
        try {
            return verifier.verify(signature);
        } catch (SignatureException e) {
            return false;
        }
    }
}
