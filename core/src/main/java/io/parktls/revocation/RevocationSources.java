package io.parktls.revocation;

import io.parktls.jca.JcaProviders;
import io.parktls.ocsp.OcspRequest;
import io.parktls.pki.Printable;
import io.parktls.pki.RevocationExtensions;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509CRL;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Asks the sources of a policy about a certificate, and keeps what it has fetched: OCSP responses for five minutes, CRLs
 * for an hour. Results that are kept are validated again each time, so that none is used longer than it is valid. Thread-safe.
 */
final class RevocationSources {
    private static final int MAX_RESPONSE = 256 * 1_024;
    private static final int MAX_RESPONSES = 1_000;
    private static final Duration RESPONSES_KEPT = Duration.ofMinutes(5);

    private static final int MAX_CRL = 16 * 1_024 * 1_024;
    private static final int MAX_CRLS = 32;
    private static final Duration CRLS_KEPT = Duration.ofHours(1);

    private static final byte[] NO_BODY = {};

    private final RevocationPolicy policy;
    private final Downloads<byte[]> responses;
    private final Downloads<X509CRL> crls;

    RevocationSources(RevocationPolicy policy) {
        this.policy = policy;
        this.responses = new Downloads<>(
                "application/ocsp-request",
                MAX_RESPONSE,
                MAX_RESPONSES,
                RESPONSES_KEPT,
                policy.timeout(),
                body -> body);
        this.crls = new Downloads<>(
                "application/pkix-crl", MAX_CRL, MAX_CRLS, CRLS_KEPT, policy.timeout(), RevocationSources::crl);
    }

    private static X509CRL crl(byte[] body) throws IOException {
        try {
            return JcaProviders.first("X.509", provider -> (X509CRL)
                    CertificateFactory.getInstance("X.509", provider).generateCRL(new ByteArrayInputStream(body)));
        } catch (GeneralSecurityException e) {
            throw new IOException("not a CRL", e);
        }
    }

    /** Returns the answer of the CRLs that the application gives; null if it gives none. */
    @Nullable
    Answer given(X509Certificate certificate, X509Certificate issuer) {
        List<Answer> answers = new ArrayList<>();
        for (CrlSource source : policy.crls()) {
            for (X509CRL crl : source.crls()) {
                answers.add(CrlValidator.check(certificate, issuer, crl, source.name(crl)));
            }
        }
        return answers.isEmpty() ? null : strongest(answers);
    }

    /** Asks the OCSP responder of a certificate. */
    Answer responder(X509Certificate certificate, X509Certificate issuer, FetchBudget budget, boolean anotherFollows)
            throws InterruptedException {
        URI responder = policy.responder() == null ? RevocationExtensions.responder(certificate) : policy.responder();
        if (responder == null) {
            return Answer.undetermined("the certificate", "names no OCSP responder with an http URL", null);
        }
        String source = "the OCSP responder at " + shown(responder);
        try {
            OcspRequest request = OcspRequest.of(certificate, issuer);
            URI target = request.at(responder);
            byte[] body = target.equals(responder) ? request.encoding() : NO_BODY;
            byte[] response = responses.get(target, body, budget.next(anotherFollows));
            return OcspValidator.check(
                    certificate, issuer, response, policy.responderCertificate(), "the response of " + source);
        } catch (IOException | IllegalArgumentException e) {
            return Answer.undetermined(source, "did not answer: " + Printable.reasons(e), e);
        }
    }

    /** Fetches the CRLs that a certificate names until one has an answer. */
    Answer distributionPoints(
            X509Certificate certificate, X509Certificate issuer, FetchBudget budget, boolean anotherFollows)
            throws InterruptedException {
        List<Answer> answers = new ArrayList<>();
        List<URI> points = RevocationExtensions.crls(certificate);
        for (URI point : points) {
            boolean last = answers.size() == points.size() - 1;
            Answer answer = distributionPoint(certificate, issuer, point, budget.next(anotherFollows || !last));
            answers.add(answer);
            if (answer.status() != Answer.Status.UNDETERMINED) {
                return answer;
            }
        }
        return answers.isEmpty()
                ? Answer.undetermined("the certificate", "names no CRL with an http URL", null)
                : strongest(answers);
    }

    private Answer distributionPoint(X509Certificate certificate, X509Certificate issuer, URI point, Duration time)
            throws InterruptedException {
        String source = "the CRL at " + shown(point);
        try {
            return CrlValidator.check(certificate, issuer, crls.get(point, NO_BODY, time), source);
        } catch (IOException | IllegalArgumentException e) {
            return Answer.undetermined(source, "cannot be fetched: " + Printable.reasons(e), e);
        }
    }

    private static String shown(URI uri) {
        return Printable.of(uri.toString());
    }

    /** Returns an answer that a certificate is revoked if there is one, else a good one, else all reasons together. */
    private static Answer strongest(List<Answer> answers) {
        for (Answer.Status wanted : List.of(Answer.Status.REVOKED, Answer.Status.GOOD)) {
            for (Answer answer : answers) {
                if (answer.status() == wanted) {
                    return answer;
                }
            }
        }
        return Answer.undetermined(all(answers), "", answers.getFirst().cause());
    }

    /** Joins the reasons of several answers. */
    static String all(List<Answer> answers) {
        return String.join(
                "; ", answers.stream().map(Answer::detail).map(String::strip).toList());
    }
}
