package io.parktls.engine;

import io.parktls.TlsIdentity;
import io.parktls.TlsPeerUnverifiedException;
import io.parktls.session.ConnectionSessions;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Predicate;
import javax.net.ssl.SNIServerName;
import org.jspecify.annotations.Nullable;

/**
 * Decisions of a single connection's handshake that replace those of its {@link io.parktls.TlsContext}. For adapters
 * to APIs that decide for each connection, such as JSSE, whose key managers and trust managers receive the socket.
 *
 * <p>Each component may be null; the context then decides. The callbacks are {@link ForeignCode}: they run in the
 * thread that performs the handshake, may block, and are interrupted at its deadline. A callback that throws an
 * exception other than the declared one ends the handshake with internal_error.
 *
 * @param serverNames client: the names to send by SNI (RFC 6066 3), none if empty; if null, the host that the client
 *     connects to
 * @param serverNameCheck server: decides whether to accept the names that the client sends
 * @param protocolChoice server: selects the application protocol
 * @param identityChoice chooses the identity with which this end authenticates
 * @param verification verifies the peer, including its host name
 * @param sessions client: the sessions that the connection resumes and makes. If this is null, a client whose peer is
 *     verified by {@code verification} resumes none, because the sessions of the context were verified otherwise. Before
 *     a session is resumed, {@code verification} verifies its peer again
 * @param progress receives each new state of the negotiation, before the callback that uses it; must not block or throw
 */
@SuppressWarnings("exports") // Only adapters of this project, to which the package is exported, keep sessions.
public record HandshakeOverrides(
        @Nullable List<SNIServerName> serverNames,
        @Nullable ServerNameCheck serverNameCheck,
        @Nullable ApplicationProtocolChoice protocolChoice,
        @Nullable IdentityChoice identityChoice,
        @Nullable PeerVerification verification,
        @Nullable ConnectionSessions sessions,
        @Nullable Consumer<PendingSession> progress) {

    /** Overrides nothing: the context makes all decisions. */
    public static final HandshakeOverrides NONE = new HandshakeOverrides(null, null, null, null, null, null, null);

    /**
     * {@return these overrides with another {@link #identityChoice()}}
     *
     * @param choice the choice of an identity
     */
    public HandshakeOverrides withIdentityChoice(IdentityChoice choice) {
        return new HandshakeOverrides(
                serverNames, serverNameCheck, protocolChoice, choice, verification, sessions, progress);
    }

    /** Decides whether a server accepts the names that a client sends. */
    @FunctionalInterface
    public interface ServerNameCheck {
        /**
         * Decides whether the names are accepted. Not called if the client sends no names.
         *
         * @param names the names, in the order sent
         * @return whether they are accepted; if not, the handshake ends with unrecognized_name (RFC 6066 3)
         */
        boolean accepts(List<SNIServerName> names);
    }

    /** Selects an application protocol for a server (RFC 7301 3.2). */
    @FunctionalInterface
    public interface ApplicationProtocolChoice {
        /**
         * Selects the protocol. Not called if the client offers no protocols.
         *
         * @param offered the protocols that the client offers, in its order of preference
         * @return the protocol; an empty string to continue without ALPN; empty to refuse the client with
         *     no_application_protocol
         */
        Optional<String> select(List<String> offered);
    }

    /** Chooses the identity with which this end authenticates. */
    @FunctionalInterface
    public interface IdentityChoice {
        /**
         * Chooses the identity. A server without an identity refuses the client, a client without an identity sends an
         * empty certificate message.
         *
         * @param criteria the requirements of the peer
         * @param usable whether the peer can verify an identity, by the rules of {@link IdentityChooser}; an identity
         *     for which this is false is not used
         * @return the identity; empty if there is none that suits
         * @throws Exception if it fails; the handshake then ends with internal_error
         */
        Optional<TlsIdentity> choose(CertificateCriteria criteria, Predicate<TlsIdentity> usable) throws Exception;
    }

    /** Verifies a peer. */
    @FunctionalInterface
    public interface PeerVerification {
        /**
         * Returns normally if the peer is trusted.
         *
         * @param session the state of the negotiation, with the peer's chain, which is not empty
         * @param authType the authentication type, as for {@link javax.net.ssl.X509TrustManager}
         * @throws TlsPeerUnverifiedException if the peer is not trusted; it carries the alert to send
         */
        void verify(PendingSession session, String authType) throws TlsPeerUnverifiedException;
    }
}
