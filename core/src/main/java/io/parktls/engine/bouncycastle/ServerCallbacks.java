package io.parktls.engine.bouncycastle;

import io.parktls.ClientAuth;
import io.parktls.TlsPeerUnverifiedException;
import io.parktls.engine.ApplicationProtocolNames;
import io.parktls.engine.CertificateCriteria;
import io.parktls.engine.HandshakeOverrides;
import io.parktls.engine.HandshakeOverrides.ApplicationProtocolChoice;
import io.parktls.engine.HandshakeOverrides.PeerVerification;
import io.parktls.engine.HandshakeOverrides.ServerNameCheck;
import io.parktls.engine.PendingSession;
import io.parktls.pki.Printable;
import io.parktls.record.RecordLayer;
import io.parktls.session.SessionState;
import io.parktls.wire.CertificateCompression;
import java.io.IOException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Hashtable;
import java.util.List;
import java.util.Objects;
import java.util.OptionalInt;
import java.util.Set;
import java.util.Vector;
import java.util.function.Supplier;
import javax.net.ssl.SNIServerName;
import javax.security.auth.x500.X500Principal;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.tls.AbstractTlsServer;
import org.bouncycastle.tls.AlertDescription;
import org.bouncycastle.tls.Certificate;
import org.bouncycastle.tls.CertificateRequest;
import org.bouncycastle.tls.CertificateStatus;
import org.bouncycastle.tls.CertificateStatusType;
import org.bouncycastle.tls.ClientCertificateType;
import org.bouncycastle.tls.ExtensionType;
import org.bouncycastle.tls.NewSessionTicket;
import org.bouncycastle.tls.ProtocolName;
import org.bouncycastle.tls.ProtocolVersion;
import org.bouncycastle.tls.SecurityParameters;
import org.bouncycastle.tls.TlsCredentials;
import org.bouncycastle.tls.TlsECCUtils;
import org.bouncycastle.tls.TlsExtensionsUtils;
import org.bouncycastle.tls.TlsFatalAlert;
import org.bouncycastle.tls.TlsPSKExternal;
import org.bouncycastle.tls.TlsSession;
import org.bouncycastle.tls.TlsUtils;
import org.bouncycastle.tls.crypto.TlsECConfig;
import org.bouncycastle.tls.crypto.TlsSecret;
import org.jspecify.annotations.Nullable;

/**
 * The server's callbacks for Bouncy Castle: what the server accepts, and how it authenticates itself and verifies the
 * client.
 */
@SuppressWarnings("JdkObsolete") // Bouncy Castle's API is older than List
final class ServerCallbacks extends AbstractTlsServer implements HandshakeCallbacks {
    /** The most certificates in a chain. The size of the message is limited as well. */
    static final int MAX_CHAIN = 100;

    private final PreparedContext prepared;
    private final ConnectionCrypto crypto;
    private final HandshakeOverrides overrides;
    private final RaisedAlert raisedAlert = new RaisedAlert();

    private @Nullable String serverName;

    /** The names that the client sends. */
    private List<SNIServerName> serverNames = List.of();

    /** The authorities that the client names (RFC 8446 4.2.4). */
    private Set<X500Principal> clientAuthorities = Set.of();

    /** The identity and the scheme for this client; null until they are chosen. */
    private @Nullable ChosenIdentity chosen;

    /** Whether the client asks for an OCSP response (RFC 6066 8, RFC 8446 4.4.2.1). */
    private boolean stapleRequested;

    /**
     * The responses to staple, in the order of the chain; empty if there are none or the client asks for none. They are
     * chosen with the identity, so that the announcement in a ServerHello of TLS 1.2 is kept.
     */
    private List<byte[]> stapled = List.of();

    private List<X509Certificate> peerCertificates = List.of();
    private List<X509Certificate> localCertificates = List.of();
    private @Nullable Negotiated negotiated;
    private final ServerResumption resumption;

    /** Bouncy Castle's copy of the session of TLS 1.2 that is resumed; null if none is. */
    private @Nullable ResumedSession resumed12;

    private final Supplier<io.parktls.wire.@Nullable ClientHello> hello;

    /**
     * Creates the callbacks of one handshake.
     *
     * @param hello returns the latest ClientHello; null before one is received
     */
    ServerCallbacks(
            PreparedContext prepared,
            ConnectionCrypto crypto,
            HandshakeOverrides overrides,
            Supplier<io.parktls.wire.@Nullable ClientHello> hello) {
        super(crypto);
        this.overrides = overrides;
        this.prepared = prepared;
        this.crypto = crypto;
        this.hello = hello;
        this.resumption = new ServerResumption(prepared, crypto, this::isTrusted);
    }

    ServerResumption resumption() {
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

    // ---- acceptance

    @Override
    protected ProtocolVersion[] getSupportedVersions() {
        return prepared.versions;
    }

    /**
     * Returns the highest common version, independently of the order in which the client lists its versions (RFC 8446
     * 4.2.1).
     */
    @Override
    public ProtocolVersion getServerVersion() throws IOException {
        ProtocolVersion[] offered = context.getClientSupportedVersions();
        for (ProtocolVersion version : prepared.versions) {
            if (ProtocolVersion.contains(offered, version)) {
                return version;
            }
        }
        // MessageCheck has refused a ClientHello without a common version.
        throw new TlsFatalAlert(AlertDescription.protocol_version);
    }

    /**
     * Accepts clients without secure renegotiation (RFC 5746), as OpenSSL and the JDK do, unless
     * {@link io.parktls.TlsContext.Builder#requireSecureRenegotiation} forbids it. ParkTLS never renegotiates, so the
     * attack does not apply to this connection.
     */
    @Override
    public void notifySecureRenegotiation(boolean secureRenegotiation) throws IOException {
        if (!secureRenegotiation && prepared.context.secureRenegotiationRequired()) {
            throw new TlsFatalAlert(
                    AlertDescription.handshake_failure,
                    "the client offers neither renegotiation_info nor TLS_EMPTY_RENEGOTIATION_INFO_SCSV (RFC 5746)");
        }
    }

    /**
     * Returns false, because {@link PeerCertificates#requireStrongSignatures} checks the signatures. Bouncy Castle's
     * check would refuse every algorithm without a TLS 1.2 code point.
     */
    @Override
    public boolean shouldCheckSigAlgOfPeerCerts() {
        return false;
    }

    @Override
    protected int[] getSupportedCipherSuites() {
        return prepared.cipherSuites;
    }

    @Override
    protected boolean preferLocalCipherSuites() {
        return !prepared.context.clientOrderPreferred();
    }

    @Override
    public int[] getSupportedGroups() {
        return prepared.groups;
    }

    @Override
    public boolean preferLocalSupportedGroups() {
        return true;
    }

    @Override
    protected @Nullable Vector<ProtocolName> getProtocolNames() {
        return prepared.applicationProtocols.isEmpty() ? null : prepared.applicationProtocols;
    }

    @Override
    @SuppressWarnings("rawtypes")
    public void processClientExtensions(Hashtable clientExtensions) throws IOException {
        if (TlsUtils.isTLSv13(context)) {
            // Point formats are negotiated in TLS 1.2 only; TLS 1.3 ignores the extension (RFC 8446 4.2.7, RFC 8422
            // 5.1.2).
            clientExtensions.remove(TlsExtensionsUtils.EXT_ec_point_formats);
        }
        takeStatusRequest(clientExtensions);
        checkServerNames();
        super.processClientExtensions(clientExtensions);
        // RFC 6066 4: a server need not accept a client's max_fragment_length, and the record layer always sends full
        // records.
        maxFragmentLengthOffered = -1;
        serverName =
                ServerNames.hostName(context.getSecurityParametersHandshake().getClientServerNames());
        chosen = null;
        stapled = List.of();
        if (TlsUtils.isTLSv13(context)) {
            clientAuthorities =
                    RequestedAuthorities.of(TlsExtensionsUtils.getCertificateAuthoritiesExtension(clientExtensions));
        }
    }

    /**
     * Takes status_request out of the extensions. Bouncy Castle would refuse a type of status that it does not know,
     * which servers ignore, and would refuse malformed names of responders, which this server does not use.
     */
    private void takeStatusRequest(Hashtable<?, ?> clientExtensions) {
        stapleRequested = clientExtensions.remove(TlsExtensionsUtils.EXT_status_request) instanceof byte[] request
                && request.length > 0
                && request[0] == CertificateStatusType.ocsp;
    }

    private void checkServerNames() throws IOException {
        if (overrides.equals(HandshakeOverrides.NONE)) {
            return;
        }
        serverNames =
                ServerNames.toJsse(context.getSecurityParametersHandshake().getClientServerNames());
        notifyProgress();
        ServerNameCheck check = overrides.serverNameCheck();
        if (check != null
                && !serverNames.isEmpty()
                && !crypto.foreignCalls().call("the check of server names", () -> check.accepts(serverNames))) {
            throw new TlsFatalAlert(
                    AlertDescription.unrecognized_name,
                    "this server does not accept the client's server name " + Printable.of(serverNames.toString()));
        }
    }

    @Override
    public int getMaxHandshakeMessageSize() {
        return Math.max(
                prepared.context.limits().handshakeMessageSize(),
                prepared.context.limits().clientHelloSize());
    }

    @Override
    public int getMaxCertificateChainLength() {
        return MAX_CHAIN;
    }

    /** Selects the cipher suite. All suites of ParkTLS also require a group, so the common group is checked first. */
    @Override
    public int getSelectedCipherSuite() throws IOException {
        if (commonGroup().isEmpty()) {
            throw NegotiationFailures.group(
                    context.getSecurityParametersHandshake().getClientSupportedGroups(), prepared.context);
        }
        if (Arrays.stream(offeredCipherSuites)
                .noneMatch(suite -> PreparedContext.contains(prepared.cipherSuites, suite))) {
            throw NegotiationFailures.cipherSuite(offeredCipherSuites, prepared.context);
        }
        if (resumption.hasKey()) {
            int ofKey = resumption.suite(clientHello()).code();
            selectCipherSuite(ofKey);
            return ofKey;
        }
        if (TlsUtils.isTLSv13(context) && clientExtensions.containsKey(TlsExtensionsUtils.EXT_pre_shared_key)) {
            resumption.countUnusableOffer(clientHello());
        }
        requireKeyIfNeeded();
        chooseIdentity();
        return super.getSelectedCipherSuite();
    }

    @Override
    protected @Nullable ProtocolName selectProtocolName() throws IOException {
        ApplicationProtocolChoice override = overrides.protocolChoice();
        if (override != null) {
            return selectProtocolName(override);
        }
        Vector<ProtocolName> ours = prepared.applicationProtocols;
        if (!ours.isEmpty() && ours.stream().noneMatch(clientProtocolNames::contains)) {
            throw NegotiationFailures.applicationProtocol(clientProtocolNames, prepared.context);
        }
        return super.selectProtocolName();
    }

    private @Nullable ProtocolName selectProtocolName(ApplicationProtocolChoice override) throws IOException {
        List<String> offered = new ArrayList<>();
        for (Object name : clientProtocolNames) {
            offered.add(ApplicationProtocolNames.of(((ProtocolName) name).getBytes()));
        }
        String selected = crypto.foreignCalls()
                .call("the choice of an application protocol", () -> override.select(offered))
                .orElse(null);
        if (selected == null || !(selected.isEmpty() || offered.contains(selected))) {
            throw new TlsFatalAlert(
                    AlertDescription.no_application_protocol,
                    "the application accepts none of the client's protocols (ALPN): "
                            + Printable.of(offered.toString()));
        }
        return selected.isEmpty() ? null : ProtocolName.asRawBytes(ApplicationProtocolNames.toBytes(selected));
    }

    /**
     * Returns the first of this server's groups that the client supports. TLS 1.2 has no hybrid groups, and there a
     * client that lists no groups supports all.
     */
    private OptionalInt commonGroup() {
        boolean is13 = TlsUtils.isTLSv13(context);
        int @Nullable [] offered = context.getSecurityParametersHandshake().getClientSupportedGroups();
        return Arrays.stream(prepared.groups)
                .filter(group -> is13 || group >>> 8 == 0)
                .filter(group -> offered == null || PreparedContext.contains(offered, group))
                .findFirst();
    }

    /** TLS 1.2: selects the first of this server's groups that the client supports, as in TLS 1.3. */
    @Override
    public TlsECConfig getECDHConfig() throws IOException {
        OptionalInt group = commonGroup();
        if (group.isEmpty()) {
            throw new TlsFatalAlert(AlertDescription.handshake_failure, "no common group");
        }
        return TlsECCUtils.createNamedECConfig(context, group.getAsInt());
    }

    /** TLS 1.2: returns whether the suite authenticates with the type of the chosen key (RFC 5246 7.4.3). */
    @Override
    @SuppressWarnings("rawtypes")
    protected boolean isSelectableCipherSuite(
            int cipherSuite, int availCurveBits, int availFiniteFieldBits, Vector sigAlgs) {
        return TlsUtils.isValidVersionForCipherSuite(cipherSuite, context.getServerVersion())
                && chosen != null
                && ClientCriteria.authentication(cipherSuite)
                        == chosen.choice().key().authentication();
    }

    // ---- resumption

    private io.parktls.wire.ClientHello clientHello() {
        return Objects.requireNonNull(hello.get());
    }

    /**
     * Chooses a session ticket of TLS 1.3. Bouncy Castle calls this method before it chooses the cipher suite, and again
     * for the second ClientHello after a HelloRetryRequest; the suite then remains the same.
     */
    @Override
    @SuppressWarnings({"rawtypes", "unchecked"})
    public @Nullable TlsPSKExternal getExternalPSK(Vector identities) {
        SecurityParameters security = context.getSecurityParametersHandshake();
        int hash = security.getCipherSuite() == 0 ? -1 : security.getPRFCryptoHashAlgorithm();
        return resumption.choose(identities, clientHello(), hash);
    }

    /** RFC 8446 6.2: unknown_psk_identity refuses a client without an acceptable pre-shared key. */
    private void requireKeyIfNeeded() throws TlsFatalAlert {
        if (prepared.context.pskRequired()) {
            throw new TlsFatalAlert(
                    AlertDescription.unknown_psk_identity,
                    clientExtensions.containsKey(TlsExtensionsUtils.EXT_pre_shared_key)
                            ? "this server knows none of the client's pre-shared keys, and requirePsk(true) demands one"
                            : "the client offers no pre-shared key, which requirePsk(true) demands");
        }
    }

    /** Opens the session ticket of TLS 1.2. A client that sends one may send any session id (RFC 5077 3.4). */
    @Override
    public @Nullable TlsSession getSessionToResume(byte[] sessionId) {
        byte[] ticket = TlsUtils.getExtensionData(clientExtensions, ExtensionType.session_ticket);
        SessionState state = ticket == null ? null : resumption.choose12(ticket, clientHello());
        resumed12 = state == null ? null : new ResumedSession(crypto, sessionId, state.cipherSuite(), state.secret());
        return resumed12;
    }

    @Override
    @SuppressWarnings({"rawtypes", "unchecked"})
    public void getServerExtensionsForConnection(Hashtable serverExtensions) throws IOException {
        super.getServerExtensionsForConnection(serverExtensions);
        if (!TlsUtils.isTLSv13(context)
                && resumption.issues12()
                && context.getSecurityParametersHandshake().isExtendedMasterSecret()
                && clientExtensions.containsKey(ExtensionType.session_ticket)) {
            // RFC 5077 3.2: empty; it announces a NewSessionTicket.
            serverExtensions.put(ExtensionType.session_ticket, TlsUtils.EMPTY_BYTES);
        }
        if (!TlsUtils.isTLSv13(context) && staple12().length > 0) {
            // RFC 6066 8: empty; it announces a CertificateStatus. Some clients wait for one that was announced.
            serverExtensions.put(TlsExtensionsUtils.EXT_status_request, TlsUtils.EMPTY_BYTES);
        }
    }

    /** Makes the ticket of TLS 1.2. An empty one tells the client that there is none after all (RFC 5077 3.3). */
    @Override
    public NewSessionTicket getNewSessionTicket() {
        SecurityParameters security = context.getSecurityParametersHandshake();
        SessionState resumed = resumption.accepted();
        byte[] masterSecret = resumed == null
                ? HandshakeCipher.copy(crypto, security.getMasterSecret())
                : resumed.secret().clone();
        ServerResumption.IssuedTicket issued = resumption.issue(session(security), masterSecret, 0);
        return issued == null
                ? new NewSessionTicket(0, TlsUtils.EMPTY_BYTES)
                : new NewSessionTicket(issued.lifetimeSeconds(), issued.ticket());
    }

    /** Verifies the chain of a session as that of a full handshake, which follows if the verification fails. */
    private boolean isTrusted(List<X509Certificate> chain) {
        try {
            if (overrides.progress() != null) {
                // Trust managers of the JDK require the session of the handshake, whose ClientHello is being processed.
                overrides.progress().accept(pendingSession(chain));
            }
            verify(chain);
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    @Override
    public @Nullable ClientTickets startTickets(RecordLayer records, io.parktls.TlsSession session) {
        TlsSecret master = crypto.takeResumptionMaster();
        if (master != null) {
            try {
                records.addTickets(resumption.tickets13(session, master));
            } finally {
                master.destroy();
            }
        }
        return null;
    }

    @Override
    public void failed() {
        // A server keeps nothing.
    }

    @Override
    public void destroy() {
        resumption.destroy();
        if (resumed12 != null) {
            resumed12.invalidate();
        }
    }

    // ---- certificates

    @Override
    public TlsCredentials getCredentials() throws IOException {
        requireKeyIfNeeded();
        ChosenIdentity current = chooseIdentity();
        return current.identity()
                .credentials(
                        current.choice().scheme(),
                        TlsUtils.isTLSv13(context),
                        TlsUtils.EMPTY_BYTES,
                        stapled,
                        acceptsCompression(),
                        crypto.foreignCalls());
    }

    /** Returns the message with the stapled response of TLS 1.2, which follows the certificate; null for none. */
    @Override
    public @Nullable CertificateStatus getCertificateStatus() {
        byte[] response = staple12();
        return response.length == 0 ? null : CertificateStatuses.message(response);
    }

    /** Returns the response that is stapled to the first certificate; empty if there is none. */
    private byte[] staple12() {
        return stapled.isEmpty() ? TlsUtils.EMPTY_BYTES : stapled.getFirst();
    }

    /** Returns whether the client decompresses certificates (RFC 8879 3). */
    private boolean acceptsCompression() throws IOException {
        int[] algorithms = TlsExtensionsUtils.getCompressCertificateExtension(clientExtensions);
        return algorithms != null && PreparedContext.contains(algorithms, CertificateCompression.ZLIB);
    }

    /**
     * Chooses the identity before anything is sent, so that a client that can verify none of this server's certificates
     * receives an alert instead of a ServerHello (RFC 8446 4.1.1, 4.4.2.2).
     */
    private ChosenIdentity chooseIdentity() throws IOException {
        ChosenIdentity current = chosen;
        if (current == null) {
            CertificateCriteria criteria = clientCriteria().criteria(serverName, clientAuthorities);
            notifyProgress();
            current = prepared.identities
                    .choose(criteria, overrides.identityChoice(), crypto.foreignCalls())
                    .orElse(null);
            if (current == null) {
                throw new TlsFatalAlert(
                        AlertDescription.handshake_failure,
                        prepared.identities.reason(criteria, overrides.identityChoice()));
            }
            chosen = current;
            if (stapleRequested) {
                stapled =
                        current.identity().staples(prepared.context.wallClock().instant());
            }
            localCertificates = current.choice().identity().chain();
            notifyProgress();
        }
        return current;
    }

    private void notifyProgress() throws IOException {
        if (overrides.progress() != null) {
            overrides.progress().accept(pendingSession(peerCertificates));
        }
    }

    private PendingSession pendingSession(List<X509Certificate> peerChain) throws IOException {
        List<Integer> certificateSchemes =
                PreparedIdentity.codes(context.getSecurityParametersHandshake().getClientSigAlgsCert());
        return PendingSessions.of(
                context.getSecurityParametersHandshake(),
                certificateSchemes == null ? clientCriteria().signatureSchemes() : certificateSchemes,
                serverNames,
                peerChain,
                localCertificates,
                List.of());
    }

    private ClientCriteria clientCriteria() {
        return new ClientCriteria(context, clientExtensions, offeredCipherSuites, prepared);
    }

    @Override
    public @Nullable CertificateRequest getCertificateRequest() throws IOException {
        if (prepared.context.clientAuth() == ClientAuth.NONE) {
            return null;
        }
        Vector<X500Name> authorities =
                prepared.requestedAuthorities.names(crypto.foreignCalls().boundary());
        if (TlsUtils.isTLSv13(context)) {
            // RFC 8446 4.2.4: the extension names at least one authority, so an empty list is left out.
            Vector<X500Name> named = authorities.isEmpty() ? null : authorities;
            return new CertificateRequest(
                    TlsUtils.EMPTY_BYTES, prepared.signatureAlgorithms, prepared.certificateSignatureAlgorithms, named);
        }
        short[] types = {ClientCertificateType.ecdsa_sign, ClientCertificateType.rsa_sign};
        return new CertificateRequest(types, prepared.signatureAlgorithms12, authorities);
    }

    @Override
    public void notifyClientCertificate(@Nullable Certificate message) throws IOException {
        peerCertificates = PeerCertificates.of(message);
        PeerCertificates.requireStrongSignatures(peerCertificates);
        boolean is13 = TlsUtils.isTLSv13(context);
        if (peerCertificates.isEmpty()) {
            if (prepared.context.clientAuth() == ClientAuth.REQUIRED) {
                throw PeerUnverifiedAlert.certificateRequired(is13);
            }
            return;
        }
        notifyProgress();
        try {
            verify(peerCertificates);
        } catch (TlsPeerUnverifiedException e) {
            throw PeerUnverifiedAlert.of(e);
        }
    }

    private void verify(List<X509Certificate> chain) throws TlsPeerUnverifiedException, IOException {
        String authType = PeerCertificates.authType(chain, TlsUtils.isTLSv13(context), true);
        PeerVerification override = overrides.verification();
        if (override == null) {
            prepared.context
                    .trust()
                    .verifyClient(chain, authType, crypto.foreignCalls().boundary());
        } else {
            crypto.foreignCalls().verify(override, pendingSession(chain), authType);
        }
        prepared.disabled.check(chain, false);
    }

    // ---- outcome

    @Override
    public void notifyHandshakeComplete() throws IOException {
        super.notifyHandshakeComplete();
        SecurityParameters security = context.getSecurityParametersConnection();
        if (resumption.accepted() != null) {
            prepared.context.sessionCounters().resumed();
        }
        negotiated = Negotiated.of(crypto, security, session(security));
    }

    /** A server that asks for no certificates has not verified that of the session. */
    private List<X509Certificate> verifiedChain(SessionState resumed) {
        return prepared.context.clientAuth() == ClientAuth.NONE ? List.of() : resumed.peerCertificates();
    }

    private io.parktls.TlsSession session(SecurityParameters security) {
        SessionState resumed = resumption.accepted();
        return Negotiated.session(
                crypto,
                security,
                true,
                chosen == null || resumption.hasKey() || resumed != null
                        ? null
                        : chosen.choice().scheme(),
                serverName,
                resumed == null ? peerCertificates : verifiedChain(resumed),
                localCertificates,
                resumed != null,
                resumption.pskIdentity(),
                List.of());
    }

    @Override
    public void notifyAlertRaised(short level, short description, String message, Throwable cause) {
        raisedAlert.raise(level, description, message, cause);
    }
}
