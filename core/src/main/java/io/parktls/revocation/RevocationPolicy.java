package io.parktls.revocation;

import java.net.URI;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The sources of the revocation status that a verification asks, and what it does if none answers.
 *
 * @param ocsp whether to ask OCSP responders
 * @param crlDownloads whether to fetch the CRLs that certificates name
 * @param crlsFirst whether to ask CRLs before OCSP responders
 * @param softFail whether to accept a certificate about which no source has a valid answer
 * @param onlyLeaf whether to check the peer's own certificate only
 * @param responder the responder to ask instead of those that certificates name; null for those
 * @param responderCertificate the certificate of a responder that may sign for every issuer; null if there is none
 * @param crls the CRLs that the application gives
 * @param timeout the time for all fetches of one verification together
 */
public record RevocationPolicy(
        boolean ocsp,
        boolean crlDownloads,
        boolean crlsFirst,
        boolean softFail,
        boolean onlyLeaf,
        @Nullable URI responder,
        @Nullable X509Certificate responderCertificate,
        List<CrlSource> crls,
        Duration timeout) {
    /** Copies the list. */
    public RevocationPolicy {
        crls = List.copyOf(crls);
    }

    /** Returns the policy that has no source but stapled responses, and no time to ask others. */
    public static RevocationPolicy stapled() {
        return new RevocationPolicy(false, false, false, false, false, null, null, List.of(), Duration.ZERO);
    }

    /** Returns this policy with other sources. */
    public RevocationPolicy withSources(boolean responders, boolean downloads, boolean crlsBefore) {
        return new RevocationPolicy(
                responders, downloads, crlsBefore, softFail, onlyLeaf, responder, responderCertificate, crls, timeout);
    }

    /** Returns this policy with one responder for all certificates. */
    public RevocationPolicy withResponder(URI url, @Nullable X509Certificate signer) {
        return new RevocationPolicy(true, crlDownloads, crlsFirst, softFail, onlyLeaf, url, signer, crls, timeout);
    }

    /** Returns this policy with other CRLs. */
    public RevocationPolicy withCrls(List<CrlSource> given) {
        return new RevocationPolicy(
                ocsp, crlDownloads, crlsFirst, softFail, onlyLeaf, responder, responderCertificate, given, timeout);
    }

    /** Returns this policy with other decisions. */
    public RevocationPolicy withDecisions(boolean soft, boolean leaf) {
        return new RevocationPolicy(
                ocsp, crlDownloads, crlsFirst, soft, leaf, responder, responderCertificate, crls, timeout);
    }

    /** Returns this policy with another timeout. */
    public RevocationPolicy withTimeout(Duration limit) {
        return new RevocationPolicy(
                ocsp, crlDownloads, crlsFirst, softFail, onlyLeaf, responder, responderCertificate, crls, limit);
    }

    /** Returns whether a check may wait for the network or a disk. */
    public boolean mayWait() {
        return ocsp || crlDownloads || crls.stream().anyMatch(CrlFile.class::isInstance);
    }

    /** Returns whether stapled responses are the only source. */
    boolean isStapledOnly() {
        return !ocsp && !crlDownloads && crls.isEmpty();
    }
}
