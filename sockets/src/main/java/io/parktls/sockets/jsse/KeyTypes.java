package io.parktls.sockets.jsse;

import io.parktls.SignatureScheme;
import io.parktls.TlsVersion;
import io.parktls.engine.CertificateCriteria;
import io.parktls.engine.SigningKey.Authentication;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** The names of key types by which JSSE's key managers are asked for an alias. */
final class KeyTypes {
    private KeyTypes() {}

    /** Returns the types of keys that a peer can verify, in the peer's order of preference. */
    static List<String> of(CertificateCriteria criteria) {
        Set<String> types = new LinkedHashSet<>();
        List<Integer> schemes = criteria.signatureSchemes();
        if (schemes != null) {
            for (int code : schemes) {
                SignatureScheme.of(code)
                        .filter(scheme -> isUsable(scheme, criteria))
                        .ifPresent(scheme -> types.add(name(scheme)));
            }
        }
        return new ArrayList<>(types);
    }

    private static boolean isUsable(SignatureScheme scheme, CertificateCriteria criteria) {
        if (isMlDsa(scheme)) {
            return criteria.version() == TlsVersion.TLS_1_3;
        }
        boolean pkcs1 = name(scheme).equals("RSA") && !isPss(scheme);
        if (pkcs1 && criteria.version() == TlsVersion.TLS_1_3) {
            // RFC 8446 4.2.3: for certificates only.
            return false;
        }
        boolean rsa = name(scheme).startsWith("RSA");
        return criteria.authentications().contains(rsa ? Authentication.RSA : Authentication.ECDSA);
    }

    private static boolean isPss(SignatureScheme scheme) {
        return scheme.standardName().startsWith("rsa_pss");
    }

    private static boolean isMlDsa(SignatureScheme scheme) {
        return scheme.standardName().startsWith("mldsa");
    }

    private static String name(SignatureScheme scheme) {
        return switch (scheme) {
            case ECDSA_SECP256R1_SHA256, ECDSA_SECP384R1_SHA384, ECDSA_SECP521R1_SHA512 -> "EC";
            case ED25519, ED448 -> "EdDSA";
            // The value of getAlgorithm() of the JDK's keys, which its key managers compare.
            case MLDSA44, MLDSA65, MLDSA87 -> "ML-DSA";
            case RSA_PSS_PSS_SHA256, RSA_PSS_PSS_SHA384, RSA_PSS_PSS_SHA512 -> "RSASSA-PSS";
            case RSA_PSS_RSAE_SHA256,
                    RSA_PSS_RSAE_SHA384,
                    RSA_PSS_RSAE_SHA512,
                    RSA_PKCS1_SHA256,
                    RSA_PKCS1_SHA384,
                    RSA_PKCS1_SHA512 -> "RSA";
        };
    }
}
