package io.parktls.engine;

import io.parktls.TestCertificate;
import io.parktls.TestContexts;
import io.parktls.TestPki.KeyKind;
import io.parktls.TlsIdentity;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.spec.AlgorithmParameterSpec;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.PSSParameterSpec;
import java.security.spec.RSAKeyGenParameterSpec;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Identities with every type of key, by short names: {@code p256 p384 p521 ed25519 ed448 rsa pss pss256}. Suffixes:
 * {@code @B} for authority B instead of A, {@code @R} for an authority that signs with RSA, and {@code #name} for
 * another host. The certificates are valid for servers and clients.
 */
final class ChoiceIdentities {
    private static final Map<String, KeyPair> KEYS = new ConcurrentHashMap<>();
    private static final Map<String, TestCertificate> AUTHORITIES = new ConcurrentHashMap<>();
    private static final Map<String, TlsIdentity> IDENTITIES = new ConcurrentHashMap<>();

    private ChoiceIdentities() {}

    static TlsIdentity of(String name) {
        return IDENTITIES.computeIfAbsent(name, ChoiceIdentities::make);
    }

    /** The authority A, B, or R; the key of R is an RSA key. */
    static TestCertificate authority(String name) {
        return AUTHORITIES.computeIfAbsent(
                name,
                n -> TestCertificate.authority(
                        n.equals("R") ? KeyKind.RSA_2048 : KeyKind.ECDSA_P256, "Chooser CA " + n));
    }

    private static TlsIdentity make(String name) {
        int hash = name.indexOf('#');
        int at = name.indexOf('@');
        String type = name.substring(0, at >= 0 ? at : hash >= 0 ? hash : name.length());
        String issuer = at >= 0 ? name.substring(at + 1, hash >= 0 ? hash : name.length()) : "A";
        String host = hash >= 0 ? name.substring(hash + 1) : TestContexts.HOST;
        return TestCertificate.of(KeyKind.ECDSA_P256, name.replace('#', ' '))
                .keyPair(KEYS.computeIfAbsent(type, ChoiceIdentities::keyPair))
                .names(host)
                .purposes(TestCertificate.SERVER_AUTH, TestCertificate.CLIENT_AUTH)
                .issuedBy(authority(issuer))
                .identity();
    }

    private static KeyPair keyPair(String type) {
        return switch (type) {
            case "p256" -> keyPair("EC", new ECGenParameterSpec("secp256r1"));
            case "p384" -> keyPair("EC", new ECGenParameterSpec("secp384r1"));
            case "p521" -> keyPair("EC", new ECGenParameterSpec("secp521r1"));
            case "ed25519" -> keyPair("Ed25519", null);
            case "ed448" -> keyPair("Ed448", null);
            case "rsa" -> keyPair("RSA", new RSAKeyGenParameterSpec(2048, RSAKeyGenParameterSpec.F4));
            case "pss" -> keyPair("RSASSA-PSS", new RSAKeyGenParameterSpec(2048, RSAKeyGenParameterSpec.F4));
            case "pss256" ->
                keyPair(
                        "RSASSA-PSS",
                        new RSAKeyGenParameterSpec(
                                2048,
                                RSAKeyGenParameterSpec.F4,
                                new PSSParameterSpec("SHA-256", "MGF1", MGF1ParameterSpec.SHA256, 32, 1)));
            default -> throw new IllegalArgumentException(type);
        };
    }

    private static KeyPair keyPair(String algorithm, @Nullable AlgorithmParameterSpec parameters) {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance(algorithm);
            if (parameters != null) {
                generator.initialize(parameters);
            }
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }
}
