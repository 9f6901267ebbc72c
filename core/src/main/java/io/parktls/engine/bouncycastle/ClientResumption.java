package io.parktls.engine.bouncycastle;

import io.parktls.CipherSuite;
import io.parktls.TlsContext;
import io.parktls.TlsPeerUnverifiedException;
import io.parktls.TlsPsk;
import io.parktls.TlsTicketRefusal;
import io.parktls.TlsVersion;
import io.parktls.session.ClientSession;
import io.parktls.session.SessionKey;
import io.parktls.session.SessionStore;
import java.util.ArrayList;
import java.util.List;
import java.util.Vector;
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
    private final @Nullable SessionKey key;

    private boolean taken;
    private @Nullable ClientSession session;
    private List<OfferedKey> keys = List.of();
    private boolean resumed;

    /** Bouncy Castle's copy of the session of TLS 1.2 that is offered; null if none is. */
    private @Nullable ResumedSession resumed12;

    /** Whether the server selected the external key. */
    private boolean external;

    ClientResumption(PreparedContext prepared, ConnectionCrypto crypto, @Nullable SessionKey key) {
        this.prepared = prepared;
        this.context = prepared.context;
        this.crypto = crypto;
        this.key = key;
    }

    /** Returns whether the server is asked for tickets. */
    boolean asksForTickets() {
        return key != null;
    }

    /** Returns the key of this connection's sessions; null if it has none. */
    @Nullable
    SessionKey key() {
        return key;
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
            session = key == null ? null : take(key);
            if (session != null) {
                context.sessionCounters().offered();
            }
        }
        return session != null && session.protocol() == version ? session : null;
    }

    private @Nullable ClientSession take(SessionKey from) {
        SessionStore store = context.sessionCache().store();
        ClientSession found = store.take(from, context.wallClock().instant());
        if (found == null) {
            return null;
        }
        if (!isOffered(found)) {
            context.sessionCounters().refused(TlsTicketRefusal.OTHER_CIPHER_SUITE);
        } else if (context.pskRequired() && found.pskIdentity() == null) {
            // A context that does not require the key may share the cache.
            context.sessionCounters().refused(TlsTicketRefusal.PSK_NOT_ACCEPTED);
        } else if (!isTrusted(found, from)) {
            context.sessionCounters().refused(TlsTicketRefusal.SERVER_NOT_TRUSTED);
            store.remove(from);
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

    /**
     * Verifies the server's chain again if a trust manager decides, which may have changed its mind. The other kinds of
     * trust never change, and the cache does not return sessions whose certificates have expired.
     */
    private boolean isTrusted(ClientSession found, SessionKey from) {
        if (!from.trust().mayWait() || found.peerCertificates().isEmpty() || from.scope() != null) {
            return true;
        }
        try {
            from.trust()
                    .verifyServer(
                            found.peerCertificates(),
                            PeerCertificates.authType(
                                    found.peerCertificates(), found.protocol() == TlsVersion.TLS_1_3, false),
                            from.verifyHost() ? from.host() : null,
                            crypto.foreignCalls().boundary());
            return true;
        } catch (TlsPeerUnverifiedException e) {
            return false;
        }
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
        if (resumed) {
            context.sessionCounters().resumed();
        } else if (session != null) {
            context.sessionCounters().refused(TlsTicketRefusal.BY_SERVER);
            if (key != null && !session.isForOneUse()) {
                // The cache still has the session. It would be offered, and refused, again and again.
                context.sessionCache().store().remove(key);
            }
        }
    }

    /** Drops the sessions of this server after a failed handshake that tried to resume one. */
    void failed() {
        if (key != null && session != null) {
            context.sessionCache().store().remove(key);
        }
    }

    /** Adds a session to the cache, which owns it from now on. */
    void add(ClientSession added) {
        if (key == null) {
            added.destroy();
        } else {
            context.sessionCache().store().put(key, added);
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
