package io.parktls.engine.bouncycastle;

import io.parktls.CipherSuite;
import io.parktls.TlsContext;
import io.parktls.TlsPsk;
import io.parktls.TlsTicketRefusal;
import io.parktls.TlsVersion;
import io.parktls.session.ClientSession;
import io.parktls.session.ConnectionSessions;
import java.util.ArrayList;
import java.util.List;
import java.util.Vector;
import java.util.function.Predicate;
import org.bouncycastle.tls.AlertDescription;
import org.bouncycastle.tls.TlsFatalAlert;
import org.bouncycastle.tls.TlsPSK;
import org.bouncycastle.tls.TlsPSKExternal;
import org.bouncycastle.tls.TlsSession;
import org.jspecify.annotations.Nullable;

/**
 * The session that a client offers to resume, from the cache of its context. One object serves one handshake.
 *
 * <pre>
 *   cache --take--&gt; offered --selected by the server--&gt; resumed
 *                      |
 *                      +--not selected--&gt; full handshake; the session is gone
 *                      +--handshake failed--&gt; all sessions of this server are dropped
 * </pre>
 */
@SuppressWarnings("JdkObsolete") // Bouncy Castle's API is older than List
final class ClientResumption {
    private final PreparedContext prepared;
    private final TlsContext context;
    private final ConnectionCrypto crypto;

    /** Null if this connection neither resumes sessions nor asks for tickets. */
    private final @Nullable ConnectionSessions sessions;

    /** Returns whether the server of a session would be trusted today. May call foreign code. */
    private final Predicate<ClientSession> trust;

    private boolean taken;
    private @Nullable ClientSession session;
    private List<OfferedKey> keys = List.of();
    private boolean resumed;

    /** Bouncy Castle's copy of the session of TLS 1.2 that is offered; null if none is. */
    private @Nullable ResumedSession resumed12;

    /** Whether the server selected the external key. */
    private boolean external;

    ClientResumption(
            PreparedContext prepared,
            ConnectionCrypto crypto,
            @Nullable ConnectionSessions sessions,
            Predicate<ClientSession> trust) {
        this.prepared = prepared;
        this.context = prepared.context;
        this.crypto = crypto;
        this.sessions = sessions;
        this.trust = trust;
    }

    /** Returns whether the server is asked for tickets. */
    boolean asksForTickets() {
        return sessions != null;
    }

    /** Returns the sessions of this connection; null if it neither resumes sessions nor asks for tickets. */
    @Nullable
    ConnectionSessions sessions() {
        return sessions;
    }

    /**
     * Called in a full handshake, before the server is verified.
     *
     * @throws TlsFatalAlert handshake_failure if the connection may only resume a session
     */
    void requireNewSessionAllowed() throws TlsFatalAlert {
        if (sessions != null && !sessions.allowsNewSession()) {
            throw new TlsFatalAlert(
                    AlertDescription.handshake_failure,
                    "the server has not resumed a session, and new sessions are disabled: enable them with"
                            + " setEnableSessionCreation(true)");
        }
    }

    /** Returns the resumed session; null if the handshake is a full one, or before this is known. */
    @Nullable
    ClientSession resumed() {
        return resumed ? session : null;
    }

    // ---- offers

    /** Returns the keys of TLS 1.3 to offer; null if there is none. */
    @Nullable
    Vector<TlsPSKExternal> preSharedKeys() {
        List<OfferedKey> offered = new ArrayList<>(2);
        ClientSession ofTicket = session(TlsVersion.TLS_1_3);
        if (ofTicket != null) {
            offered.add(OfferedKey.ofTicket(
                    crypto,
                    ofTicket.ticket(),
                    ofTicket.secret(),
                    SessionSecrets.hash(ofTicket.cipherSuite()),
                    ofTicket.obfuscatedAge(context.wallClock().instant())));
        }
        context.psk().ifPresent(psk -> offered.add(OfferedKey.external(crypto, psk)));
        keys = List.copyOf(offered);
        return keys.isEmpty() ? null : new Vector<>(keys);
    }

    List<OfferedKey> keys() {
        return keys;
    }

    /** Returns the session of TLS 1.2 to offer by its id; null if there is none. */
    @Nullable
    TlsSession sessionToResume() {
        ClientSession offered = session(TlsVersion.TLS_1_2);
        if (offered == null) {
            return null;
        }
        // RFC 5077 3.4: a server that accepts the ticket echoes the session id, which the client may choose freely.
        byte[] id = offered.sessionId();
        if (id.length == 0) {
            id = new byte[32];
            crypto.getSecureRandom().nextBytes(id);
        }
        resumed12 = new ResumedSession(crypto, id, offered.cipherSuite(), offered.secret());
        return resumed12;
    }

    /** Returns the ticket of TLS 1.2; empty if there is none, which asks for a new one (RFC 5077 3.2). */
    byte[] ticket12() {
        ClientSession offered = session(TlsVersion.TLS_1_2);
        return offered == null ? new byte[0] : offered.ticket();
    }

    private @Nullable ClientSession session(TlsVersion version) {
        if (!taken) {
            taken = true;
            session = sessions == null ? null : take(sessions);
            if (session != null) {
                context.sessionCounters().offered();
            }
        }
        return session != null && session.protocol() == version ? session : null;
    }

    private @Nullable ClientSession take(ConnectionSessions from) {
        ClientSession found = from.take(context.wallClock().instant());
        if (found == null) {
            return null;
        }
        if (!isOffered(found)) {
            context.sessionCounters().refused(TlsTicketRefusal.OTHER_CIPHER_SUITE);
        } else if (context.pskRequired() && found.pskIdentity() == null) {
            // A context that does not require the key may share the cache.
            context.sessionCounters().refused(TlsTicketRefusal.PSK_NOT_ACCEPTED);
        } else if (!trust.test(found)) {
            context.sessionCounters().refused(TlsTicketRefusal.SERVER_NOT_TRUSTED);
            from.drop();
        } else {
            return found;
        }
        found.destroy();
        return null;
    }

    /** Returns whether this client still offers the session's version and, in TLS 1.3, a suite with its hash. */
    private boolean isOffered(ClientSession found) {
        for (int code : prepared.cipherSuites) {
            CipherSuite suite = CipherSuite.of(code);
            boolean matches = found.protocol() == TlsVersion.TLS_1_3
                    ? suite.version() == TlsVersion.TLS_1_3
                            && SessionSecrets.hash(suite) == SessionSecrets.hash(found.cipherSuite())
                    : suite == found.cipherSuite();
            if (matches) {
                return true;
            }
        }
        return false;
    }

    // ---- outcome

    /** Reports the key that the server selected in TLS 1.3; null if none. */
    void selected(@Nullable TlsPSK selected) throws TlsFatalAlert {
        if (selected == null && context.pskRequired()) {
            throw new TlsFatalAlert(
                    AlertDescription.handshake_failure,
                    "the server did not accept the pre-shared key, which requirePsk(true) demands");
        }
        resumed = selected instanceof OfferedKey offered && offered.isOfTicket();
        external = selected != null && !resumed;
    }

    /** Returns the identity of the external key that began this session; null if certificates did. */
    @Nullable
    String pskIdentity() {
        ClientSession before = resumed();
        if (before != null) {
            return before.pskIdentity();
        }
        return external ? context.psk().map(TlsPsk::identityText).orElse(null) : null;
    }

    /** Reports whether the server resumed the session of TLS 1.2. */
    void selected12(boolean selected) {
        resumed = selected;
    }

    /** Reports that the handshake is complete. */
    void complete() {
        if (resumed && sessions != null) {
            sessions.resumed();
            context.sessionCounters().resumed();
        } else if (session != null) {
            context.sessionCounters().refused(TlsTicketRefusal.BY_SERVER);
            if (sessions != null && !session.isForOneUse()) {
                // The cache still has the session. It would be offered, and refused, again and again.
                sessions.drop();
            }
        }
    }

    /** Drops the sessions of this server after a failed handshake that tried to resume one. */
    void failed() {
        if (sessions != null && session != null) {
            sessions.drop();
        }
    }

    /** Adds a session to the cache, which owns it from now on. */
    void add(ClientSession added) {
        if (sessions == null) {
            added.destroy();
        } else {
            sessions.put(added);
        }
    }

    /** Overwrites the secrets of the offered session. */
    void destroy() {
        keys.forEach(OfferedKey::destroy);
        if (session != null) {
            session.destroy();
        }
        if (resumed12 != null) {
            resumed12.invalidate();
        }
    }
}
