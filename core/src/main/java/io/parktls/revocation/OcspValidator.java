package io.parktls.revocation;

import io.parktls.jca.JcaProviders;
import io.parktls.pki.Printable;
import java.security.GeneralSecurityException;
import java.security.cert.CertPathValidator;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertificateFactory;
import java.security.cert.CertificateRevokedException;
import java.security.cert.PKIXParameters;
import java.security.cert.PKIXRevocationChecker;
import java.security.cert.TrustAnchor;
import java.security.cert.X509Certificate;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Validates OCSP responses (RFC 6960 3.2) with the JDK's {@link PKIXRevocationChecker}: the signature and who may make
 * it, the certificate that the response is about, and its validity period.
 *
 * <p>Each certificate is checked on its own, as a path of one certificate whose trust anchor is its issuer. So a failure
 * is known to belong to this certificate and this response, and the checker, which has the response already, never uses
 * the network.
 */
final class OcspValidator {
    private OcspValidator() {}

    /**
     * Returns what a response says about a certificate.
     *
     * @param signer the certificate of a responder that may sign for every issuer; null if there is none
     * @param source the name of the response in messages
     */
    static Answer check(
            X509Certificate certificate,
            X509Certificate issuer,
            byte[] response,
            @Nullable X509Certificate signer,
            String source) {
        try {
            CertPathValidator validator =
                    JcaProviders.first("PKIX", provider -> CertPathValidator.getInstance("PKIX", provider));
            PKIXRevocationChecker checker = (PKIXRevocationChecker) validator.getRevocationChecker();
            checker.setOptions(EnumSet.of(PKIXRevocationChecker.Option.NO_FALLBACK));
            checker.setOcspResponses(Map.of(certificate, response));
            checker.setOcspResponderCert(signer);
            PKIXParameters parameters = new PKIXParameters(Set.of(new TrustAnchor(issuer, null)));
            parameters.setRevocationEnabled(false);
            parameters.addCertPathChecker(checker);
            CertificateFactory factory =
                    JcaProviders.first("X.509", provider -> CertificateFactory.getInstance("X.509", provider));
            validator.validate(factory.generateCertPath(List.of(certificate)), parameters);
            return Answer.good(source);
        } catch (CertPathValidatorException e) {
            return e.getCause() instanceof CertificateRevokedException revoked
                    ? Answer.revoked(
                            source, revoked.getRevocationDate().toInstant(), revoked.getRevocationReason(), revoked)
                    : Answer.undetermined(source, "is not acceptable: " + Printable.reasons(e), e);
        } catch (GeneralSecurityException | RuntimeException e) {
            // The JDK's parser fails with exceptions of several kinds if a response is malformed.
            return Answer.undetermined(source, "is malformed: " + Printable.reasons(e), e);
        }
    }
}
