package io.parktls.revocation;

import io.parktls.TlsAlert;
import io.parktls.TlsPeerUnverifiedException;
import io.parktls.pki.CertificationPath;
import io.parktls.pki.Printable;
import io.parktls.pki.RevocationExtensions;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Checks by a {@link RevocationPolicy} that the certificates of a verified path are not revoked. Thread-safe. */
public final class RevocationChecks {
    private final RevocationPolicy policy;
    private final RevocationSources sources;

    /** Creates the checks of a policy, which keep what they fetch. */
    public RevocationChecks(RevocationPolicy policy) {
        this.policy = policy;
        this.sources = new RevocationSources(policy);
    }

    /** Returns whether {@link #check} may wait for the network or a disk. */
    public boolean mayWait() {
        return policy.mayWait();
    }

    /**
     * Returns normally if the policy accepts the status of the certificates. The trust anchor is not checked, because
     * its status is the decision of whoever configures it.
     *
     * @param path the verified path
     * @param sent the certificates that the peer sent
     * @param staples the OCSP response that the peer stapled to each of them, an empty array for none; may be shorter
     * @param server whether the peer is the server
     * @throws TlsPeerUnverifiedException if the policy does not accept a certificate
     */
    public void check(CertificationPath path, List<X509Certificate> sent, List<byte[]> staples, boolean server)
            throws TlsPeerUnverifiedException {
        List<X509Certificate> certificates = path.certificates();
        X509Certificate leaf = certificates.getFirst();
        if (server && RevocationExtensions.requiresStaple(leaf) && staple(leaf, sent, staples).length == 0) {
            throw refused(
                    leaf,
                    "requires its server to staple an OCSP response (RFC 7633), and the server stapled none",
                    TlsAlert.BAD_CERTIFICATE_STATUS_RESPONSE,
                    null);
        }
        if (certificates.size() == 1) {
            if (!path.anchored() && !policy.softFail()) {
                throw undetermined(leaf, "the trust manager knows no issuer of it", null);
            }
            return;
        }
        FetchBudget budget = new FetchBudget(policy.timeout());
        int checked = policy.onlyLeaf() ? 1 : certificates.size() - 1;
        for (int i = 0; i < checked; i++) {
            X509Certificate certificate = certificates.get(i);
            byte[] staple = staple(certificate, sent, staples);
            check(certificate, certificates.get(i + 1), staple, i == 0, budget);
        }
    }

    private void check(
            X509Certificate certificate, X509Certificate issuer, byte[] staple, boolean leaf, FetchBudget budget)
            throws TlsPeerUnverifiedException {
        Answer given = sources.given(certificate, issuer);
        if (given != null && given.status() == Answer.Status.REVOKED) {
            throw revoked(certificate, given);
        }
        if (staple.length > 0) {
            checkStaple(certificate, issuer, staple);
            return;
        }
        if (policy.isStapledOnly() && !leaf) {
            // Servers hardly staple responses for their issuers, and TLS 1.2 has no room for them (RFC 6066 8).
            return;
        }
        List<Answer> answers = new ArrayList<>();
        try {
            if (ask(certificate, issuer, given, budget, answers) || policy.softFail()) {
                return;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw undetermined(certificate, "the check was interrupted", e);
        }
        if (answers.isEmpty()) {
            throw refused(
                    certificate,
                    "is refused by the policy of revocation: the peer stapled no OCSP response",
                    TlsAlert.BAD_CERTIFICATE_STATUS_RESPONSE,
                    null);
        }
        throw undetermined(
                certificate, RevocationSources.all(answers), answers.getLast().cause());
    }

    /** RFC 6066 8: a client that has got an unsatisfactory response aborts the handshake, whatever other sources say. */
    private void checkStaple(X509Certificate certificate, X509Certificate issuer, byte[] staple)
            throws TlsPeerUnverifiedException {
        Answer answer = OcspValidator.check(
                certificate, issuer, staple, policy.responderCertificate(), "the stapled OCSP response");
        switch (answer.status()) {
            case GOOD -> {}
            case REVOKED -> throw revoked(certificate, answer);
            case UNDETERMINED ->
                throw refused(
                        certificate,
                        "is refused: " + answer.detail(),
                        TlsAlert.BAD_CERTIFICATE_STATUS_RESPONSE,
                        answer.cause());
        }
    }

    /**
     * Asks the sources in the order of the policy until one has an answer.
     *
     * @param given the answer of the CRLs that the application gives; null if there are none
     * @param answers receives the answers of those that have none
     * @return whether a source says that the certificate is good
     */
    private boolean ask(
            X509Certificate certificate,
            X509Certificate issuer,
            @Nullable Answer given,
            FetchBudget budget,
            List<Answer> answers)
            throws TlsPeerUnverifiedException, InterruptedException {
        boolean responderFirst = policy.ocsp() && !policy.crlsFirst();
        if (responderFirst) {
            Answer answer = sources.responder(certificate, issuer, budget, policy.crlDownloads());
            if (isGood(certificate, answer, answers)) {
                return true;
            }
        }
        if (given != null && isGood(certificate, given, answers)) {
            return true;
        }
        if (policy.crlDownloads()) {
            boolean responderFollows = policy.ocsp() && !responderFirst;
            Answer answer = sources.distributionPoints(certificate, issuer, budget, responderFollows);
            if (isGood(certificate, answer, answers)) {
                return true;
            }
        }
        return policy.ocsp()
                && !responderFirst
                && isGood(certificate, sources.responder(certificate, issuer, budget, false), answers);
    }

    private static boolean isGood(X509Certificate certificate, Answer answer, List<Answer> answers)
            throws TlsPeerUnverifiedException {
        switch (answer.status()) {
            case GOOD -> {
                return true;
            }
            case REVOKED -> throw revoked(certificate, answer);
            case UNDETERMINED -> answers.add(answer);
        }
        return false;
    }

    private static byte[] staple(X509Certificate certificate, List<X509Certificate> sent, List<byte[]> staples) {
        int index = sent.indexOf(certificate);
        return index < 0 || index >= staples.size() ? new byte[0] : staples.get(index);
    }

    private static TlsPeerUnverifiedException revoked(X509Certificate certificate, Answer answer) {
        return refused(certificate, "is revoked " + answer.detail(), TlsAlert.CERTIFICATE_REVOKED, answer.cause());
    }

    private static TlsPeerUnverifiedException undetermined(
            X509Certificate certificate, String reasons, @Nullable Throwable cause) {
        return refused(
                certificate,
                "is refused, because its revocation status is unknown: " + reasons
                        + " (TlsRevocation.softFail() accepts such certificates)",
                TlsAlert.CERTIFICATE_UNKNOWN,
                cause);
    }

    private static TlsPeerUnverifiedException refused(
            X509Certificate certificate, String problem, TlsAlert alert, @Nullable Throwable cause) {
        String serial = certificate.getSerialNumber().toString(16);
        return new TlsPeerUnverifiedException(
                "certificate " + Printable.subject(certificate) + " (serial number " + serial + ") " + problem,
                alert,
                cause);
    }
}
