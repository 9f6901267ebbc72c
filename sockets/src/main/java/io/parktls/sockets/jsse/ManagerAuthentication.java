package io.parktls.sockets.jsse;

import io.parktls.TlsIdentity;
import io.parktls.TlsPeerUnverifiedException;
import io.parktls.TlsTrust;
import io.parktls.engine.CertificateCriteria;
import io.parktls.engine.HandshakeOverrides.IdentityChoice;
import io.parktls.engine.PendingSession;
import io.parktls.pki.ManagerVerifier;
import io.parktls.pki.PeerVerifier;
import io.parktls.pki.VerifiedSignatures;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
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

    /**
     * The signatures that were verified before, for the JDK's trust manager; null for others, which may look at the
     * classes of certificates. The JDK's manager checks everything else about a chain each time.
     */
    private final @Nullable VerifiedSignatures signatures;

    ManagerAuthentication(@Nullable X509KeyManager keys, X509TrustManager trust) {
        this.keys = keys;
        this.trust = trust;
        boolean ofJdk = trust.getClass().getModule().equals(Object.class.getModule());
        this.signatures = ofJdk ? new VerifiedSignatures() : null;
    }

    /** Returns the trust of contexts with these managers, from which servers take the authorities that they name. */
    TlsTrust contextTrust() {
        return TlsTrust.of(trust);
    }

    // ---- this end

    @Override
    public IdentityChoice identityChoice(Endpoint endpoint) {
        X509KeyManager manager = keys;
        return manager == null
                ? (criteria, usable) -> Optional.empty()
                : (criteria, usable) -> choose(manager, endpoint, criteria, usable);
    }

    /**
     * Asks the manager for an alias. A server asks for one type of key at a time, in the client's order of preference,
     * until a certificate suits the client; a client asks for all types at once.
     */
    private Optional<TlsIdentity> choose(
            X509KeyManager manager, Endpoint endpoint, CertificateCriteria criteria, Predicate<TlsIdentity> usable) {
        List<String> types = KeyTypes.of(criteria);
        Principal @Nullable [] issuers =
                criteria.authorities().isEmpty() ? null : criteria.authorities().toArray(Principal[]::new);
        if (!criteria.fromClient()) {
            return types.isEmpty()
                    ? Optional.empty()
                    : identity(manager, endpoint.chooseClientAlias(manager, types.toArray(String[]::new), issuers))
                            .filter(usable);
        }
        for (String type : types) {
            Optional<TlsIdentity> identity = identity(manager, endpoint.chooseServerAlias(manager, type, issuers))
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

    /**
     * {@inheritDoc} An extended manager is passed the socket or the engine, from which it takes the host and the
     * constraints.
     */
    @Override
    public void verify(Endpoint endpoint, PendingSession session, String authType) throws TlsPeerUnverifiedException {
        PeerVerifier.Peer peer = endpoint.getUseClientMode() ? PeerVerifier.Peer.SERVER : PeerVerifier.Peer.CLIENT;
        X509TrustManager bound = trust instanceof X509ExtendedTrustManager extended ? endpoint.bound(extended) : trust;
        new ManagerVerifier(bound, signatures).verify(session.peerCertificates(), authType, peer);
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
