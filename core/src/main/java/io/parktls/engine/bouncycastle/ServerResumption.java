package io.parktls.engine.bouncycastle;

import io.parktls.CipherSuite;
import io.parktls.ClientAuth;
import io.parktls.TlsContext;
import io.parktls.TlsPsk;
import io.parktls.TlsPskLookup;
import io.parktls.TlsSession;
import io.parktls.TlsTicketKeys;
import io.parktls.TlsTicketRefusal;
import io.parktls.TlsVersion;
import io.parktls.record.HandshakeMessage;
import io.parktls.session.ClientSession;
import io.parktls.session.SessionState;
import io.parktls.wire.ClientHello;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Vector;
import org.bouncycastle.tls.PskIdentity;
import org.bouncycastle.tls.PskKeyExchangeMode;
import org.bouncycastle.tls.TlsFatalAlert;
import org.bouncycastle.tls.TlsPSKExternal;
import org.bouncycastle.tls.crypto.TlsCryptoUtils;
import org.bouncycastle.tls.crypto.TlsSecret;
import org.jspecify.annotations.Nullable;

/**
 * Decides which session a server resumes, and makes its tickets. One object serves one handshake.
 *
 * <p>A ticket that is refused costs a full handshake, and never the connection. The checks follow what the server would
 * decide in a full handshake with the same client; see {@link TlsTicketRefusal} for the reasons.
 */
final class ServerResumption {
    /** How many tickets of a ClientHello are tried. Clients offer one or two; each costs a decryption. */
    private static final int MAX_TRIED = 4;

    /** The longest state that is put into a ticket. A long client chain could make it too long for a ClientHello. */
    private static final int MAX_STATE = 12 * 1024;

    private static final byte[] ASSOCIATED_DATA = {'p', 'a', 'r', 'k', 't', 'l', 's', 1};

    private final PreparedContext prepared;
    private final TlsContext context;
    private final ConnectionCrypto crypto;
    private final ChainVerification verification;
    private final TicketCalls calls;

    private boolean offered;

    /** The tickets that were refused in the first ClientHello while the second one is read; otherwise empty. */
    private List<TlsTicketRefusal> refusedBefore = new ArrayList<>();

    private List<TlsTicketRefusal> refused = new ArrayList<>();
    private @Nullable SessionState accepted;
    private @Nullable OfferedKey key;

    /** The identity of the external key that was chosen; null if none was. */
    private @Nullable String externalIdentity;

    /** Whether the accepted ticket is to be replaced, because its key or itself is old. */
    private boolean renewalDue;

    /** Verifies the client's chain as in a full handshake. */
    interface ChainVerification {
        /** Returns whether the chain, which is not empty, is trusted now. */
        boolean isTrusted(List<X509Certificate> chain);
    }

    ServerResumption(PreparedContext prepared, ConnectionCrypto crypto, ChainVerification verification) {
        this.prepared = prepared;
        this.context = prepared.context;
        this.crypto = crypto;
        this.verification = verification;
        this.calls = new TicketCalls(context.ticketKeys(), crypto.foreignCalls());
    }

    /** Returns the session that is being resumed; null if the handshake is a full one. */
    @Nullable
    SessionState accepted() {
        return accepted;
    }

    /** Returns whether a pre-shared key of TLS 1.3 was chosen, of a ticket or an external one. */
    boolean hasKey() {
        return key != null;
    }

    /** Returns the identity of the external key that began this session; null if certificates did. */
    @Nullable
    String pskIdentity() {
        SessionState resumed = accepted;
        return resumed == null ? externalIdentity : resumed.pskIdentity();
    }

    // ---- acceptance

    /**
     * Chooses a key of TLS 1.3: that of a ticket, or an external one.
     *
     * @param identities the identities that the client offers. The age of the chosen one is set to 0, because Bouncy
     *     Castle looks it up with that age
     * @param hash Bouncy Castle's constant of the only hash that is possible; -1 if the suite is not chosen yet
     * @return the key; null for a handshake with certificates
     */
    @Nullable
    TlsPSKExternal choose(Vector<Object> identities, ClientHello hello, int hash) {
        forget();
        refusedBefore = refused;
        refused = new ArrayList<>();
        int tried = Math.min(identities.size(), MAX_TRIED);
        for (int i = 0; i < tried && key == null; i++) {
            byte[] identity = ((PskIdentity) identities.get(i)).getIdentity();
            key = choose(identity, hello, hash);
            if (key != null) {
                identities.set(i, new PskIdentity(identity, 0));
            }
        }
        return key;
    }

    private @Nullable OfferedKey choose(byte[] identity, ClientHello hello, int hash) {
        Instant now = context.wallClock().instant();
        TlsTicketKeys.Opened opened = prepared.resumes() ? calls.open(identity, ASSOCIATED_DATA, now) : null;
        if (opened == null || !opened.result().isOpened()) {
            TlsPsk external = external(identity, hello, hash);
            if (external != null) {
                externalIdentity = external.identityText();
                return OfferedKey.external(crypto, external);
            }
        }
        SessionState state = opened == null ? null : read(opened, TlsVersion.TLS_1_3, hello, now);
        if (state == null) {
            return null;
        }
        int needed = SessionSecrets.hash(state.cipherSuite());
        if (suite(needed, hello, hash) == null) {
            refuse(state, TlsTicketRefusal.OTHER_CIPHER_SUITE);
            return null;
        }
        accepted = state;
        return OfferedKey.ofTicket(crypto, identity, state.secret(), needed, 0);
    }

    /** Counts the tickets of a client that wants to resume without a key exchange, which this server does not. */
    void countUnusableOffer(ClientHello hello) {
        if (prepared.resumes() && !hello.offersPskMode(PskKeyExchangeMode.psk_dhe_ke)) {
            countOffer();
            refuse(null, TlsTicketRefusal.NO_KEY_EXCHANGE);
        }
    }

    /** Returns the external key with an identity, if there is one and it can be used. */
    private @Nullable TlsPsk external(byte[] identity, ClientHello hello, int hash) {
        boolean possible = context.pskLookup().isPresent() && identity.length <= TlsPsk.MAX_IDENTITY;
        TlsPsk found = possible ? lookUp(identity) : null;
        return found == null || suite(SessionSecrets.hash(found.hash()), hello, hash) == null ? null : found;
    }

    private @Nullable TlsPsk lookUp(byte[] identity) {
        TlsPskLookup lookup = context.pskLookup().orElseThrow();
        try {
            TlsPsk found = crypto.foreignCalls()
                    .call("the lookup of pre-shared keys", () -> lookup.find(identity.clone()))
                    .orElse(null);
            return found == null || !Arrays.equals(found.identity(), identity) ? null : found;
        } catch (TlsFatalAlert e) {
            // Bouncy Castle's callback allows no checked exception. This one becomes internal_error, too.
            throw new IllegalStateException(e.getMessage(), e.getCause());
        }
    }

    /** Returns this server's first suite that the client offers and that has the hash of the chosen key. */
    CipherSuite suite(ClientHello hello) {
        int hash = TlsCryptoUtils.getHashForPRF(Objects.requireNonNull(key).getPRFAlgorithm());
        return Objects.requireNonNull(suite(hash, hello, -1));
    }

    private @Nullable CipherSuite suite(int needed, ClientHello hello, int hash) {
        if (hash >= 0 && hash != needed) {
            return null;
        }
        for (int code : prepared.cipherSuites) {
            CipherSuite suite = CipherSuite.of(code);
            if (suite.version() == TlsVersion.TLS_1_3
                    && SessionSecrets.hash(suite) == needed
                    && PreparedContext.contains(hello.cipherSuites(), code)) {
                return suite;
            }
        }
        return null;
    }

    /** Opens the ticket of a TLS 1.2 client (RFC 5077 3.2); returns null for a full handshake. */
    @Nullable
    SessionState choose12(byte[] ticket, ClientHello hello) {
        if (!prepared.resumes() || ticket.length == 0) {
            return null;
        }
        Instant now = context.wallClock().instant();
        SessionState state = read(calls.open(ticket, ASSOCIATED_DATA, now), TlsVersion.TLS_1_2, hello, now);
        if (state == null) {
            return null;
        }
        int suite = state.cipherSuite().code();
        if (!hello.offersExtendedMasterSecret()
                || !PreparedContext.contains(prepared.cipherSuites, suite)
                || !PreparedContext.contains(hello.cipherSuites(), suite)) {
            refuse(state, TlsTicketRefusal.OTHER_CIPHER_SUITE);
            return null;
        }
        accepted = state;
        return state;
    }

    /** Returns the content of a ticket; null if it is refused. */
    private @Nullable SessionState read(
            TlsTicketKeys.Opened opened, TlsVersion version, ClientHello hello, Instant now) {
        countOffer();
        if (!opened.result().isOpened()) {
            boolean unknown = opened.result() == TlsTicketKeys.Opened.Result.UNKNOWN_KEY;
            refuse(null, unknown ? TlsTicketRefusal.UNKNOWN_KEY : TlsTicketRefusal.MALFORMED);
            return null;
        }
        byte[] encoded = opened.state();
        SessionState state;
        try {
            state = SessionState.decode(encoded);
        } catch (IOException e) {
            refuse(null, TlsTicketRefusal.MALFORMED);
            return null;
        } finally {
            Arrays.fill(encoded, (byte) 0);
        }
        TlsTicketRefusal refusal = check(state, version, hello, now);
        if (refusal != null) {
            refuse(state, refusal);
            return null;
        }
        Duration age = Duration.between(state.issued(), now);
        renewalDue = opened.result() == TlsTicketKeys.Opened.Result.OPENED_BY_FORMER_KEY
                || age.compareTo(context.ticketLifetime().dividedBy(2)) > 0;
        return state;
    }

    private @Nullable TlsTicketRefusal check(SessionState state, TlsVersion version, ClientHello hello, Instant now) {
        if (state.protocol() != version) {
            return TlsTicketRefusal.OTHER_VERSION;
        }
        if (!now.isBefore(state.expires())
                || !now.isBefore(state.authenticated().plus(ClientSession.MAX_AGE))) {
            return TlsTicketRefusal.EXPIRED;
        }
        if (!sameHost(state.serverName(), hello.serverName())) {
            return TlsTicketRefusal.OTHER_HOST;
        }
        if (!Arrays.equals(state.context(), prepared.serverNames)) {
            return TlsTicketRefusal.OTHER_CONTEXT;
        }
        return state.pskIdentity() == null && !context.pskRequired() ? checkClient(state) : checkKey(state);
    }

    /** Checks a session that began, or should have begun, with an external key. */
    private @Nullable TlsTicketRefusal checkKey(SessionState state) {
        String identity = state.pskIdentity();
        boolean accepts = identity != null
                && context.pskLookup().isPresent()
                && lookUp(identity.getBytes(StandardCharsets.ISO_8859_1)) != null;
        return accepts ? null : TlsTicketRefusal.PSK_NOT_ACCEPTED;
    }

    private @Nullable TlsTicketRefusal checkClient(SessionState state) {
        ClientAuth needed = context.clientAuth();
        if (needed == ClientAuth.NONE) {
            return null;
        }
        if (state.peerCertificates().isEmpty()) {
            boolean declined = state.certificateRequested() && needed != ClientAuth.REQUIRED;
            return declined ? null : TlsTicketRefusal.NO_CLIENT_CERTIFICATE;
        }
        return verification.isTrusted(state.peerCertificates()) ? null : TlsTicketRefusal.CLIENT_NOT_TRUSTED;
    }

    private static boolean sameHost(@Nullable String first, @Nullable String second) {
        return first == null ? second == null : first.equalsIgnoreCase(second);
    }

    private void countOffer() {
        if (!offered) {
            offered = true;
            context.sessionCounters().offered();
        }
    }

    private void refuse(@Nullable SessionState state, TlsTicketRefusal reason) {
        refused.add(reason);
        // The second ClientHello offers the tickets of the first one again (RFC 8446 4.1.2).
        if (!refusedBefore.remove(reason)) {
            context.sessionCounters().refused(reason);
        }
        if (state != null) {
            state.destroy();
        }
    }

    // ---- tickets

    /** Returns whether a TLS 1.2 server answers with a ticket: in a full handshake, and if the accepted one is old. */
    boolean issues12() {
        return prepared.resumes() && (accepted == null || renewalDue);
    }

    /**
     * Makes the tickets of TLS 1.3, each with a secret of its own. A resumed handshake replaces the one that was used.
     *
     * @return NewSessionTicket messages
     */
    List<byte[]> tickets13(TlsSession session, TlsSecret resumptionMaster) {
        int count = accepted == null ? context.ticketCount() : 1;
        int hash = SessionSecrets.hash(session.cipherSuite());
        List<byte[]> messages = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            byte[] nonce = {(byte) i};
            IssuedTicket issued = issue(
                    session,
                    SessionSecrets.preSharedKey(resumptionMaster, hash, nonce),
                    crypto.getSecureRandom().nextInt());
            if (issued != null) {
                messages.add(HandshakeMessage.newSessionTicket(
                        issued.lifetimeSeconds(), issued.ageAdd(), nonce, issued.ticket()));
            }
        }
        return messages;
    }

    /**
     * Makes a ticket.
     *
     * @param session the results of the handshake
     * @param secret TLS 1.3: the pre-shared key; TLS 1.2: the master secret. It is overwritten
     * @param ageAdd the ticket_age_add
     * @return the ticket and its lifetime; null if none is to be issued
     */
    @Nullable
    IssuedTicket issue(TlsSession session, byte[] secret, int ageAdd) {
        Instant now = context.wallClock().instant();
        SessionState before = accepted;
        Instant authenticated = before == null ? now : before.authenticated();
        Duration left = Duration.between(now, authenticated.plus(ClientSession.MAX_AGE));
        Duration lifetime = left.compareTo(context.ticketLifetime()) < 0 ? left : context.ticketLifetime();
        SessionState state = new SessionState(
                session.protocol(),
                session.cipherSuite(),
                secret,
                authenticated,
                now,
                now.plus(lifetime),
                ageAdd,
                prepared.serverNames,
                session.serverName(),
                session.applicationProtocol(),
                context.clientAuth() != ClientAuth.NONE,
                session.peerCertificates(),
                session.pskIdentity());
        byte[] encoded;
        try {
            encoded = state.encode();
        } catch (CertificateEncodingException e) {
            return null;
        } finally {
            state.destroy();
        }
        try {
            boolean possible = lifetime.toSeconds() > 0 && encoded.length <= MAX_STATE;
            byte[] ticket = possible ? calls.seal(encoded, ASSOCIATED_DATA, now) : null;
            if (ticket == null) {
                return null;
            }
            context.sessionCounters().issued();
            return new IssuedTicket(ticket, lifetime.toSeconds(), ageAdd);
        } finally {
            Arrays.fill(encoded, (byte) 0);
        }
    }

    /** A ticket as NewSessionTicket carries it. */
    @SuppressWarnings("ArrayRecordComponent") // Never compared.
    record IssuedTicket(byte[] ticket, long lifetimeSeconds, int ageAdd) {}

    // ---- end

    private void forget() {
        OfferedKey former = key;
        if (former != null) {
            former.destroy();
        }
        SessionState state = accepted;
        if (state != null) {
            state.destroy();
        }
        key = null;
        accepted = null;
        externalIdentity = null;
    }

    /** Overwrites the secrets of the resumed session. */
    void destroy() {
        OfferedKey former = key;
        if (former != null) {
            former.destroy();
        }
        SessionState state = accepted;
        if (state != null) {
            state.destroy();
        }
    }
}
