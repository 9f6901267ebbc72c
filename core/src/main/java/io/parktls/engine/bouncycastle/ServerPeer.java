package io.parktls.engine.bouncycastle;

import io.parktls.ClientAuth;
import io.parktls.SignatureScheme;
import io.parktls.TlsPeerUnverifiedException;
import java.io.IOException;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.Hashtable;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Vector;
import javax.security.auth.x500.X500Principal;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.tls.AbstractTlsServer;
import org.bouncycastle.tls.AlertDescription;
import org.bouncycastle.tls.Certificate;
import org.bouncycastle.tls.CertificateRequest;
import org.bouncycastle.tls.ClientCertificateType;
import org.bouncycastle.tls.KeyExchangeAlgorithm;
import org.bouncycastle.tls.ProtocolName;
import org.bouncycastle.tls.ProtocolVersion;
import org.bouncycastle.tls.TlsCredentials;
import org.bouncycastle.tls.TlsECCUtils;
import org.bouncycastle.tls.TlsFatalAlert;
import org.bouncycastle.tls.TlsUtils;
import org.bouncycastle.tls.crypto.TlsECConfig;
import org.jspecify.annotations.Nullable;

/** The server's side of Bouncy Castle's questions. */
@SuppressWarnings("JdkObsolete") // Bouncy Castle's API is older than List
final class ServerPeer extends AbstractTlsServer implements HandshakePeer {
    /** Certificates in a chain, at most; the size of the message is limited besides. */
    static final int MAX_CHAIN = 100;

    private final PreparedContext prepared;
    private final ConnectionCrypto crypto;
    private final Alerts alerts = new Alerts();

    private @Nullable String serverName;
    private @Nullable SignatureScheme scheme;
    private List<X509Certificate> peerCertificates = List.of();
    private List<X509Certificate> localCertificates = List.of();
    private @Nullable Negotiated negotiated;

    ServerPeer(PreparedContext prepared, ConnectionCrypto crypto) {
        super(crypto);
        this.prepared = prepared;
        this.crypto = crypto;
    }

    @Override
    public Alerts alerts() {
        return alerts;
    }

    @Override
    public @Nullable Negotiated negotiated() {
        return negotiated;
    }

    // ---- what is accepted

    @Override
    protected ProtocolVersion[] getSupportedVersions() {
        return prepared.versions;
    }

    @Override
    public ProtocolVersion getServerVersion() throws IOException {
        ProtocolVersion[] offered = context.getClientSupportedVersions();
        if (Arrays.stream(offered).noneMatch(version -> ProtocolVersion.contains(prepared.versions, version))) {
            throw NothingInCommon.version(offered, prepared.context);
        }
        return super.getServerVersion();
    }

    @Override
    protected int[] getSupportedCipherSuites() {
        return prepared.cipherSuites;
    }

    @Override
    protected boolean preferLocalCipherSuites() {
        return true;
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
        super.processClientExtensions(clientExtensions);
        // The record path sends full records; a client may offer shorter ones, a server need not agree (RFC 6066 4).
        maxFragmentLengthOffered = -1;
        serverName =
                Negotiated.hostName(context.getSecurityParametersHandshake().getClientServerNames());
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

    /** All our suites need a group as well, so that is looked for first. */
    @Override
    public int getSelectedCipherSuite() throws IOException {
        if (commonGroup().isEmpty()) {
            throw NothingInCommon.group(
                    context.getSecurityParametersHandshake().getClientSupportedGroups(), prepared.context);
        }
        if (Arrays.stream(offeredCipherSuites).noneMatch(suite -> contains(prepared.cipherSuites, suite))) {
            throw NothingInCommon.cipherSuite(offeredCipherSuites, prepared.context);
        }
        return super.getSelectedCipherSuite();
    }

    @Override
    protected String getDetailMessageNoCipherSuite() {
        return "none of our certificates suits the client's cipher suites and signature schemes";
    }

    @Override
    protected ProtocolName selectProtocolName() throws IOException {
        Vector<ProtocolName> ours = prepared.applicationProtocols;
        if (!ours.isEmpty() && ours.stream().noneMatch(clientProtocolNames::contains)) {
            throw NothingInCommon.applicationProtocol(clientProtocolNames, prepared.context);
        }
        return super.selectProtocolName();
    }

    /** The first of our groups that the client knows. TLS 1.2 has no hybrid ones; a client that names none knows all. */
    private OptionalInt commonGroup() {
        boolean is13 = TlsUtils.isTLSv13(context);
        int @Nullable [] offered = context.getSecurityParametersHandshake().getClientSupportedGroups();
        return Arrays.stream(prepared.groups)
                .filter(group -> is13 || group >>> 8 == 0)
                .filter(group -> offered == null || contains(offered, group))
                .findFirst();
    }

    /** TLS 1.2: the first of our groups that the client knows, as TLS 1.3 does it. */
    @Override
    public TlsECConfig getECDHConfig() throws IOException {
        OptionalInt group = commonGroup();
        if (group.isEmpty()) {
            throw new TlsFatalAlert(AlertDescription.handshake_failure, "no common group");
        }
        return TlsECCUtils.createNamedECConfig(context, group.getAsInt());
    }

    /** TLS 1.2: a suite is only as good as the key that it signs with. */
    @Override
    @SuppressWarnings("rawtypes")
    protected boolean isSelectableCipherSuite(
            int cipherSuite, int availCurveBits, int availFiniteFieldBits, Vector sigAlgs) {
        int keyExchange = TlsUtils.getKeyExchangeAlgorithm(cipherSuite);
        return TlsUtils.isValidVersionForCipherSuite(cipherSuite, context.getServerVersion())
                && choose(false)
                        .filter(identity -> suits(identity, keyExchange))
                        .isPresent();
    }

    private static boolean contains(int[] values, int wanted) {
        for (int value : values) {
            if (value == wanted) {
                return true;
            }
        }
        return false;
    }

    // ---- certificates

    @Override
    public TlsCredentials getCredentials() throws IOException {
        var security = context.getSecurityParametersHandshake();
        boolean is13 = TlsUtils.isTLSv13(context);
        PreparedIdentity identity = choose(is13)
                .orElseThrow(() -> new TlsFatalAlert(
                        AlertDescription.handshake_failure, "none of our certificates suits the client"));
        SignatureScheme chosen =
                identity.scheme(security.getClientSigAlgs(), is13).orElseThrow();
        scheme = chosen;
        localCertificates = identity.identity().chain();
        return identity.credentials(chosen, is13, TlsUtils.EMPTY_BYTES, crypto.foreignCalls());
    }

    /** The first identity that the client can verify, among those for the name it asked for if there are any. */
    private Optional<PreparedIdentity> choose(boolean is13) {
        Vector<?> offered = context.getSecurityParametersHandshake().getClientSigAlgs();
        String name = serverName;
        PreparedIdentity first = null;
        for (PreparedIdentity identity : prepared.identities) {
            if (identity.scheme(offered, is13).isPresent() && (is13 || hasSuite(identity))) {
                if (name == null || identity.identity().isFor(name)) {
                    return Optional.of(identity);
                }
                first = first == null ? identity : first;
            }
        }
        return Optional.ofNullable(first);
    }

    /** TLS 1.2: whether there is a common suite that authenticates with that kind of key. */
    private boolean hasSuite(PreparedIdentity identity) {
        for (int suite : prepared.cipherSuites) {
            if (contains(offeredCipherSuites, suite) && suits(identity, TlsUtils.getKeyExchangeAlgorithm(suite))) {
                return true;
            }
        }
        return false;
    }

    private static boolean suits(PreparedIdentity identity, int keyExchange) {
        boolean rsa = identity.identity()
                .chain()
                .getFirst()
                .getPublicKey()
                .getAlgorithm()
                .startsWith("RSA");
        return rsa == (keyExchange == KeyExchangeAlgorithm.ECDHE_RSA);
    }

    @Override
    public @Nullable CertificateRequest getCertificateRequest() throws IOException {
        if (prepared.context.clientAuth() == ClientAuth.NONE) {
            return null;
        }
        Vector<X500Name> authorities = new Vector<>();
        for (X500Principal authority :
                prepared.context.trust().authorities(crypto.foreignCalls().boundary())) {
            authorities.add(X500Name.getInstance(authority.getEncoded()));
        }
        if (TlsUtils.isTLSv13(context)) {
            // The extension names at least one authority, or is left out (RFC 8446 4.2.4).
            Vector<X500Name> named = authorities.isEmpty() ? null : authorities;
            return new CertificateRequest(TlsUtils.EMPTY_BYTES, prepared.signatureAlgorithms, null, named);
        }
        short[] types = {ClientCertificateType.ecdsa_sign, ClientCertificateType.rsa_sign};
        return new CertificateRequest(types, prepared.signatureAlgorithms, authorities);
    }

    @Override
    public void notifyClientCertificate(@Nullable Certificate message) throws IOException {
        peerCertificates = PeerCertificates.of(message);
        boolean is13 = TlsUtils.isTLSv13(context);
        if (peerCertificates.isEmpty()) {
            if (prepared.context.clientAuth() == ClientAuth.REQUIRED) {
                throw Unverified.certificateRequired(is13);
            }
            return;
        }
        try {
            prepared.context
                    .trust()
                    .verifyClient(
                            peerCertificates,
                            PeerCertificates.authType(peerCertificates, is13, true),
                            crypto.foreignCalls().boundary());
        } catch (TlsPeerUnverifiedException e) {
            throw Unverified.of(e);
        }
    }

    // ---- what happened

    @Override
    public void notifyHandshakeComplete() throws IOException {
        super.notifyHandshakeComplete();
        negotiated = Negotiated.of(
                crypto,
                context.getSecurityParametersConnection(),
                true,
                scheme,
                serverName,
                peerCertificates,
                localCertificates);
    }

    @Override
    public void notifyAlertRaised(short level, short description, String message, Throwable cause) {
        alerts.raise(level, description, message, cause);
    }

    @Override
    public void notifyAlertReceived(short level, short description) {
        alerts.receive(level, description);
    }
}
