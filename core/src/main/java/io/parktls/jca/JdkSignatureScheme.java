package io.parktls.jca;

import io.parktls.SignatureScheme;
import java.security.AsymmetricKey;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.Provider;
import java.security.Signature;
import java.security.interfaces.EdECKey;
import java.security.spec.AlgorithmParameterSpec;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.NamedParameterSpec;
import java.security.spec.PSSParameterSpec;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A signature scheme of TLS (RFC 8446 4.2.3) in the JDK's terms: an algorithm, its parameters and the keys that it
 * uses.
 *
 * @param scheme the scheme
 * @param algorithm the name for {@link Signature#getInstance(String, Provider)}
 * @param parameters the parameters of RSASSA-PSS; null for other algorithms
 * @param keyAlgorithm the value of {@link Key#getAlgorithm()} for the JDK's keys
 */
public record JdkSignatureScheme(
        SignatureScheme scheme, String algorithm, @Nullable PSSParameterSpec parameters, String keyAlgorithm) {
    private static final Map<SignatureScheme, JdkSignatureScheme> ALL = new EnumMap<>(SignatureScheme.class);

    static {
        for (SignatureScheme scheme : SignatureScheme.values()) {
            ALL.put(scheme, create(scheme));
        }
    }

    /** Returns the scheme with a code; null if ParkTLS does not support it. */
    public static @Nullable JdkSignatureScheme of(int code) {
        return SignatureScheme.of(code).map(ALL::get).orElse(null);
    }

    /** Returns a scheme in the JDK's terms. */
    public static JdkSignatureScheme of(SignatureScheme scheme) {
        return Objects.requireNonNull(ALL.get(scheme));
    }

    private static JdkSignatureScheme create(SignatureScheme scheme) {
        return switch (scheme) {
            case MLDSA65 -> new JdkSignatureScheme(scheme, "ML-DSA-65", null, "ML-DSA");
            case MLDSA87 -> new JdkSignatureScheme(scheme, "ML-DSA-87", null, "ML-DSA");
            case MLDSA44 -> new JdkSignatureScheme(scheme, "ML-DSA-44", null, "ML-DSA");
            case ECDSA_SECP256R1_SHA256 -> ecdsa(scheme, "SHA256withECDSA");
            case ECDSA_SECP384R1_SHA384 -> ecdsa(scheme, "SHA384withECDSA");
            case ECDSA_SECP521R1_SHA512 -> ecdsa(scheme, "SHA512withECDSA");
            case ED25519 -> new JdkSignatureScheme(scheme, "Ed25519", null, "EdDSA");
            case ED448 -> new JdkSignatureScheme(scheme, "Ed448", null, "EdDSA");
            case RSA_PSS_RSAE_SHA256 -> pss(scheme, MGF1ParameterSpec.SHA256, 32, "RSA");
            case RSA_PSS_RSAE_SHA384 -> pss(scheme, MGF1ParameterSpec.SHA384, 48, "RSA");
            case RSA_PSS_RSAE_SHA512 -> pss(scheme, MGF1ParameterSpec.SHA512, 64, "RSA");
            case RSA_PSS_PSS_SHA256 -> pss(scheme, MGF1ParameterSpec.SHA256, 32, "RSASSA-PSS");
            case RSA_PSS_PSS_SHA384 -> pss(scheme, MGF1ParameterSpec.SHA384, 48, "RSASSA-PSS");
            case RSA_PSS_PSS_SHA512 -> pss(scheme, MGF1ParameterSpec.SHA512, 64, "RSASSA-PSS");
            case RSA_PKCS1_SHA256 -> new JdkSignatureScheme(scheme, "SHA256withRSA", null, "RSA");
            case RSA_PKCS1_SHA384 -> new JdkSignatureScheme(scheme, "SHA384withRSA", null, "RSA");
            case RSA_PKCS1_SHA512 -> new JdkSignatureScheme(scheme, "SHA512withRSA", null, "RSA");
        };
    }

    private static JdkSignatureScheme ecdsa(SignatureScheme scheme, String algorithm) {
        return new JdkSignatureScheme(scheme, algorithm, null, "EC");
    }

    private static JdkSignatureScheme pss(
            SignatureScheme scheme, MGF1ParameterSpec mgf, int saltLength, String keyAlgorithm) {
        PSSParameterSpec parameters = new PSSParameterSpec(
                mgf.getDigestAlgorithm(), "MGF1", mgf, saltLength, PSSParameterSpec.TRAILER_FIELD_BC);
        return new JdkSignatureScheme(scheme, "RSASSA-PSS", parameters, keyAlgorithm);
    }

    /**
     * Returns whether the scheme may be used with a key in TLS 1.2, where a scheme is only a pair of algorithm and
     * hash.
     */
    public boolean fits(Key key) {
        return switch (key.getAlgorithm()) {
            case "EC", "ECDSA" -> keyAlgorithm.equals("EC");
            // The JDK calls both curves EdDSA; other providers use the name of the curve.
            case "EdDSA" -> keyAlgorithm.equals("EdDSA") && (!(key instanceof EdECKey edwards) || isOn(edwards));
            // The same holds for the parameter sets of ML-DSA.
            case "ML-DSA" -> keyAlgorithm.equals("ML-DSA") && isOfParameterSet(key);
            case "Ed25519", "Ed448", "ML-DSA-44", "ML-DSA-65", "ML-DSA-87" ->
                key.getAlgorithm().equals(algorithm);
            default -> key.getAlgorithm().equals(keyAlgorithm);
        };
    }

    /** Returns whether TLS 1.2 does not have this scheme. */
    public boolean isForTls13Only() {
        return keyAlgorithm.equals("ML-DSA");
    }

    /** Returns a signature object without a key. */
    public Signature newSignature(Provider provider) throws GeneralSecurityException {
        return Signature.getInstance(algorithm, provider);
    }

    private boolean isOn(EdECKey key) {
        return key.getParams().getName().equals(algorithm);
    }

    private boolean isOfParameterSet(Key key) {
        return !(key instanceof AsymmetricKey asymmetric)
                || !(asymmetric.getParams() instanceof NamedParameterSpec set)
                || set.getName().equals(algorithm);
    }

    /**
     * Returns whether a provider was given the parameters of this scheme.
     *
     * @param given the parameters; null if there are none
     */
    public boolean hasParameters(@Nullable AlgorithmParameterSpec given) {
        if (parameters == null || given == null) {
            return parameters == null && given == null;
        }
        return given instanceof PSSParameterSpec pss
                && pss.getDigestAlgorithm().equalsIgnoreCase(parameters.getDigestAlgorithm())
                && pss.getSaltLength() == parameters.getSaltLength()
                && pss.getMGFParameters() instanceof MGF1ParameterSpec mgf
                && mgf.getDigestAlgorithm().equalsIgnoreCase(parameters.getDigestAlgorithm());
    }
}
