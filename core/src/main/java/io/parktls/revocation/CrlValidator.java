package io.parktls.revocation;

import io.parktls.pki.Der;
import io.parktls.pki.Printable;
import io.parktls.pki.RevocationExtensions;
import java.net.URI;
import java.security.GeneralSecurityException;
import java.security.cert.X509CRL;
import java.security.cert.X509CRLEntry;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Looks up certificates in CRLs (RFC 5280 6.3.3). The JDK's revocation checker is not used here: if it cannot use a CRL,
 * it fetches the CRLs that the certificate names, with timeouts of the whole JVM and without a limit of their size.
 *
 * <p>Complete CRLs that the certificate's issuer has signed are supported, also if they cover a part of its certificates
 * only. Delta CRLs, CRLs for some reasons only and CRLs of other issuers (indirect CRLs) count as no answer.
 */
final class CrlValidator {
    private static final String ISSUING_DISTRIBUTION_POINT = "2.5.29.28";
    private static final int KEY_USAGE_CRL_SIGN = 6;

    /** The skew of clocks that is tolerated, as in the JDK. */
    private static final Duration CLOCK_SKEW = Duration.ofMinutes(15);

    private CrlValidator() {}

    /**
     * Looks up a certificate.
     *
     * @param source the name of the CRL in messages
     */
    static Answer check(X509Certificate certificate, X509Certificate issuer, X509CRL crl, String source) {
        try {
            String problem = problem(certificate, issuer, crl);
            if (problem != null) {
                return Answer.undetermined(source, problem, null);
            }
            X509CRLEntry entry = crl.getRevokedCertificate(certificate.getSerialNumber());
            return entry == null
                    ? Answer.good(source)
                    : Answer.revoked(source, entry.getRevocationDate().toInstant(), entry.getRevocationReason(), null);
        } catch (RuntimeException e) {
            return Answer.undetermined(source, "is malformed: " + Printable.reasons(e), e);
        }
    }

    /** Returns why a CRL says nothing about a certificate, as the predicate of a sentence; null if it does. */
    private static @Nullable String problem(X509Certificate certificate, X509Certificate issuer, X509CRL crl) {
        if (!crl.getIssuerX500Principal().equals(certificate.getIssuerX500Principal())) {
            return "is of another issuer, "
                    + Printable.of(crl.getIssuerX500Principal().getName());
        }
        boolean @Nullable [] usage = issuer.getKeyUsage();
        if (usage != null && !usage[KEY_USAGE_CRL_SIGN]) {
            return "is signed by an issuer whose key usage has no cRLSign";
        }
        Set<String> critical = crl.getCriticalExtensionOIDs();
        if (critical != null && !Set.of(ISSUING_DISTRIBUTION_POINT).containsAll(critical)) {
            return "has critical extensions that are not supported: " + critical;
        }
        String outside = scopeProblem(certificate, crl);
        if (outside != null) {
            return outside;
        }
        String signed = signatureProblem(issuer, crl);
        return signed == null ? dateProblem(crl) : signed;
    }

    private static @Nullable String signatureProblem(X509Certificate issuer, X509CRL crl) {
        String algorithm = crl.getSigAlgName().toUpperCase(Locale.ROOT);
        if (algorithm.contains("SHA1") || algorithm.contains("MD5") || algorithm.contains("MD2")) {
            return "is signed with " + crl.getSigAlgName() + ", which is broken";
        }
        try {
            crl.verify(issuer.getPublicKey());
            return null;
        } catch (GeneralSecurityException e) {
            return "has a signature that does not verify with the key of its issuer";
        }
    }

    private static @Nullable String dateProblem(X509CRL crl) {
        Instant now = Instant.now();
        Date next = crl.getNextUpdate();
        if (next == null) {
            return "has no next update, so nobody can know whether it is current";
        }
        if (next.toInstant().isBefore(now.minus(CLOCK_SKEW))) {
            return "has expired on " + next.toInstant();
        }
        Instant from = crl.getThisUpdate().toInstant();
        return from.isAfter(now.plus(CLOCK_SKEW)) ? "is not valid before " + from : null;
    }

    /** Returns why a certificate is outside of the scope of a CRL (RFC 5280 5.2.5); null if it is inside. */
    private static @Nullable String scopeProblem(X509Certificate certificate, X509CRL crl) {
        byte[] extension = crl.getExtensionValue(ISSUING_DISTRIBUTION_POINT);
        if (extension == null) {
            return null;
        }
        boolean authority = certificate.getBasicConstraints() >= 0;
        for (Der field : Der.parse(Der.parse(extension).contents()).children()) {
            // Only distributionPoint [0] is constructed here; the others are BOOLEANs that are encoded if true.
            switch (field.tag()) {
                case 0xA0 -> {
                    List<URI> named = RevocationExtensions.fullNames(field);
                    if (named.stream().noneMatch(RevocationExtensions.crls(certificate)::contains)) {
                        return "covers another part of the issuer's certificates, of the distribution point " + named;
                    }
                }
                case 0x81 -> {
                    if (authority) {
                        return "covers certificates of end entities only";
                    }
                }
                case 0x82 -> {
                    if (!authority) {
                        return "covers certificates of authorities only";
                    }
                }
                default -> {
                    return "covers only some reasons, attribute certificates or certificates of other issuers";
                }
            }
        }
        return null;
    }
}
