package io.parktls.sockets.jsse;

import io.parktls.CipherSuite;
import io.parktls.NamedGroup;
import io.parktls.SignatureScheme;
import io.parktls.TlsContext;
import io.parktls.TlsSession;
import io.parktls.session.ClientSession;
import io.parktls.session.ConnectionSessions;
import java.security.AlgorithmConstraints;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import javax.net.ssl.SNIServerName;
import javax.net.ssl.SSLHandshakeException;
import org.jspecify.annotations.Nullable;

/**
 * The sessions that the socket or engine of a client resumes and makes. It resumes only sessions of sockets that would
 * have verified the same server in the same way.
 */
final class EndpointSessions implements ConnectionSessions {
    private final ClientSessionContext context;
    private final Peer peer;
    private final TlsContext settings;
    private final boolean newSessionAllowed;

    /** The session of this connection. */
    private final SslSessionAdapter session;

    /** The session that is offered to the server; null if none is. Used by the thread that performs the handshake. */
    private @Nullable SslSessionAdapter offered;

    /**
     * A server, and the settings that decide whether a client accepts it. The managers belong to it, because an
     * {@code SSLContext} may be initialized again; so does the number of times that the TlsContext's cache was cleared.
     */
    record Peer(
            String host,
            int port,
            @Nullable List<SNIServerName> serverNames,
            Authentication authentication,
            @Nullable String endpointIdentification,
            @Nullable AlgorithmConstraints constraints,
            @Nullable List<NamedGroup> groups,
            @Nullable List<SignatureScheme> signatureSchemes,
            long clears) {}

    private EndpointSessions(
            ClientSessionContext context,
            Peer peer,
            TlsContext settings,
            boolean newSessionAllowed,
            SslSessionAdapter session) {
        this.context = context;
        this.peer = peer;
        this.settings = settings;
        this.newSessionAllowed = newSessionAllowed;
        this.session = session;
    }

    /**
     * Returns the sessions of an end.
     *
     * @param settings the context of the connection
     * @param session the session of the connection
     * @return null for a server, and for a client that has none: its peer is not known, its engine does not support
     *     them, or the TlsContext has no cache
     * @throws SSLHandshakeException if there is no session to resume, and the settings forbid a new one
     */
    static @Nullable EndpointSessions of(Endpoint endpoint, TlsContext settings, SslSessionAdapter session)
            throws SSLHandshakeException {
        NegotiationSettings negotiation = endpoint.negotiation();
        EndpointSessions sessions = endpoint.getUseClientMode() ? ofClient(negotiation, settings, session) : null;
        boolean resumes = !endpoint.getUseClientMode() || (sessions != null && sessions.hasSession());
        boolean controllable = settings.engineProvider().supportsOverrides();
        if (!negotiation.isSessionCreationEnabled() && !(resumes && controllable)) {
            throw new SSLHandshakeException(
                    "no session can be resumed, and setEnableSessionCreation(false) forbids a new one");
        }
        return sessions;
    }

    private static @Nullable EndpointSessions ofClient(
            NegotiationSettings negotiation, TlsContext settings, SslSessionAdapter session) {
        String host = session.getPeerHost();
        boolean caching = settings.engineProvider().supportsOverrides()
                && settings.sessionCache().store().capacity() > 0;
        if (!caching || host == null || session.getPeerPort() < 0) {
            return null;
        }
        Negotiation wanted = negotiation.resolved(true);
        String algorithm = negotiation.endpointIdentification();
        Peer peer = new Peer(
                host.toLowerCase(Locale.ROOT),
                session.getPeerPort(),
                negotiation.serverNames(),
                negotiation.shared().authentication,
                EndpointIdentification.isRequested(algorithm) && algorithm != null
                        ? algorithm.toUpperCase(Locale.ROOT)
                        : null,
                wanted.constraints(),
                wanted.groups(),
                wanted.signatureSchemes(),
                settings.sessionCache().store().clears());
        return new EndpointSessions(
                negotiation.shared().clientSessions(), peer, settings, negotiation.isSessionCreationEnabled(), session);
    }

    private boolean hasSession() {
        return context.has(peer, this::isEnabled, settings.wallClock().instant());
    }

    private boolean isEnabled(ClientSession candidate) {
        CipherSuite suite = candidate.cipherSuite();
        return settings.protocols().contains(candidate.protocol())
                && settings.cipherSuites().contains(suite);
    }

    @Override
    public @Nullable ClientSession take(Instant now) {
        ClientSessionContext.Taken taken = context.take(peer, this::isEnabled, now);
        if (taken == null) {
            return null;
        }
        offered = taken.session();
        return taken.resumable();
    }

    @Override
    public void resumed() {
        SslSessionAdapter original = offered;
        if (original != null) {
            session.resume(original);
        }
    }

    @Override
    public void put(ClientSession resumable) {
        context.put(
                peer, resumable.isForOneUse() ? session.ofTicket(resumable) : session.detached(resumable), resumable);
    }

    @Override
    public void drop() {
        context.drop(peer);
    }

    @Override
    public boolean allowsNewSession() {
        return newSessionAllowed;
    }

    /** Reports that the handshake is done. As in the JDK, the context then lists the session of a full handshake. */
    void established(TlsSession result) {
        SslSessionAdapter refused = offered;
        if (!result.resumed()) {
            if (refused != null) {
                // The server would refuse the other tickets of that handshake, too: it has lost its keys, for instance.
                context.remove(refused.family());
            }
            context.put(peer, session.detached(result), null);
        }
    }
}
