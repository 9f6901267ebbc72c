package io.parktls.sockets.jsse;

import io.parktls.TlsPeerUnverifiedException;
import io.parktls.engine.HandshakeOverrides;
import io.parktls.engine.HandshakeOverrides.ApplicationProtocolChoice;
import io.parktls.engine.HandshakeOverrides.IdentityChoice;
import io.parktls.engine.HandshakeOverrides.ServerNameCheck;
import io.parktls.engine.PendingSession;
import java.security.AlgorithmConstraints;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import javax.net.ssl.SNIMatcher;
import org.jspecify.annotations.Nullable;

/** The decisions of a handshake that the settings of a socket or an engine, and its managers, make. */
final class HandshakeDecisions {
    private HandshakeDecisions() {}

    /**
     * Returns the decisions for a handshake that begins now.
     *
     * @param sessions the sessions of a client; null if it has none
     * @param complete whether the engine supports all of them; if not, only those are included that differ from what
     *     the context does by itself
     */
    static HandshakeOverrides overrides(
            Endpoint endpoint,
            Consumer<PendingSession> progress,
            @Nullable EndpointSessions sessions,
            boolean complete) {
        NegotiationSettings settings = endpoint.negotiation();
        boolean client = endpoint.getUseClientMode();
        return new HandshakeOverrides(
                client ? settings.serverNames() : null,
                client ? null : serverNameCheck(settings.serverNameMatchers()),
                client ? null : protocolChoice(endpoint),
                complete ? identityChoice(endpoint) : null,
                complete ? (session, authType) -> verify(endpoint, session, authType) : null,
                complete ? sessions : null,
                complete ? progress : null);
    }

    /** Returns the choice of the managers. A server needs an identity only for a new session. */
    private static @Nullable IdentityChoice identityChoice(Endpoint endpoint) {
        NegotiationSettings settings = endpoint.negotiation();
        if (endpoint.getUseClientMode() || settings.isSessionCreationEnabled()) {
            return settings.shared().authentication.identityChoice(endpoint);
        }
        return (criteria, usable) -> {
            throw new IllegalStateException(
                    "the client resumes no session, and setEnableSessionCreation(false) forbids a new one");
        };
    }

    /** As in the JDK, one of the names must be accepted by one of the matchers for its type. */
    private static @Nullable ServerNameCheck serverNameCheck(List<SNIMatcher> matchers) {
        return matchers.isEmpty()
                ? null
                : names -> names.stream()
                        .anyMatch(name -> matchers.stream()
                                .anyMatch(matcher -> matcher.getType() == name.getType() && matcher.matches(name)));
    }

    private static @Nullable ApplicationProtocolChoice protocolChoice(Endpoint endpoint) {
        Function<List<String>, @Nullable String> selector = endpoint.protocolSelector();
        return selector == null
                ? null
                : offered -> Optional.ofNullable(selector.apply(
                                offered.stream().map(JsseNames::toJsse).toList()))
                        .map(JsseNames::applicationProtocol);
    }

    private static void verify(Endpoint endpoint, PendingSession session, String authType)
            throws TlsPeerUnverifiedException {
        NegotiationSettings settings = endpoint.negotiation();
        Authentication authentication = settings.shared().authentication;
        authentication.verify(endpoint, session, authType);
        AlgorithmConstraints constraints = settings.constraints();
        if (constraints != null) {
            ChainConstraints.check(constraints, session.peerCertificates());
        }
        String algorithm = settings.endpointIdentification();
        if (endpoint.getUseClientMode()
                && algorithm != null
                && EndpointIdentification.isRequested(algorithm)
                && !authentication.verifiesHost()) {
            EndpointIdentification.check(
                    algorithm, session.peerCertificates().getFirst(), session.serverNames(), endpoint.host());
        }
    }
}
