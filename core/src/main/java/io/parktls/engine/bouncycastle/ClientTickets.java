package io.parktls.engine.bouncycastle;

import io.parktls.TlsSession;
import io.parktls.record.TicketConsumer;
import io.parktls.session.ClientSession;
import io.parktls.session.ConnectionSessions;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import org.bouncycastle.tls.crypto.TlsSecret;
import org.jspecify.annotations.Nullable;

/**
 * Turns the session tickets of a TLS 1.3 connection into sessions of the client's cache (RFC 8446 4.6.1), and drops the
 * sessions of a server whose connection fails (RFC 5246 7.2.2), in either version. Used by the connection's reading
 * thread.
 */
final class ClientTickets implements TicketConsumer {
    /** How many tickets of a connection are kept. The rest is ignored: a server may send any number. */
    private static final int MAX_TICKETS = 8;

    private final ConnectionSessions sessions;
    private final TlsSession session;
    private final Instant authenticated;
    private final InstantSource clock;
    private final int hash;

    /** Null in TLS 1.2, and once it is destroyed. */
    private @Nullable TlsSecret resumptionMaster;

    private int received;

    /**
     * Creates a consumer.
     *
     * @param resumptionMaster the secret that tickets' keys are derived from, which this object owns; null in TLS 1.2
     * @param authenticated when the server was last authenticated by its certificate
     */
    ClientTickets(
            ConnectionSessions sessions,
            TlsSession session,
            @Nullable TlsSecret resumptionMaster,
            Instant authenticated,
            InstantSource clock) {
        this.sessions = sessions;
        this.session = session;
        this.resumptionMaster = resumptionMaster;
        this.authenticated = authenticated;
        this.clock = clock;
        this.hash = SessionSecrets.hash(session.cipherSuite());
    }

    @Override
    public void ticket(long lifetimeSeconds, int ageAdd, byte[] nonce, byte[] ticket) {
        TlsSecret master = resumptionMaster;
        if (master == null || lifetimeSeconds == 0 || received >= MAX_TICKETS) {
            return;
        }
        received++;
        Instant now = clock.instant();
        Duration lifetime = Duration.ofSeconds(Math.min(lifetimeSeconds, ClientSession.MAX_AGE.toSeconds()));
        byte[] secret = SessionSecrets.preSharedKey(master, hash, nonce);
        sessions.put(new ClientSession(
                session.protocol(),
                session.cipherSuite(),
                secret,
                ticket,
                new byte[0],
                ageAdd,
                authenticated,
                now,
                now.plus(lifetime),
                session.applicationProtocol(),
                session.signatureScheme(),
                session.peerCertificates(),
                session.localCertificates(),
                session.pskIdentity()));
    }

    /** Drops the sessions of this server: the connection has failed. */
    void connectionFailed() {
        sessions.drop();
    }

    void destroy() {
        TlsSecret master = resumptionMaster;
        resumptionMaster = null;
        if (master != null) {
            master.destroy();
        }
    }
}
