package io.parktls.engine.bouncycastle;

import io.parktls.TlsAlert;
import io.parktls.TlsPeerUnverifiedException;
import io.parktls.TlsVersion;
import io.parktls.engine.CertificateCriteria;
import io.parktls.engine.HandshakeOverrides;
import io.parktls.engine.HandshakeOverrides.PeerVerification;
import io.parktls.engine.PendingSession;
import io.parktls.engine.SigningKey.Authentication;
import io.parktls.pki.HostNames;
import io.parktls.pki.Printable;
import io.parktls.pki.RevocationExtensions;
import io.parktls.record.RecordLayer;
import io.parktls.session.ClientSession;
import io.parktls.session.ConnectionSessions;
import io.parktls.session.SessionKey;
import io.parktls.wire.CertificateCompression;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.Hashtable;
import java.util.List;
import java.util.Set;
import java.util.Vector;
import javax.net.ssl.SNIServerName;
import org.bouncycastle.tls.AbstractTlsClient;
import org.bouncycastle.tls.CertificateRequest;
import org.bouncycastle.tls.CertificateStatusRequest;
import org.bouncycastle.tls.CertificateStatusType;
import org.bouncycastle.tls.ExtensionType;
import org.bouncycastle.tls.NameType;
import org.bouncycastle.tls.NewSessionTicket;
import org.bouncycastle.tls.OCSPStatusRequest;
import org.bouncycastle.tls.ProtocolName;
import org.bouncycastle.tls.ProtocolVersion;
import org.bouncycastle.tls.PskKeyExchangeMode;
import org.bouncycastle.tls.SecurityParameters;
import org.bouncycastle.tls.ServerName;
import org.bouncycastle.tls.TlsAuthentication;
import org.bouncycastle.tls.TlsCredentials;
import org.bouncycastle.tls.TlsExtensionsUtils;
import org.bouncycastle.tls.TlsPSK;
import org.bouncycastle.tls.TlsPSKExternal;
import org.bouncycastle.tls.TlsServerCertificate;
import org.bouncycastle.tls.TlsSession;
import org.bouncycastle.tls.TlsUtils;
import org.bouncycastle.tls.crypto.TlsSecret;
import org.jspecify.annotations.Nullable;

/**
 * The client's callbacks for Bouncy Castle: what the client offers, and how it verifies the server and authenticates
 * itself.
 */
@SuppressWarnings("JdkObsolete") // Bouncy Castle's API is older than List
final class ClientCallbacks extends AbstractTlsClient implements HandshakeCallbacks {
    /** How long a session of TLS 1.2 is used whose server names no lifetime (RFC 5246 F.1.4). */
    private static final Duration SESSION_LIFETIME_12 = Duration.ofDays(1);

    private final PreparedContext prepared;
    private final ConnectionCrypto crypto;
    private final @Nullable String host;
    private final HandshakeOverrides overrides;
    private final RaisedAlert raisedAlert = new RaisedAlert();

    /** The codes that a CertificateRequest contained; empty before. */
    private List<Integer> peerSignatureSchemes = List.of();

    private List<X509Certificate> peerCertificates = List.of();
    private @Nullable X509TlsCertificate leaf;

    /** The response in the CertificateStatus of a TLS 1.2 server; null before it is received. */
    private byte @Nullable [] stapled12;

    /** The responses that the server stapled, in the order of its chain; empty if there are none. */
    private List<byte[]> stapled = List.of();

    private List<X509Certificate> localCertificates = List.of();
    private @Nullable Negotiated negotiated;
    private final ClientResumption resumption;

    /** The ticket of a TLS 1.2 server; null before it is received. */
    private @Nullable NewSessionTicket ticket12;

    ClientCallbacks(
            PreparedContext prepared,
            ConnectionCrypto crypto,
            @Nullable String host,
            int port,
            HandshakeOverrides overrides) {
        super(crypto);
        this.prepared = prepared;
        this.crypto = crypto;
        this.host = host;
        this.overrides = overrides;
        this.resumption = new ClientResumption(prepared, crypto, sessions(port), this::isTrusted);
    }

    ClientResumption resumption() {
        return resumption;
    }

    @Override
    public RaisedAlert raisedAlert() {
        return raisedAlert;
    }

    @Override
    public @Nullable Negotiated negotiated() {
        return negotiated;
    }

    // ---- offers

    @Override
    protected ProtocolVersion[] getSupportedVersions() {
        return prepared.versions;
    }

    @Override
    protected int[] getSupportedCipherSuites() {
        return prepared.cipherSuites;
    }

    @Override
    @SuppressWarnings("rawtypes")
    protected Vector<Integer> getSupportedGroups(Vector namedGroupRoles) {
        return prepared.groupList;
    }

    @Override
    public Vector<Integer> getEarlyKeyShareGroups() {
        return prepared.keyShareGroups;
    }

    @Override
    protected Vector<Object> getSupportedSignatureAlgorithms() {
        return prepared.signatureAlgorithms;
    }

    @Override
    protected @Nullable Vector<Object> getSupportedSignatureAlgorithmsCert() {
        return prepared.certificateSignatureAlgorithms;
    }

    @Override
    protected @Nullable Vector<ProtocolName> getProtocolNames() {
        return prepared.applicationProtocols.isEmpty() ? null : prepared.applicationProtocols;
    }

    /** RFC 6066 3: server_name carries host names only, never addresses. */
    @Override
    protected @Nullable Vector<ServerName> getSNIServerNames() {
        List<SNIServerName> names = overrides.serverNames();
        if (names != null) {
            return names.isEmpty() ? null : ServerNames.toBouncyCastle(names);
        }
        String name = host == null || HostNames.isAddress(host) ? null : HostNames.toAscii(host);
        return name == null
                ? null
                : new Vector<>(List.of(new ServerName(NameType.host_name, name.getBytes(StandardCharsets.US_ASCII))));
    }

    /** RFC 6066 8: any responder, no extensions. TLS 1.2 and 1.3 have the same request (RFC 8446 4.4.2.1). */
    @Override
    protected @Nullable CertificateStatusRequest getCertificateStatusRequest() {
        return prepared.context.requestsStaples()
                ? new CertificateStatusRequest(CertificateStatusType.ocsp, new OCSPStatusRequest(null, null))
                : null;
    }

    /** Receives the stapled response of TLS 1.2. Bouncy Castle calls {@link #verifyServer} after it. */
    void stapled12(byte[] response) {
        stapled12 = response;
    }

    @Override
    public Hashtable<Object, Object> getClientExtensions() throws IOException {
        @SuppressWarnings("unchecked")
        Hashtable<Object, Object> extensions = super.getClientExtensions();
        // encrypt_then_mac does not apply to AEAD suites (RFC 7366 3), and ParkTLS has no others.
        extensions.remove(TlsExtensionsUtils.EXT_encrypt_then_mac);
        if (prepared.context.protocols().contains(TlsVersion.TLS_1_3)) {
            TlsExtensionsUtils.addCompressCertificateExtension(extensions, new int[] {CertificateCompression.ZLIB});
        }
        if (resumption.asksForTickets()) {
            if (prepared.context.protocols().contains(TlsVersion.TLS_1_3)) {
                // RFC 8446 4.2.9: without this extension the server sends no tickets.
                TlsExtensionsUtils.addPSKKeyExchangeModesExtension(extensions, getPskKeyExchangeModes());
            }
            if (prepared.context.protocols().contains(TlsVersion.TLS_1_2)) {
                extensions.put(ExtensionType.session_ticket, resumption.ticket12());
            }
        }
        return extensions;
    }

    // ---- resumption

    /** Returns the sessions of this connection; null if it neither resumes sessions nor asks for tickets. */
    private @Nullable ConnectionSessions sessions(int port) {
        if (!prepared.keepsSessions()) {
            return null;
        }
        if (host == null || overrides.sessions() != null || overrides.verification() != null) {
            return overrides.sessions();
        }
        List<?> serverNames = overrides.serverNames() == null ? List.of() : overrides.serverNames();
        SessionKey key = SessionKey.of(prepared.context, host, port, serverNames);
        return prepared.context.sessionCache().store().of(key);
    }

    /**
     * Verifies the server's chain again if foreign code decides, which may have changed its mind. The other kinds of
     * trust never change, and sessions whose certificates have expired are not offered.
     */
    private boolean isTrusted(ClientSession session) {
        PeerVerification override = overrides.verification();
        boolean fixed = override == null && !prepared.context.trust().mayWait();
        if (fixed || session.peerCertificates().isEmpty()) {
            return true;
        }
        List<X509Certificate> chain = session.peerCertificates();
        String authType = PeerCertificates.authType(chain, session.protocol() == TlsVersion.TLS_1_3, false);
        try {
            if (override == null) {
                prepared.context
                        .trust()
                        .verifyServer(
                                chain,
                                authType,
                                prepared.context.nameToVerify(host),
                                crypto.foreignCalls().boundary());
            } else {
                PendingSession pending = PendingSessions.of(session, ServerNames.toJsse(getSNIServerNames()));
                if (overrides.progress() != null) {
                    overrides.progress().accept(pending);
                }
                crypto.foreignCalls().verify(override, pending, authType);
            }
            return true;
        } catch (IOException e) {
            // A full handshake follows, in which a verification that fails again explains why.
            return false;
        }
    }

    @Override
    public short[] getPskKeyExchangeModes() {
        return new short[] {PskKeyExchangeMode.psk_dhe_ke};
    }

    @Override
    public @Nullable Vector<TlsPSKExternal> getExternalPSKs() {
        return resumption.preSharedKeys();
    }

    @Override
    public void notifySelectedPSK(@Nullable TlsPSK selected) throws IOException {
        resumption.selected(selected);
    }

    @Override
    public @Nullable TlsSession getSessionToResume() {
        return resumption.sessionToResume();
    }

    @Override
    public void notifyNewSessionTicket(NewSessionTicket ticket) {
        ticket12 = ticket;
    }

    /** Keeps the session of TLS 1.2, which its new ticket or else its id identifies (RFC 5077 3.3, RFC 5246 7.4.1.3). */
    private void keepSession12(SecurityParameters security, io.parktls.TlsSession session) {
        NewSessionTicket issued = ticket12;
        byte[] ticket = issued == null || issued.getTicket() == null ? TlsUtils.EMPTY_BYTES : issued.getTicket();
        byte[] id = ticket.length > 0 ? TlsUtils.EMPTY_BYTES : security.getSessionID();
        boolean identified = ticket.length > 0 || (id != null && id.length > 0 && !session.resumed());
        if (!resumption.asksForTickets() || !identified || !security.isExtendedMasterSecret()) {
            return;
        }
        ClientSession before = resumption.resumed();
        Instant now = prepared.context.wallClock().instant();
        long hint = issued == null ? 0 : issued.getTicketLifetimeHint();
        Duration lifetime = hint == 0 ? SESSION_LIFETIME_12 : Duration.ofSeconds(hint);
        resumption.add(new ClientSession(
                session.protocol(),
                session.cipherSuite(),
                HandshakeCipher.copy(crypto, security.getMasterSecret()),
                ticket,
                id,
                0,
                before == null ? now : before.authenticated(),
                now,
                now.plus(lifetime.compareTo(ClientSession.MAX_AGE) > 0 ? ClientSession.MAX_AGE : lifetime),
                session.applicationProtocol(),
                session.signatureScheme(),
                session.peerCertificates(),
                session.localCertificates(),
                null));
    }

    @Override
    public int getMaxHandshakeMessageSize() {
        return prepared.context.limits().handshakeMessageSize();
    }

    @Override
    public int getMaxCertificateChainLength() {
        return ServerCallbacks.MAX_CHAIN;
    }

    // ---- certificates

    /**
     * Returns false, because {@link PeerCertificates#requireStrongSignatures} checks the signatures. Bouncy Castle's
     * check would refuse every algorithm without a TLS 1.2 code point.
     */
    @Override
    public boolean shouldCheckSigAlgOfPeerCerts() {
        return false;
    }

    @Override
    public TlsAuthentication getAuthentication() {
        return new TlsAuthentication() {
            @Override
            public void notifyServerCertificate(TlsServerCertificate certificate) throws IOException {
                verifyServer(certificate);
            }

            @Override
            public @Nullable TlsCredentials getClientCredentials(CertificateRequest request) throws IOException {
                return chooseCredentials(request);
            }
        };
    }

    private void verifyServer(TlsServerCertificate certificate) throws IOException {
        resumption.requireNewSessionAllowed();
        peerCertificates = PeerCertificates.of(certificate.getCertificate());
        if (peerCertificates.isEmpty()) {
            throw PeerUnverifiedAlert.noCertificate("the server sent no certificate");
        }
        PeerCertificates.requireStrongSignatures(peerCertificates);
        leaf = (X509TlsCertificate) certificate.getCertificate().getCertificateAt(0);
        boolean is13 = TlsUtils.isTLSv13(context);
        stapled = is13
                ? CertificateStatuses.of(certificate.getCertificate())
                : CertificateStatuses.ofLeaf(stapled12, peerCertificates.size());
        String authType = PeerCertificates.authType(peerCertificates, is13, false);
        notifyProgress();
        PeerVerification override = overrides.verification();
        try {
            if (override == null) {
                prepared.context
                        .trust()
                        .verifyServer(
                                peerCertificates,
                                authType,
                                prepared.context.nameToVerify(host),
                                stapled,
                                crypto.foreignCalls().boundary());
                requireStapleIfNeeded();
            } else {
                crypto.foreignCalls().verify(override, pendingSession(), authType);
            }
            prepared.disabled.check(peerCertificates, true);
        } catch (TlsPeerUnverifiedException e) {
            throw PeerUnverifiedAlert.of(e);
        }
    }

    /** RFC 7633 4.2.3.1: a certificate that requires a stapled response is invalid for a client that asks for one. */
    private void requireStapleIfNeeded() throws TlsPeerUnverifiedException {
        boolean missing = stapled.isEmpty() || stapled.getFirst().length == 0;
        if (missing
                && prepared.context.requestsStaples()
                && RevocationExtensions.requiresStaple(peerCertificates.getFirst())) {
            throw new TlsPeerUnverifiedException(
                    "the certificate of " + Printable.subject(peerCertificates.getFirst())
                            + " requires a stapled OCSP response (RFC 7633), and the server sent none",
                    TlsAlert.BAD_CERTIFICATE,
                    null);
        }
    }

    private @Nullable TlsCredentials chooseCredentials(CertificateRequest request) throws IOException {
        boolean is13 = TlsUtils.isTLSv13(context);
        CertificateCriteria criteria = criteria(request, is13);
        List<Integer> schemes =
                criteria.certificateSchemes() == null ? criteria.signatureSchemes() : criteria.certificateSchemes();
        peerSignatureSchemes = schemes == null ? List.of() : schemes;
        notifyProgress();
        ChosenIdentity chosen = prepared.identities
                .choose(criteria, overrides.identityChoice(), crypto.foreignCalls())
                .orElse(null);
        if (chosen == null) {
            // Null sends an empty Certificate message. The server decides whether to continue without a certificate
            // (RFC 8446 4.4.2).
            return null;
        }
        localCertificates = chosen.choice().identity().chain();
        notifyProgress();
        byte[] requestContext = is13 ? request.getCertificateRequestContext() : TlsUtils.EMPTY_BYTES;
        // Bouncy Castle's CertificateRequest cannot carry compress_certificate, so servers do not offer it.
        return chosen.identity()
                .credentials(chosen.choice().scheme(), is13, requestContext, List.of(), false, crypto.foreignCalls());
    }

    private void notifyProgress() {
        if (overrides.progress() != null) {
            overrides.progress().accept(pendingSession());
        }
    }

    private PendingSession pendingSession() {
        return PendingSessions.of(
                context.getSecurityParametersHandshake(),
                peerSignatureSchemes,
                ServerNames.toJsse(getSNIServerNames()),
                peerCertificates,
                localCertificates,
                stapled);
    }

    private static CertificateCriteria criteria(CertificateRequest request, boolean is13) throws IOException {
        return new CertificateCriteria(
                false,
                is13 ? TlsVersion.TLS_1_3 : TlsVersion.TLS_1_2,
                PreparedIdentity.codes(request.getSupportedSignatureAlgorithms()),
                PreparedIdentity.codes(request.getSupportedSignatureAlgorithmsCert()),
                null,
                RequestedAuthorities.of(request.getCertificateAuthorities()),
                is13 ? CertificateCriteria.ANY_AUTHENTICATION : authentications(request.getCertificateTypes()),
                null);
    }

    /** RFC 5246 7.4.4: the client's key must be of a type that the server lists. */
    private static Set<Authentication> authentications(short[] certificateTypes) {
        Set<Authentication> authentications = EnumSet.noneOf(Authentication.class);
        for (short type : certificateTypes) {
            Authentication authentication = Authentication.ofCertificateType(type);
            if (authentication != null) {
                authentications.add(authentication);
            }
        }
        return authentications;
    }

    @Override
    public @Nullable ClientTickets startTickets(RecordLayer records, io.parktls.TlsSession session) {
        TlsSecret master = crypto.takeResumptionMaster();
        ConnectionSessions sessions = resumption.sessions();
        if (sessions == null) {
            return null;
        }
        ClientSession before = resumption.resumed();
        ClientTickets tickets = new ClientTickets(
                sessions,
                session,
                master,
                before == null ? prepared.context.wallClock().instant() : before.authenticated(),
                prepared.context.wallClock());
        if (master != null) {
            records.ticketConsumer(tickets);
        }
        return tickets;
    }

    @Override
    public void failed() {
        resumption.failed();
    }

    @Override
    public void destroy() {
        resumption.destroy();
    }

    // ---- outcome

    @Override
    public void notifyHandshakeComplete() throws IOException {
        super.notifyHandshakeComplete();
        SecurityParameters security = context.getSecurityParametersConnection();
        boolean is13 = TlsUtils.isTLSv13(security.getNegotiatedVersion());
        if (!is13) {
            resumption.selected12(security.isResumedSession());
        }
        resumption.complete();
        io.parktls.TlsSession session = session(security);
        if (!is13) {
            keepSession12(security, session);
        }
        negotiated = Negotiated.of(crypto, security, session);
    }

    private io.parktls.TlsSession session(SecurityParameters security) {
        boolean named = host != null && !HostNames.isAddress(host);
        ClientSession resumed = resumption.resumed();
        return Negotiated.session(
                crypto,
                security,
                false,
                leaf == null ? null : leaf.verifiedScheme(),
                named ? host : null,
                resumed == null ? peerCertificates : resumed.peerCertificates(),
                resumed == null ? localCertificates : resumed.localCertificates(),
                resumed != null,
                resumption.pskIdentity(),
                stapled);
    }

    @Override
    public void notifyAlertRaised(short level, short description, String message, Throwable cause) {
        raisedAlert.raise(level, description, message, cause);
    }
}
