package io.parktls.ocsp;

import io.parktls.jca.JdkKeys;
import io.parktls.jca.X509Certificates;
import io.parktls.pki.BouncyCastleJars;
import io.parktls.pki.Printable;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.PublicKey;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import org.bouncycastle.asn1.ASN1Primitive;
import org.bouncycastle.asn1.ocsp.OCSPResponseStatus;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateHolder;
import org.bouncycastle.cert.ocsp.BasicOCSPResp;
import org.bouncycastle.cert.ocsp.CertificateID;
import org.bouncycastle.cert.ocsp.CertificateStatus;
import org.bouncycastle.cert.ocsp.OCSPException;
import org.bouncycastle.cert.ocsp.OCSPResp;
import org.bouncycastle.cert.ocsp.RespID;
import org.bouncycastle.cert.ocsp.RevokedStatus;
import org.bouncycastle.cert.ocsp.SingleResp;
import org.bouncycastle.operator.DigestCalculatorProvider;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentVerifierProviderBuilder;
import org.bouncycastle.operator.jcajce.JcaDigestCalculatorProviderBuilder;
import org.jspecify.annotations.Nullable;

/** A parsed OCSP response (RFC 6960 4.2). Immutable. */
public final class OcspResponse {
    /**
     * The longest response that can be stapled, in bytes: TLS 1.3 limits the extensions of a CertificateEntry to 65,535
     * bytes (RFC 8446 4.4.2), of which the headers take 8.
     */
    public static final int MAX_LENGTH = 0xFFFF - 8;

    /** id-kp-OCSPSigning (RFC 6960 4.2.2.2). */
    private static final String OCSP_SIGNING = "1.3.6.1.5.5.7.3.9";

    private final BasicOCSPResp response;

    private OcspResponse(BasicOCSPResp response) {
        this.response = response;
    }

    /**
     * Parses a response.
     *
     * @throws OcspException if the response is malformed, too long to be stapled, or an error message of the responder
     */
    public static OcspResponse parse(byte[] encoding) throws OcspException {
        BouncyCastleJars.requireForPki("an OCSP response");
        if (encoding.length > MAX_LENGTH) {
            throw new OcspException("the OCSP response has " + encoding.length
                    + " bytes, but TLS 1.3 can staple no more than " + MAX_LENGTH);
        }
        try {
            OCSPResp outer = new OCSPResp(
                    org.bouncycastle.asn1.ocsp.OCSPResponse.getInstance(ASN1Primitive.fromByteArray(encoding)));
            if (outer.getStatus() != OCSPResponseStatus.SUCCESSFUL) {
                throw new OcspException("the OCSP responder answered " + statusName(outer.getStatus()));
            }
            if (outer.getResponseObject() instanceof BasicOCSPResp basic) {
                return new OcspResponse(basic);
            }
            throw new OcspException("the OCSP response is of a type other than id-pkix-ocsp-basic");
        } catch (IOException | OCSPException | RuntimeException e) {
            throw new OcspException("the OCSP response is malformed (" + encoding.length + " bytes)", e);
        }
    }

    private static String statusName(int status) {
        return switch (status) {
            case OCSPResponseStatus.MALFORMED_REQUEST -> "malformedRequest";
            case OCSPResponseStatus.INTERNAL_ERROR -> "internalError";
            case OCSPResponseStatus.TRY_LATER -> "tryLater";
            case OCSPResponseStatus.SIG_REQUIRED -> "sigRequired";
            case OCSPResponseStatus.UNAUTHORIZED -> "unauthorized";
            default -> "with the status " + status;
        };
    }

    /**
     * Returns the answer for a certificate.
     *
     * @param issuer the issuer of the certificate; null if it is not known, and then only its name is compared
     * @throws OcspException if the response is not for that certificate
     */
    public OcspAnswer answerFor(X509Certificate certificate, @Nullable X509Certificate issuer) throws OcspException {
        try {
            DigestCalculatorProvider digests = new JcaDigestCalculatorProviderBuilder().build();
            for (SingleResp single : response.getResponses()) {
                if (single.getCertID().getSerialNumber().equals(certificate.getSerialNumber())
                        && isIssuedBy(single.getCertID(), certificate, issuer, digests)) {
                    return answer(single);
                }
            }
        } catch (OperatorCreationException
                | OCSPException
                | CertificateEncodingException
                | IOException
                | RuntimeException e) {
            throw new OcspException("the OCSP response cannot be read", e);
        }
        throw new OcspException("the OCSP response is not for the certificate " + Printable.subject(certificate)
                + " with the serial number " + certificate.getSerialNumber().toString(16));
    }

    private static boolean isIssuedBy(
            CertificateID id,
            X509Certificate certificate,
            @Nullable X509Certificate issuer,
            DigestCalculatorProvider digests)
            throws CertificateEncodingException, OCSPException, OperatorCreationException, IOException {
        if (issuer != null) {
            return id.matchesIssuer(new JcaX509CertificateHolder(issuer), digests);
        }
        return java.util.Arrays.equals(
                id.getIssuerNameHash(),
                Digests.of(
                        digests,
                        id.getHashAlgOID(),
                        certificate.getIssuerX500Principal().getEncoded()));
    }

    private static OcspAnswer answer(SingleResp single) {
        @Nullable CertificateStatus status = single.getCertStatus();
        Date next = single.getNextUpdate();
        OcspAnswer.Status value = OcspAnswer.Status.UNKNOWN;
        String revoked = "";
        if (status == null) {
            // Bouncy Castle represents good by null.
            value = OcspAnswer.Status.GOOD;
        } else if (status instanceof RevokedStatus details) {
            value = OcspAnswer.Status.REVOKED;
            revoked = " since " + details.getRevocationTime().toInstant()
                    + (details.hasRevocationReason() ? " with the reason " + details.getRevocationReason() : "");
        }
        return new OcspAnswer(
                value, single.getThisUpdate().toInstant(), next == null ? null : next.toInstant(), revoked);
    }

    /**
     * Verifies that the issuer of the certificate has signed the response, or a responder to whom the issuer has
     * delegated that by a certificate for id-kp-OCSPSigning (RFC 6960 4.2.2.2).
     *
     * @param now the time at which the responder's certificate must be valid
     * @throws OcspException if neither has
     */
    public void verify(X509Certificate issuer, Instant now) throws OcspException {
        try {
            if (isResponder(new JcaX509CertificateHolder(issuer))) {
                requireSignature(issuer.getPublicKey());
                return;
            }
            for (X509CertificateHolder candidate : response.getCerts()) {
                if (isResponder(candidate)) {
                    X509Certificate responder =
                            X509Certificates.parse(new ByteArrayInputStream(candidate.getEncoded()));
                    requireDelegation(responder, issuer, now);
                    requireSignature(responder.getPublicKey());
                    return;
                }
            }
        } catch (GeneralSecurityException
                | OCSPException
                | OperatorCreationException
                | IOException
                | RuntimeException e) {
            throw new OcspException("the signature of the OCSP response cannot be verified: " + e.getMessage(), e);
        }
        throw new OcspException("the OCSP response is signed neither by the issuer " + Printable.subject(issuer)
                + " nor by a responder whose certificate is in the response");
    }

    private boolean isResponder(X509CertificateHolder certificate) throws OperatorCreationException, OCSPException {
        RespID id = response.getResponderId();
        if (id.equals(new RespID(certificate.getSubject()))) {
            return true;
        }
        return id.equals(new RespID(
                certificate.getSubjectPublicKeyInfo(),
                new JcaDigestCalculatorProviderBuilder().build().get(CertificateID.HASH_SHA1)));
    }

    private static void requireDelegation(X509Certificate responder, X509Certificate issuer, Instant now)
            throws GeneralSecurityException, OcspException {
        if (!responder.getIssuerX500Principal().equals(issuer.getSubjectX500Principal())) {
            throw new OcspException("the OCSP response is signed by " + Printable.subject(responder)
                    + ", whose certificate was not issued by " + Printable.subject(issuer));
        }
        X509Certificates.verify(responder, issuer.getPublicKey());
        responder.checkValidity(Date.from(now));
        List<String> purposes = responder.getExtendedKeyUsage();
        if (purposes == null || !purposes.contains(OCSP_SIGNING)) {
            throw new OcspException("the OCSP response is signed by " + Printable.subject(responder)
                    + ", whose certificate lacks the purpose id-kp-OCSPSigning");
        }
    }

    private void requireSignature(PublicKey key) throws OcspException, OperatorCreationException, OCSPException {
        if (!response.isSignatureValid(new JcaContentVerifierProviderBuilder().build(JdkKeys.of(key)))) {
            throw new OcspException("the signature of the OCSP response is invalid");
        }
    }
}
