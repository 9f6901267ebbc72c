package io.parktls.sockets.jsse;

import io.parktls.TlsIdentity;
import io.parktls.TlsPeerUnverifiedException;
import io.parktls.TlsTrust;
import io.parktls.engine.CertificateCriteria;
import io.parktls.engine.HandshakeOverrides.IdentityChoice;
import io.parktls.engine.PendingSession;
import io.parktls.pki.ManagerVerifier;
import io.parktls.pki.PeerVerifier;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.X509ExtendedTrustManager;
import javax.net.ssl.X509KeyManager;
import javax.net.ssl.X509TrustManager;
import org.jspecify.annotations.Nullable;

/**
 * Authenticates with the key manager and the trust manager of an {@code SSLContext}. Both are asked in each handshake
 * and may block.
 */
final class ManagerAuthentication implements Authentication {
    private final @Nullable X509KeyManager keys;
    private final X509TrustManager trust;
    private final IdentityCache identities = new IdentityCache();

    ManagerAuthentication(@Nullable X509KeyManager keys, X509TrustManager trust) {
        this.keys = keys;
        this.trust = trust;
    }

    /** Returns the trust of contexts with these managers, from which servers take the authorities that they name. */
    TlsTrust contextTrust() {
        return TlsTrust.of(trust);
    }

    // ---- this end

    @Override
    public IdentityChoice identityChoice(SSLSocket socket) {
        X509KeyManager manager = keys;
        return manager == null
                ? (criteria, usable) -> Optional.empty()
                : (criteria, usable) -> choose(manager, socket, criteria, usable);
    }

    /**
     * Asks the manager for an alias. A server asks for one type of key at a time, in the client's order of preference,
     * until a certificate suits the client; a client asks for all types at once.
     */
    private Optional<TlsIdentity> choose(
            X509KeyManager manager, SSLSocket socket, CertificateCriteria criteria, Predicate<TlsIdentity> usable) {
        List<String> types = KeyTypes.of(criteria);
        Principal @Nullable [] issuers =
                criteria.authorities().isEmpty() ? null : criteria.authorities().toArray(Principal[]::new);
        if (!criteria.fromClient()) {
            return types.isEmpty()
                    ? Optional.empty()
                    : identity(manager, manager.chooseClientAlias(types.toArray(String[]::new), issuers, socket))
                            .filter(usable);
        }
        for (String type : types) {
            Optional<TlsIdentity> identity = identity(manager, manager.chooseServerAlias(type, issuers, socket))
                    .filter(usable);
            if (identity.isPresent()) {
                return identity;
            }
        }
        return Optional.empty();
    }

    private Optional<TlsIdentity> identity(X509KeyManager manager, @Nullable String alias) {
        if (alias == null) {
            return Optional.empty();
        }
        PrivateKey key = manager.getPrivateKey(alias);
        X509Certificate[] chain = manager.getCertificateChain(alias);
        return key == null || chain == null || chain.length == 0
                ? Optional.empty()
                : Optional.of(identities.identity(key, Arrays.asList(chain)));
    }

    // ---- the peer

    /** {@inheritDoc} An extended manager is passed the socket, from which it takes the host and the constraints. */
    @Override
    public void verify(SSLSocket socket, PendingSession session, String authType) throws TlsPeerUnverifiedException {
        boolean client = socket.getUseClientMode();
        PeerVerifier.Peer peer = client ? PeerVerifier.Peer.SERVER : PeerVerifier.Peer.CLIENT;
        new ManagerVerifier(bound(socket)).verify(session.peerCertificates(), authType, peer);
    }

    private X509TrustManager bound(SSLSocket socket) {
        return trust instanceof X509ExtendedTrustManager extended ? new SocketTrustManager(extended, socket) : trust;
    }

    /** Passes a socket to an extended trust manager. */
    private record SocketTrustManager(X509ExtendedTrustManager manager, SSLSocket socket) implements X509TrustManager {
        @Override
        public void checkClientTrusted(X509Certificate[] chain, String authType) throws CertificateException {
            manager.checkClientTrusted(chain, authType, socket);
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String authType) throws CertificateException {
            manager.checkServerTrusted(chain, authType, socket);
        }

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return manager.getAcceptedIssuers();
        }
    }

    @Override
    public boolean verifiesHost() {
        return trust instanceof X509ExtendedTrustManager;
    }

    @Override
    public boolean alwaysVerifiesHost() {
        return false;
    }

    @Override
    public boolean canVerifyClients() {
        return true;
    }
}
