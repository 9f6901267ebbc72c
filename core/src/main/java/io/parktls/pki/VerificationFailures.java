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

/** Says why a certificate is refused: in words for people, and by the alert for the peer (RFC 8446 6.2). */
final class VerificationFailures {
    private VerificationFailures() {}

    /** Turns what a validator says into what TLS says. */
    static TlsPeerUnverifiedException of(List<X509Certificate> chain, CertificateException failure) {
        X509Certificate leaf = chain.getFirst();
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            switch (cause) {
                case TlsPeerUnverifiedException known -> {
                    return known;
                }
                case CertPathValidatorException e -> {
                    return ofPath(culprit(chain, e), e);
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
        return refusal(leaf, "is not trusted: " + Printable.reasons(failure), TlsAlert.CERTIFICATE_UNKNOWN, failure);
    }

    /** Refuses a certificate whose time has passed or not come. */
    static void ifNotValidNow(X509Certificate certificate) throws TlsPeerUnverifiedException {
        try {
            certificate.checkValidity();
        } catch (CertificateExpiredException e) {
            throw expired(certificate, e);
        } catch (CertificateNotYetValidException e) {
            throw notYetValid(certificate, e);
        }
    }

    /** Refuses a certificate that is not meant for what it is used for. */
    static void ifNotMeantFor(PeerVerifier.Peer peer, X509Certificate certificate) throws TlsPeerUnverifiedException {
        String problem = KeyUsages.problem(certificate, peer);
        if (problem != null) {
            throw refusal(certificate, problem, TlsAlert.UNSUPPORTED_CERTIFICATE, null);
        }
    }

    private static TlsPeerUnverifiedException ofPath(X509Certificate culprit, CertPathValidatorException e) {
        if (isUnverifiable(e)) {
            return refusal(
                    culprit,
                    "was signed with " + Printable.of(culprit.getSigAlgName())
                            + " by a key that this JVM cannot verify signatures with: " + Printable.reasons(e)
                            + ". The peer needs a certificate whose issuers have RSA, P-256, P-384, P-521 or Ed25519 keys",
                    TlsAlert.UNSUPPORTED_CERTIFICATE,
                    e);
        }
        return switch (e.getReason()) {
            case BasicReason.EXPIRED -> expired(culprit, e);
            case BasicReason.NOT_YET_VALID -> notYetValid(culprit, e);
            case BasicReason.REVOKED -> revoked(culprit, e);
            case PKIXReason.NO_TRUST_ANCHOR -> unknownCa(culprit, e);
            case BasicReason.INVALID_SIGNATURE ->
                refusal(
                        culprit,
                        "has a signature that does not verify: another authority of the same name signed it, or it is damaged",
                        TlsAlert.BAD_CERTIFICATE,
                        e);
            // RFC 8446 4.4.2.4: the alert for signatures of algorithms that are too weak.
            case BasicReason.ALGORITHM_CONSTRAINED ->
                refusal(
                        culprit,
                        "uses an algorithm that is not allowed: " + Printable.reasons(e),
                        TlsAlert.BAD_CERTIFICATE,
                        e);
            case PKIXReason.INVALID_KEY_USAGE ->
                refusal(
                        culprit,
                        "may not be used for this: " + Printable.reasons(e),
                        TlsAlert.UNSUPPORTED_CERTIFICATE,
                        e);
            default -> refusal(culprit, "is not trusted: " + Printable.reasons(e), TlsAlert.CERTIFICATE_UNKNOWN, e);
        };
    }

    /** Whether an algorithm or a curve is missing here, which says nothing about the signature. */
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
                        + " intermediate certificates, or its root is not in the trust of this end";
        return refusal(certificate, problem, TlsAlert.UNKNOWN_CA, cause);
    }

    private static TlsPeerUnverifiedException expired(X509Certificate certificate, Throwable cause) {
        String problem = "expired on " + certificate.getNotAfter().toInstant();
        return refusal(certificate, problem, TlsAlert.CERTIFICATE_EXPIRED, cause);
    }

    private static TlsPeerUnverifiedException notYetValid(X509Certificate certificate, Throwable cause) {
        String problem = "is not valid before " + certificate.getNotBefore().toInstant();
        // RFC 8446 6.2: the alert covers both, "has expired or is not currently valid".
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

    /** The certificate that a path validator stumbled on; the peer's own if it does not say. */
    private static X509Certificate culprit(List<X509Certificate> chain, CertPathValidatorException e) {
        boolean known = e.getCertPath() != null && e.getIndex() >= 0;
        return known && e.getCertPath().getCertificates().get(e.getIndex()) instanceof X509Certificate certificate
                ? certificate
                : chain.getFirst();
    }
}
