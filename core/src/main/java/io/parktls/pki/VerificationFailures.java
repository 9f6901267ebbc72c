package io.parktls.pki;

import io.parktls.TlsAlert;
import io.parktls.TlsPeerUnverifiedException;
import java.security.InvalidKeyException;
import java.security.NoSuchAlgorithmException;
import java.security.cert.CertPathBuilderException;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertPathValidatorException.BasicReason;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.security.cert.CertificateRevokedException;
import java.security.cert.PKIXReason;
import java.security.cert.X509Certificate;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Creates the exceptions for rejected certificates, with a message and with the alert for the peer (RFC 8446 6.2). */
final class VerificationFailures {
    private VerificationFailures() {}

    /** Converts the exception of a certificate validator. */
    static TlsPeerUnverifiedException of(List<X509Certificate> chain, CertificateException failure) {
        X509Certificate leaf = chain.getFirst();
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            switch (cause) {
                case TlsPeerUnverifiedException known -> {
                    return known;
                }
                case CertPathValidatorException e -> {
                    return ofPath(rejectedCertificate(chain, e), e);
                }
                case CertPathBuilderException e -> {
                    return unknownCa(leaf, e);
                }
                case CertificateExpiredException e -> {
                    return expired(leaf, e);
                }
                case CertificateNotYetValidException e -> {
                    return notYetValid(leaf, e);
                }
                case CertificateRevokedException e -> {
                    return revoked(leaf, e);
                }
                default -> {}
            }
        }
        return refusal(leaf, "is not accepted: " + Printable.reasons(failure), TlsAlert.CERTIFICATE_UNKNOWN, failure);
    }

    /** Throws if a certificate has expired or is not yet valid. */
    static void ifNotValidNow(X509Certificate certificate) throws TlsPeerUnverifiedException {
        try {
            certificate.checkValidity();
        } catch (CertificateExpiredException e) {
            throw expired(certificate, e);
        } catch (CertificateNotYetValidException e) {
            throw notYetValid(certificate, e);
        }
    }

    /** Throws if the key usage extensions of a certificate do not allow it to authenticate the given peer. */
    static void ifNotMeantFor(PeerVerifier.Peer peer, X509Certificate certificate) throws TlsPeerUnverifiedException {
        String problem = KeyUsages.problem(certificate, peer);
        if (problem != null) {
            throw refusal(certificate, problem, TlsAlert.UNSUPPORTED_CERTIFICATE, null);
        }
    }

    private static TlsPeerUnverifiedException ofPath(X509Certificate certificate, CertPathValidatorException e) {
        if (isUnverifiable(e)) {
            return refusal(
                    certificate,
                    "has a " + Printable.of(certificate.getSigAlgName())
                            + " signature that this JVM cannot verify: " + Printable.reasons(e)
                            + ". The peer needs a certificate whose issuers have RSA, P-256, P-384, P-521 or Ed25519"
                            + " keys",
                    TlsAlert.UNSUPPORTED_CERTIFICATE,
                    e);
        }
        return switch (e.getReason()) {
            case BasicReason.EXPIRED -> expired(certificate, e);
            case BasicReason.NOT_YET_VALID -> notYetValid(certificate, e);
            case BasicReason.REVOKED -> revoked(certificate, e);
            case PKIXReason.NO_TRUST_ANCHOR -> unknownCa(certificate, e);
            case BasicReason.INVALID_SIGNATURE ->
                refusal(
                        certificate,
                        "has a signature that does not verify: either another authority with the same name signed it,"
                                + " or it is damaged",
                        TlsAlert.BAD_CERTIFICATE,
                        e);
            // RFC 8446 4.4.2.4 recommends bad_certificate for signatures with algorithms that are too weak.
            case BasicReason.ALGORITHM_CONSTRAINED ->
                refusal(
                        certificate,
                        "uses an algorithm that is not allowed: " + Printable.reasons(e),
                        TlsAlert.BAD_CERTIFICATE,
                        e);
            case PKIXReason.INVALID_KEY_USAGE ->
                refusal(
                        certificate,
                        "has an invalid key usage: " + Printable.reasons(e),
                        TlsAlert.UNSUPPORTED_CERTIFICATE,
                        e);
            default ->
                refusal(certificate, "is not accepted: " + Printable.reasons(e), TlsAlert.CERTIFICATE_UNKNOWN, e);
        };
    }

    /** Whether the validation failed because this JVM does not support an algorithm or curve. */
    private static boolean isUnverifiable(CertPathValidatorException e) {
        for (Throwable cause = e.getCause(); cause != null; cause = cause.getCause()) {
            if (cause instanceof NoSuchAlgorithmException || cause instanceof InvalidKeyException) {
                return true;
            }
        }
        return false;
    }

    private static TlsPeerUnverifiedException unknownCa(X509Certificate certificate, Throwable cause) {
        boolean selfIssued = certificate.getIssuerX500Principal().equals(certificate.getSubjectX500Principal());
        String problem = selfIssued
                ? "is self-signed and not trusted: trust it with TlsTrust.only or TlsTrust.pem if it is the right one"
                : "was issued by " + Printable.issuer(certificate)
                        + ", and no path leads from there to a trusted authority: either the peer does not send its"
                        + " intermediate certificates, or its root certificate is not in the configured trust";
        return refusal(certificate, problem, TlsAlert.UNKNOWN_CA, cause);
    }

    private static TlsPeerUnverifiedException expired(X509Certificate certificate, Throwable cause) {
        String problem = "expired on " + certificate.getNotAfter().toInstant();
        return refusal(certificate, problem, TlsAlert.CERTIFICATE_EXPIRED, cause);
    }

    private static TlsPeerUnverifiedException notYetValid(X509Certificate certificate, Throwable cause) {
        String problem = "is not valid before " + certificate.getNotBefore().toInstant();
        // RFC 8446 6.2: certificate_expired also means "is not currently valid".
        return refusal(certificate, problem, TlsAlert.CERTIFICATE_EXPIRED, cause);
    }

    private static TlsPeerUnverifiedException revoked(X509Certificate certificate, Throwable cause) {
        return refusal(certificate, "is revoked: " + Printable.reasons(cause), TlsAlert.CERTIFICATE_REVOKED, cause);
    }

    private static TlsPeerUnverifiedException refusal(
            X509Certificate certificate, String problem, TlsAlert alert, @Nullable Throwable cause) {
        return new TlsPeerUnverifiedException(
                "certificate " + Printable.subject(certificate) + " " + problem, alert, cause);
    }

    /** Returns the certificate that a path validator rejected; the peer's own if the exception does not name one. */
    private static X509Certificate rejectedCertificate(List<X509Certificate> chain, CertPathValidatorException e) {
        boolean known = e.getCertPath() != null && e.getIndex() >= 0;
        return known && e.getCertPath().getCertificates().get(e.getIndex()) instanceof X509Certificate certificate
                ? certificate
                : chain.getFirst();
    }
}
