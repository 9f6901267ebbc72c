package io.parktls.engine;

import io.parktls.SignatureScheme;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The signature of one certificate, expressed as signature schemes. The signatures of self-issued certificates are left
 * out, because peers do not verify them (RFC 8446 4.2.3).
 *
 * @param schemes the codes of the schemes that may have made the signature; empty if no known scheme did
 */
record CertificateSignature(Set<Integer> schemes) {
    /** SHA-1 with RSA. {@link SignatureScheme} has neither this scheme nor {@link #ECDSA_SHA1} (RFC 8446 4.2.3). */
    private static final int RSA_PKCS1_SHA1 = 0x0201;

    private static final int ECDSA_SHA1 = 0x0203;

    static List<CertificateSignature> of(List<X509Certificate> chain) {
        return chain.stream()
                .filter(certificate ->
                        !certificate.getSubjectX500Principal().equals(certificate.getIssuerX500Principal()))
                .map(certificate -> new CertificateSignature(schemes(certificate.getSigAlgName())))
                .toList();
    }

    boolean isAmong(List<Integer> offered) {
        for (Integer scheme : offered) {
            if (schemes.contains(scheme)) {
                return true;
            }
        }
        return false;
    }

    /**
     * Maps the JCA name of a signature algorithm to schemes. An RSASSA-PSS signature maps to all RSASSA-PSS schemes,
     * because the name reveals neither the hash nor the type of the issuer's key.
     */
    private static Set<Integer> schemes(String name) {
        return switch (name.toUpperCase(Locale.ROOT)) {
            case "SHA1WITHRSA" -> Set.of(RSA_PKCS1_SHA1);
            case "SHA1WITHECDSA" -> Set.of(ECDSA_SHA1);
            case String upper ->
                SignatureScheme.all().stream()
                        .filter(scheme -> isNamed(scheme, upper))
                        .map(SignatureScheme::code)
                        .collect(Collectors.toUnmodifiableSet());
        };
    }

    private static boolean isNamed(SignatureScheme scheme, String upper) {
        return SignatureNames.of(scheme).stream().anyMatch(upper::equalsIgnoreCase);
    }
}
