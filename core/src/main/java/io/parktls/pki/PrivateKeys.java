package io.parktls.pki;

import io.parktls.jca.Drbg;
import io.parktls.jca.JcaProviders;
import io.parktls.jca.JdkKeys;
import io.parktls.signer.SignerKey;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.Provider;
import java.security.PublicKey;
import java.security.Signature;
import java.security.interfaces.ECKey;
import java.security.interfaces.RSAKey;
import java.util.Locale;
import java.util.Set;

/** Checks whether private and public keys belong together, and maps the providers' names of their algorithms. */
public final class PrivateKeys {
    private static final int CHALLENGE_LENGTH = 32;
    private static final Set<String> FAMILIES = Set.of("EC", "RSA", "DSA", "EdDSA", "ML-DSA");

    private PrivateKeys() {}

    /**
     * Whether two keys form a pair. RSA keys are compared by their modulus. With other keys, whose value may not be
     * accessible, this method signs a random challenge and verifies the signature.
     *
     * @throws IllegalArgumentException if no provider can sign with the private key
     */
    public static boolean match(PrivateKey privateKey, PublicKey publicKey) {
        if (privateKey instanceof SignerKey key) {
            // A signature would need the service behind the signer.
            return key.belongsTo(publicKey);
        }
        return matchOwn(JdkKeys.of(privateKey), JdkKeys.of(publicKey));
    }

    private static boolean matchOwn(PrivateKey privateKey, PublicKey publicKey) {
        if (privateKey instanceof RSAKey privateRsa && publicKey instanceof RSAKey publicRsa) {
            return privateRsa.getModulus().equals(publicRsa.getModulus());
        }
        if (!family(privateKey.getAlgorithm()).equals(family(publicKey.getAlgorithm()))
                || areOnDifferentCurves(privateKey, publicKey)) {
            return false;
        }
        byte[] challenge = new byte[CHALLENGE_LENGTH];
        Drbg.shared().nextBytes(challenge);
        String algorithm = signatureAlgorithm(privateKey);
        // A key without an encoding stays in its token, and only the installed provider of the token can use it.
        Iterable<Provider> signers =
                privateKey.getEncoded() == null ? JcaProviders.asInstalled() : JcaProviders.jdkFirst();
        try {
            byte[] signature = JcaProviders.first(algorithm, signers, provider -> {
                Signature signer = Signature.getInstance(algorithm, provider);
                signer.initSign(privateKey, Drbg.shared());
                signer.update(challenge);
                return signer.sign();
            });
            return verifies(algorithm, publicKey, challenge, signature);
        } catch (GeneralSecurityException e) {
            throw new IllegalArgumentException(
                    "cannot sign with the private key of type " + privateKey.getAlgorithm() + curve(privateKey)
                            + ": no registered security provider accepts it for " + algorithm
                            + ". Register the provider that the key comes from (Security.addProvider), or use an RSA,"
                            + " P-256, P-384, P-521, Ed25519 or ML-DSA key",
                    e);
        }
    }

    /** Returns the type of a key. Providers use different names for it, such as EC and ECDSA, or EdDSA and Ed25519. */
    static String family(String keyAlgorithm) {
        return switch (keyAlgorithm) {
            case "EC", "ECDSA" -> "EC";
            case "EdDSA", "Ed25519", "Ed448" -> "EdDSA";
            case "RSA", "RSASSA-PSS" -> "RSA";
            case "ML-DSA-44", "ML-DSA-65", "ML-DSA-87" -> "ML-DSA";
            default -> keyAlgorithm;
        };
    }

    /** Returns the type of the key for a signature algorithm, such as EC for {@code SHA256withECDSA}. */
    static String signatureFamily(String signatureAlgorithm) {
        String name = signatureAlgorithm.toUpperCase(Locale.ROOT);
        int with = name.indexOf("WITH");
        String key = with < 0 ? name : name.substring(with + "WITH".length());
        if (key.startsWith("RSA")) {
            return "RSA";
        }
        return switch (key) {
            case "ECDSA" -> "EC";
            case "DSA" -> "DSA";
            case "ED25519", "ED448", "EDDSA" -> "EdDSA";
            case "ML-DSA-44", "ML-DSA-65", "ML-DSA-87" -> "ML-DSA";
            default -> signatureAlgorithm;
        };
    }

    /** Whether {@link #family} and {@link #signatureFamily} return the same name for this type of key. */
    static boolean isKnownFamily(String family) {
        return FAMILIES.contains(family);
    }

    private static boolean areOnDifferentCurves(PrivateKey privateKey, PublicKey publicKey) {
        return privateKey instanceof ECKey one
                && one.getParams() != null
                && publicKey instanceof ECKey other
                && other.getParams() != null
                && !one.getParams().getCurve().equals(other.getParams().getCurve());
    }

    private static String curve(PrivateKey key) {
        return key instanceof ECKey ec && ec.getParams() != null
                ? " on a curve of " + ec.getParams().getCurve().getField().getFieldSize() + " bits"
                : "";
    }

    /** Returns a signature algorithm for a key. */
    static String signatureAlgorithm(PrivateKey key) {
        return switch (family(key.getAlgorithm())) {
            case "EC" -> "SHA256withECDSA";
            case "RSA" -> "SHA256withRSA";
            case "DSA" -> "SHA256withDSA";
            default -> key.getAlgorithm();
        };
    }

    /**
     * Whether a public key verifies a signature. Returns false if no provider accepts the key, for instance because of
     * its curve, or if the signature cannot be parsed: in both cases the keys are not a pair.
     */
    private static boolean verifies(String algorithm, PublicKey key, byte[] challenge, byte[] signature) {
        try {
            return JcaProviders.first(algorithm, provider -> {
                Signature verifier = Signature.getInstance(algorithm, provider);
                verifier.initVerify(key);
                verifier.update(challenge);
                return verifier.verify(signature);
            });
        } catch (GeneralSecurityException e) {
            return false;
        }
    }
}
