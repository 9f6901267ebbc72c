package io.parktls.engine.bouncycastle;

import io.parktls.TlsPeerUnverifiedException;
import io.parktls.TlsVersion;
import io.parktls.engine.CertificateCriteria;
import io.parktls.engine.HandshakeOverrides;
import io.parktls.engine.HandshakeOverrides.PeerVerification;
import io.parktls.engine.PendingSession;
import io.parktls.engine.SigningKey.Authentication;
import io.parktls.pki.HostNames;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.cert.X509Certificate;
import java.util.EnumSet;
import java.util.Hashtable;
import java.util.List;
import java.util.Set;
import java.util.Vector;
import javax.net.ssl.SNIServerName;
import org.bouncycastle.tls.AbstractTlsClient;
import org.bouncycastle.tls.CertificateRequest;
import org.bouncycastle.tls.CertificateStatusRequest;
import org.bouncycastle.tls.NameType;
import org.bouncycastle.tls.ProtocolName;
import org.bouncycastle.tls.ProtocolVersion;
import org.bouncycastle.tls.ServerName;
import org.bouncycastle.tls.TlsAuthentication;
import org.bouncycastle.tls.TlsCredentials;
import org.bouncycastle.tls.TlsExtensionsUtils;
import org.bouncycastle.tls.TlsServerCertificate;
import org.bouncycastle.tls.TlsUtils;
import org.jspecify.annotations.Nullable;

/**
 * The client's callbacks for Bouncy Castle: what the client offers, and how it verifies the server and authenticates
 * itself.
 */
@SuppressWarnings("JdkObsolete") // Bouncy Castle's API is older than List
final class ClientCallbacks extends AbstractTlsClient implements HandshakeCallbacks {
    private final PreparedContext prepared;
    private final ConnectionCrypto crypto;
    private final @Nullable String host;
    private final HandshakeOverrides overrides;
    private final RaisedAlert raisedAlert = new RaisedAlert();

    /** The codes that a CertificateRequest contained; empty before. */
    private List<Integer> peerSignatureSchemes = List.of();

    private List<X509Certificate> peerCertificates = List.of();
    private @Nullable X509TlsCertificate leaf;
    private List<X509Certificate> localCertificates = List.of();
    private @Nullable Negotiated negotiated;

    ClientCallbacks(
            PreparedContext prepared, ConnectionCrypto crypto, @Nullable String host, HandshakeOverrides overrides) {
        super(crypto);
        this.prepared = prepared;
        this.crypto = crypto;
        this.host = host;
        this.overrides = overrides;
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

    @Override
    protected @Nullable CertificateStatusRequest getCertificateStatusRequest() {
        return null;
    }

    @Override
    public Hashtable<Object, Object> getClientExtensions() throws IOException {
        @SuppressWarnings("unchecked")
        Hashtable<Object, Object> extensions = super.getClientExtensions();
        // encrypt_then_mac does not apply to AEAD suites (RFC 7366 3), and ParkTLS has no others.
        extensions.remove(TlsExtensionsUtils.EXT_encrypt_then_mac);
        return extensions;
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
        peerCertificates = PeerCertificates.of(certificate.getCertificate());
        if (peerCertificates.isEmpty()) {
            throw PeerUnverifiedAlert.noCertificate("the server sent no certificate");
        }
        PeerCertificates.requireStrongSignatures(peerCertificates);
        leaf = (X509TlsCertificate) certificate.getCertificate().getCertificateAt(0);
        String authType = PeerCertificates.authType(peerCertificates, TlsUtils.isTLSv13(context), false);
        notifyProgress();
        PeerVerification override = overrides.verification();
        try {
            if (override == null) {
                prepared.context
                        .trust()
                        .verifyServer(
                                peerCertificates,
                                authType,
                                prepared.context.verifyHost() ? host : null,
                                crypto.foreignCalls().boundary());
            } else {
                crypto.foreignCalls().verify(override, pendingSession(), authType);
            }
            prepared.disabled.check(peerCertificates, true);
        } catch (TlsPeerUnverifiedException e) {
            throw PeerUnverifiedAlert.of(e);
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
        return chosen.identity().credentials(chosen.choice().scheme(), is13, requestContext, crypto.foreignCalls());
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
                localCertificates);
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

    // ---- outcome

    @Override
    public void notifyHandshakeComplete() throws IOException {
        super.notifyHandshakeComplete();
        boolean named = host != null && !HostNames.isAddress(host);
        negotiated = Negotiated.of(
                crypto,
                context.getSecurityParametersConnection(),
                false,
                leaf == null ? null : leaf.verifiedScheme(),
                named ? host : null,
                peerCertificates,
                localCertificates);
    }

    @Override
    public void notifyAlertRaised(short level, short description, String message, Throwable cause) {
        raisedAlert.raise(level, description, message, cause);
    }
}
