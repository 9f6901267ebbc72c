package io.parktls;

import io.parktls.revocation.CrlFile;
import io.parktls.revocation.CrlSource;
import io.parktls.revocation.RevocationPolicy;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.security.cert.X509CRL;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A policy that decides how {@link TlsTrust#revocation} finds out whether certificates have been revoked, and what
 * happens if it cannot.
 *
 * {@snippet :
 * TlsTrust trust = TlsTrust.system().revocation(TlsRevocation.online().softFail());
 * TlsTrust internal = TlsTrust.pem(ca).revocation(TlsRevocation.crls(Path.of("company.crl")));
 * TlsTrust strict = TlsTrust.pem(ca).revocation(TlsRevocation.stapled());
 * }
 *
 * <p><b>Sources.</b> Every policy except {@link #off} accepts an OCSP response that the server staples (RFC 6066 8, RFC
 * 8446 4.4.2.1) as the status of that certificate, and asks no other source then. Without one, a policy asks its other
 * sources until one has a valid answer: OCSP responders, CRLs that the application gives, CRLs that the certificate
 * names. {@link #preferCrls} changes the order. A certificate that a given CRL lists is refused in any case.
 *
 * <p><b>Hard and soft fail.</b> By default a certificate is refused if no source has a valid answer ({@link #hardFail}).
 * With {@link #softFail} such a certificate is accepted, so an attacker who can block the sources can use a revoked one.
 * These are refused in both cases, and also if other sources would say something else:
 *
 * <ul>
 *   <li>a certificate that a valid source declares revoked, with certificate_revoked;
 *   <li>a certificate whose stapled response is malformed, expired, wrongly signed, about another certificate or says
 *       "unknown", with bad_certificate_status_response (RFC 6066 8);
 *   <li>a server's certificate that requires a stapled response (RFC 7633, "must-staple") if there is none, with
 *       bad_certificate_status_response.
 * </ul>
 *
 * <p>The other refusals end with certificate_unknown. The message names the certificate, each source and its answer.
 *
 * <p><b>Which certificates.</b> All certificates of the verified path are checked, but not the trust anchor;
 * {@link #onlyLeaf} restricts the check to the peer's own certificate. {@link #stapled} requires a response only for the
 * server's own certificate, since servers hardly staple any for their issuers.
 *
 * <p><b>The network.</b> Responders and CRLs are fetched by http; URLs with other schemes in certificates are ignored.
 * {@link #timeout} limits all fetches of a verification together. A fetch delays only the handshakes that need it, which
 * hold no place for computing meanwhile. An answer is kept and shared between handshakes while it is valid: an OCSP
 * response for five minutes at most, a CRL for an hour. OCSP responses of more than 256 KB and CRLs of more than 16 MB
 * are not accepted.
 *
 * <p><b>Limits.</b> OCSP responses must have a nextUpdate and identify certificates with SHA-1, as is usual. Delta CRLs,
 * CRLs that cover some reasons only, CRLs of other issuers (indirect) and CRLs signed with SHA-1 count as no answer.
 * Clocks may differ by 15 minutes.
 *
 * <p><b>Resumed sessions.</b> A peer that resumes a session sends neither certificates nor stapled responses. With the
 * default engine a server verifies the client's certificates again before it resumes a session, and so does a client
 * before it offers one, if the policy asks other sources than stapled responses. If the certificates are not accepted
 * without a stapled response, a full handshake takes place. A client with {@link #stapled}, and the JSSE engine, rely on
 * the status at the time of the full handshake, so a revocation is noticed only when the session has ended; use
 * {@link TlsSessionCache#none()} if that is too late. {@link TlsContext#importSession} verifies without a stapled
 * response, too.
 *
 * <p>Immutable and thread-safe.
 */
public final class TlsRevocation {
    private static final Duration DEFAULT_TIMEOUT = Duration.ofSeconds(5);
    private static final Duration MAX_TIMEOUT = Duration.ofHours(1);

    private static final TlsRevocation OFF = new TlsRevocation(null);
    private static final TlsRevocation STAPLED =
            new TlsRevocation(RevocationPolicy.stapled().withTimeout(DEFAULT_TIMEOUT));
    private static final TlsRevocation ONLINE =
            new TlsRevocation(STAPLED.enabled("online").withSources(true, true, false));

    /** Null if nothing is checked. */
    private final @Nullable RevocationPolicy policy;

    private TlsRevocation(@Nullable RevocationPolicy policy) {
        this.policy = policy;
    }

    // ---- factories

    /** {@return the policy that checks nothing, which is the default of {@link TlsTrust}} */
    public static TlsRevocation off() {
        return OFF;
    }

    /**
     * {@return the policy that only accepts servers with a valid stapled OCSP response} It never uses the network. With
     * {@link #softFail} a response may be missing, but not be invalid. Clients do not staple responses, so a server
     * that verifies clients needs another policy.
     */
    public static TlsRevocation stapled() {
        return STAPLED;
    }

    /**
     * {@return the policy that asks the OCSP responder that a certificate names, and if that has no valid answer, the
     * CRLs that it names} A stapled response saves the fetch. {@link #onlyOcsp}, {@link #onlyCrls} and
     * {@link #preferCrls} change the sources.
     */
    public static TlsRevocation online() {
        return ONLINE;
    }

    /**
     * Returns the policy that looks certificates up in CRLs in files, and never uses the network.
     *
     * @param files as for {@link #withCrls(Path...)}
     * @return the policy
     * @throws IOException as {@link #withCrls(Path...)}
     * @throws IllegalArgumentException as {@link #withCrls(Path...)}
     */
    public static TlsRevocation crls(Path... files) throws IOException {
        return STAPLED.withCrls(files);
    }

    // ---- sources

    /** {@return this policy, but with CRLs asked before OCSP responders} */
    public TlsRevocation preferCrls() {
        RevocationPolicy p = enabled("preferCrls");
        return new TlsRevocation(p.withSources(p.ocsp(), p.crlDownloads(), true));
    }

    /** {@return this policy, but without OCSP responders; stapled responses still count} */
    public TlsRevocation onlyCrls() {
        RevocationPolicy p = enabled("onlyCrls");
        return new TlsRevocation(p.withSources(false, p.crlDownloads(), p.crlsFirst()));
    }

    /** {@return this policy, but without the CRLs that certificates name} CRLs that the application gives still count. */
    public TlsRevocation onlyOcsp() {
        RevocationPolicy p = enabled("onlyOcsp");
        return new TlsRevocation(p.withSources(p.ocsp(), false, p.crlsFirst()));
    }

    /**
     * Returns this policy with an OCSP responder that is asked about all certificates, instead of those that they name.
     * It must sign as RFC 6960 4.2.2.2 requires: with the key of the certificate's issuer, or with a key that the
     * issuer has certified for OCSP signing.
     *
     * @param url the http or https URL of the responder
     * @return the policy
     * @throws IllegalArgumentException if the URL has another scheme or no host
     */
    public TlsRevocation responder(URI url) {
        return responder(url, null);
    }

    /**
     * Returns this policy with an OCSP responder as {@link #responder(URI)}, which may sign with a key of its own for
     * all issuers. Stapled responses that this key signs are valid, too.
     *
     * @param url the http or https URL of the responder
     * @param signer the certificate of the responder's key; null if it signs as RFC 6960 requires
     * @return the policy
     * @throws IllegalArgumentException if the URL has another scheme or no host
     */
    public TlsRevocation responder(URI url, @Nullable X509Certificate signer) {
        boolean http = "http".equalsIgnoreCase(url.getScheme()) || "https".equalsIgnoreCase(url.getScheme());
        if (!http || url.getHost() == null) {
            throw new IllegalArgumentException(
                    "an OCSP responder needs an http or https URL with a host: http://ocsp.example.com/");
        }
        RevocationPolicy p = enabled("responder");
        return new TlsRevocation(p.withResponder(url, signer));
    }

    /**
     * Returns this policy with CRLs in files, in addition to those given before. A file holds one CRL in DER, or one or
     * more in PEM. It is read now, and again when a verification notices that the file has changed. A file that has
     * become unreadable is logged, and the CRLs that were read before remain in use until they expire.
     *
     * @param files the files
     * @return the policy
     * @throws IOException if a file cannot be read
     * @throws IllegalArgumentException if a file holds no CRL or a malformed one; the message names the file
     */
    public TlsRevocation withCrls(Path... files) throws IOException {
        List<CrlSource> sources = new ArrayList<>();
        for (Path file : files) {
            sources.add(new CrlFile(file));
        }
        return withSources(sources);
    }

    /**
     * Returns this policy with CRLs in addition to those given before.
     *
     * @param crls the CRLs
     * @return the policy
     */
    public TlsRevocation withCrls(Collection<X509CRL> crls) {
        return withSources(List.of(new CrlSource.Given(List.copyOf(crls))));
    }

    private TlsRevocation withSources(List<CrlSource> added) {
        RevocationPolicy p = enabled("withCrls");
        List<CrlSource> all = new ArrayList<>(p.crls());
        all.addAll(added);
        return new TlsRevocation(p.withCrls(all));
    }

    // ---- decisions

    /** {@return this policy, but accepting certificates about which no source has a valid answer} */
    public TlsRevocation softFail() {
        RevocationPolicy p = enabled("softFail");
        return new TlsRevocation(p.withDecisions(true, p.onlyLeaf()));
    }

    /** {@return this policy, but refusing certificates about which no source has a valid answer, as is the default} */
    public TlsRevocation hardFail() {
        RevocationPolicy p = enabled("hardFail");
        return new TlsRevocation(p.withDecisions(false, p.onlyLeaf()));
    }

    /** {@return this policy, but only for the peer's own certificate, not for those of its issuers} */
    public TlsRevocation onlyLeaf() {
        RevocationPolicy p = enabled("onlyLeaf");
        return new TlsRevocation(p.withDecisions(p.softFail(), true));
    }

    /**
     * Returns this policy with a limit on the time that a verification waits for responders and CRLs, all together. The
     * default is 5 seconds. A source may take half of what is left if another source follows.
     *
     * @param limit more than zero, at most one hour
     * @return the policy
     * @throws IllegalArgumentException if the limit is out of range
     */
    public TlsRevocation timeout(Duration limit) {
        if (limit.isNegative() || limit.isZero() || limit.compareTo(MAX_TIMEOUT) > 0) {
            throw new IllegalArgumentException("timeout must be more than zero and at most one hour: " + limit);
        }
        RevocationPolicy p = enabled("timeout");
        return new TlsRevocation(p.withTimeout(limit));
    }

    private RevocationPolicy enabled(String setting) {
        if (policy == null) {
            throw new IllegalStateException(setting + " has no meaning for TlsRevocation.off(), which checks nothing:"
                    + " begin with stapled(), online() or crls(...)");
        }
        return policy;
    }

    /** Returns the policy; null if nothing is checked. */
    @Nullable
    RevocationPolicy policy() {
        return policy;
    }

    @Override
    public String toString() {
        return "TlsRevocation[" + (policy == null ? "off" : policy) + "]";
    }
}
