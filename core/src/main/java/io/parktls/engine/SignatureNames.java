package io.parktls.engine;

import io.parktls.SignatureScheme;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** The names that JCA providers use for signature schemes. Several schemes may share a name. */
public final class SignatureNames {
    private static final Map<SignatureScheme, List<String>> NAMES = new EnumMap<>(SignatureScheme.class);

    static {
        for (SignatureScheme scheme : SignatureScheme.values()) {
            NAMES.put(scheme, names(scheme));
        }
    }

    private SignatureNames() {}

    /**
     * {@return the names of a scheme} They are to be compared without regard to case.
     *
     * @param scheme the scheme
     */
    public static List<String> of(SignatureScheme scheme) {
        return NAMES.getOrDefault(scheme, List.of());
    }

    /**
     * {@return the schemes with these names, in the order of the names}
     *
     * @param names the names
     */
    public static List<SignatureScheme> schemes(String[] names) {
        List<SignatureScheme> schemes = new ArrayList<>();
        for (String name : names) {
            for (SignatureScheme scheme : SignatureScheme.all()) {
                if (!schemes.contains(scheme) && of(scheme).stream().anyMatch(name::equalsIgnoreCase)) {
                    schemes.add(scheme);
                }
            }
        }
        return schemes;
    }

    private static List<String> names(SignatureScheme scheme) {
        String hash =
                "SHA" + scheme.standardName().substring(scheme.standardName().length() - 3);
        return switch (scheme) {
            case ECDSA_SECP256R1_SHA256, ECDSA_SECP384R1_SHA384, ECDSA_SECP521R1_SHA512 -> List.of(hash + "withECDSA");
            // EdDSA is the JDK's name for both curves, used where it does not distinguish them.
            case ED25519 -> List.of("Ed25519", "EdDSA");
            case ED448 -> List.of("Ed448", "EdDSA");
            case MLDSA44 -> List.of("ML-DSA-44");
            case MLDSA65 -> List.of("ML-DSA-65");
            case MLDSA87 -> List.of("ML-DSA-87");
            // The names that SunJSSE and Bouncy Castle's provider use. Neither distinguishes the two types of RSA keys.
            case RSA_PSS_RSAE_SHA256,
                    RSA_PSS_RSAE_SHA384,
                    RSA_PSS_RSAE_SHA512,
                    RSA_PSS_PSS_SHA256,
                    RSA_PSS_PSS_SHA384,
                    RSA_PSS_PSS_SHA512 -> List.of("RSASSA-PSS", hash + "withRSAandMGF1", hash + "withRSASSA-PSS");
            case RSA_PKCS1_SHA256, RSA_PKCS1_SHA384, RSA_PKCS1_SHA512 -> List.of(hash + "withRSA");
        };
    }
}
