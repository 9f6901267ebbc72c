package io.parktls.sockets.jsse;

import io.parktls.CipherSuite;
import io.parktls.ClientAuth;
import io.parktls.NamedGroup;
import io.parktls.SignatureScheme;
import io.parktls.TlsContext;
import io.parktls.TlsVersion;
import io.parktls.pki.LruCache;
import io.parktls.sockets.jsse.SessionContext.Tickets;
import java.security.AlgorithmConstraints;
import java.security.CryptoPrimitive;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import javax.net.ssl.SSLHandshakeException;
import org.jspecify.annotations.Nullable;

/**
 * The state that the sockets of a factory, or of an {@code SSLContext}, share: the contexts of clients and servers, the
 * way to authenticate, and the sessions.
 *
 * <p>Sockets whose settings differ from the defaults need a context of their own. It is prepared once for each distinct
 * choice, since programs usually make the same choice for each socket (OkHttp, for example, sets ALPN on each).
 *
 * <p>Thread-safe.
 */
final class SocketContext {
    /** How many varied contexts are kept. */
    private static final int VARIANTS = 64;

    private static final Set<CryptoPrimitive> KEY_AGREEMENT = EnumSet.of(CryptoPrimitive.KEY_AGREEMENT);

    /** The context that limits all settings, and has the defaults that {@link Negotiation} leaves open. */
    private final TlsContext widest;

    private final Negotiation clientDefaults;
    private final Negotiation serverDefaults;
    final Authentication authentication;
    private final ClientSessionContext clientSessions;
    private final SessionContext serverSessions;

    private final LruCache<Variation, TlsContext> variants = new LruCache<>(VARIANTS);

    /** Held while a context is prepared, so that sockets that need the same one at the same time share it. */
    private final ReentrantLock preparing = new ReentrantLock();

    private record Variation(boolean client, Negotiation negotiation, boolean verifyHost, Tickets tickets) {}

    SocketContext(
            TlsContext widest,
            Negotiation clientDefaults,
            Negotiation serverDefaults,
            Authentication authentication,
            ClientSessionContext clientSessions,
            SessionContext serverSessions) {
        this.widest = widest;
        this.clientDefaults = clientDefaults;
        this.serverDefaults = serverDefaults;
        this.authentication = authentication;
        this.clientSessions = clientSessions;
        this.serverSessions = serverSessions;
    }

    /** Creates the state for factories of a {@link TlsContext}. */
    static SocketContext of(TlsContext context) {
        return new SocketContext(
                context,
                Negotiation.DEFAULTS,
                Negotiation.DEFAULTS,
                new ContextAuthentication(context),
                ClientSessionContext.ofPeers(context.sessionCache().store().capacity()),
                new SessionContext());
    }

    TlsContext widest() {
        return widest;
    }

    /** Returns the settings with the defaults of the role in place of null. */
    Negotiation resolve(boolean client, Negotiation settings) {
        return settings.orElse(client ? clientDefaults : serverDefaults);
    }

    ClientSessionContext clientSessions() {
        return clientSessions;
    }

    SessionContext sessions(boolean forClient) {
        return forClient ? clientSessions : serverSessions;
    }

    /**
     * Returns the context for a socket with the given settings.
     *
     * @param endpointIdentified whether the host of the server is to be verified. Only an engine without overrides
     *     needs that in the context
     * @throws SSLHandshakeException if the settings leave nothing to negotiate
     */
    TlsContext context(boolean forClient, Negotiation negotiation, boolean endpointIdentified)
            throws SSLHandshakeException {
        Negotiation wanted = resolve(forClient, negotiation);
        boolean verifyHost = widest.verifyHost()
                || (endpointIdentified && !widest.engineProvider().supportsOverrides());
        Tickets tickets = forClient ? Tickets.DEFAULTS : serverSessions.tickets();
        if (wanted.equals(Negotiation.DEFAULTS)
                && tickets.equals(Tickets.DEFAULTS)
                && verifyHost == widest.verifyHost()) {
            return widest;
        }
        Variation variation = new Variation(forClient, wanted, verifyHost, tickets);
        TlsContext known = variants.get(variation);
        if (known != null) {
            return known;
        }
        preparing.lock();
        try {
            known = variants.get(variation);
            if (known == null) {
                known = prepare(widest, variation);
                variants.put(variation, known);
            }
            return known;
        } finally {
            preparing.unlock();
        }
    }

    private static TlsContext prepare(TlsContext base, Variation variation) throws SSLHandshakeException {
        Negotiation wanted = variation.negotiation;
        AlgorithmConstraints constraints = wanted.constraints();
        List<CipherSuite> enabled = permitted(
                constraints, wanted.cipherSuites() == null ? base.cipherSuites() : wanted.cipherSuites(), Enum::name);
        List<TlsVersion> versions = permitted(
                        constraints,
                        wanted.protocols() == null ? List.copyOf(base.protocols()) : wanted.protocols(),
                        TlsVersion::standardName)
                .stream()
                .filter(version -> enabled.stream().anyMatch(suite -> suite.version() == version))
                .toList();
        List<NamedGroup> groups = permitted(
                constraints, wanted.groups() == null ? base.groups() : wanted.groups(), NamedGroup::standardName);
        List<SignatureScheme> schemes =
                wanted.signatureSchemes() == null ? base.signatureSchemes() : wanted.signatureSchemes();
        if (versions.isEmpty() || groups.isEmpty() || schemes.isEmpty()) {
            throw new SSLHandshakeException("the settings of the socket leave nothing to negotiate: protocols "
                    + wanted.protocols() + ", cipher suites " + enabled + ", groups " + groups + ", signature schemes "
                    + schemes);
        }
        TlsContext.Builder builder = base.toBuilder()
                .verifyHost(variation.verifyHost)
                .protocols(versions.toArray(TlsVersion[]::new))
                .cipherSuites(enabled.toArray(CipherSuite[]::new))
                .groups(groups.toArray(NamedGroup[]::new))
                .signatureSchemes(schemes.toArray(SignatureScheme[]::new));
        if (wanted.applicationProtocols() != null) {
            builder.applicationProtocols(wanted.applicationProtocols().toArray(String[]::new));
        }
        if (wanted.ownOrder() != null) {
            builder.preferClientOrder(!wanted.ownOrder());
        }
        Tickets tickets = variation.tickets;
        if (!tickets.equals(Tickets.DEFAULTS)) {
            builder.tickets(
                    tickets.count() == null ? base.ticketCount() : tickets.count(),
                    tickets.lifetime() == null ? base.ticketLifetime() : tickets.lifetime());
        }
        ClientAuth clientAuth = wanted.clientAuth();
        if (!variation.client && clientAuth != null) {
            builder.clientAuth(clientAuth);
        }
        try {
            return builder.build();
        } catch (IllegalArgumentException e) {
            SSLHandshakeException failure =
                    new SSLHandshakeException("the settings of the socket cannot be used: " + e.getMessage());
            failure.initCause(e);
            throw failure;
        }
    }

    private static <T> List<T> permitted(
            @Nullable AlgorithmConstraints constraints, List<T> values, Function<T, String> name) {
        return constraints == null
                ? values
                : values.stream()
                        .filter(value -> constraints.permits(KEY_AGREEMENT, name.apply(value), null))
                        .toList();
    }
}
