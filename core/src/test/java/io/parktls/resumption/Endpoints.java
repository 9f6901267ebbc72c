package io.parktls.resumption;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.parktls.CipherSuite;
import io.parktls.TestContexts;
import io.parktls.TestPki;
import io.parktls.TestPki.KeyKind;
import io.parktls.TlsContext;
import io.parktls.TlsSession;
import io.parktls.TlsSessionCache;
import io.parktls.TlsSessionStatistics;
import io.parktls.TlsTicketRefusal;
import io.parktls.TlsTrust;
import io.parktls.TlsVersion;
import io.parktls.engine.EngineEnd;
import io.parktls.engine.TlsEngineProvider;
import io.parktls.session.ClientSession;
import io.parktls.session.SessionKey;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * The contexts of a client and a server, which a test changes between handshakes, and the client's cache. The clocks of
 * both ends stand still.
 */
final class Endpoints {
    static final TlsEngineProvider ENGINE = TlsEngineProvider.bouncyCastle();

    /** One object, because sessions depend on the identity of the trust. */
    static final TlsTrust TRUST = TestPki.trust(KeyKind.ECDSA_P256);

    /** A trust that does not include the authority of the tests' identities. */
    static final TlsTrust OTHER_TRUST =
            TestPki.trust(List.of(TestPki.unknownCa(KeyKind.ECDSA_P256).chain().getLast()));

    static final int PORT = 443;

    final AdjustableClock clientClock = new AdjustableClock();
    final AdjustableClock serverClock = new AdjustableClock();
    TlsContext client;
    TlsContext server;
    private final Map<TlsContext, TlsEngineProvider.Engines> prepared = new IdentityHashMap<>();

    Endpoints(TlsVersion... versions) {
        client = TestContexts.client(ENGINE, versions)
                .trust(TRUST)
                .sessionCache(TlsSessionCache.ofSize(10))
                .wallClock(clientClock)
                .build();
        server = TestContexts.server(ENGINE, versions).wallClock(serverClock).build();
    }

    /** Replaces the client's context by one that differs as specified. */
    Endpoints client(UnaryOperator<TlsContext.Builder> change) {
        client = change.apply(client.toBuilder()).build();
        return this;
    }

    /** Replaces the server's context by one that differs as specified. */
    Endpoints server(UnaryOperator<TlsContext.Builder> change) {
        server = change.apply(server.toBuilder()).build();
        return this;
    }

    /** Returns a change of a context to one version and all its suites. */
    static UnaryOperator<TlsContext.Builder> only(TlsVersion version) {
        CipherSuite[] suites = TlsContext.builder().engine(ENGINE).build().cipherSuites().stream()
                .filter(suite -> suite.version() == version)
                .toArray(CipherSuite[]::new);
        return builder -> builder.cipherSuites(suites).protocols(version);
    }

    // ---- the client's sessions

    TlsSessionCache cache() {
        return client.sessionCache();
    }

    /** Returns copies of the client's sessions for all hosts, the newest first. */
    List<ClientSession> sessions() {
        return cache().store().copies().values().stream().flatMap(List::stream).toList();
    }

    /** Replaces each session in the client's cache. */
    void alterSessions(UnaryOperator<ClientSession> change) {
        moveSessions(UnaryOperator.identity(), change);
    }

    /** Makes the client take its sessions for those of another server. */
    void moveSessions(UnaryOperator<SessionKey> change) {
        moveSessions(change, UnaryOperator.identity());
    }

    private void moveSessions(UnaryOperator<SessionKey> place, UnaryOperator<ClientSession> change) {
        Map<SessionKey, List<ClientSession>> before = cache().store().copies();
        cache().clear();
        before.forEach((key, sessions) ->
                sessions.reversed().forEach(session -> cache().store().put(place.apply(key), change.apply(session))));
    }

    /** Replaces the tickets in the client's cache. */
    void alterTickets(UnaryOperator<byte[]> change) {
        alterSessions(session -> withTicket(session, change.apply(session.ticket())));
    }

    static ClientSession withTicket(ClientSession from, byte[] ticket) {
        return new ClientSession(
                from.protocol(),
                from.cipherSuite(),
                from.secret(),
                ticket,
                from.sessionId(),
                from.ageAdd(),
                from.authenticated(),
                from.received(),
                from.expires(),
                from.applicationProtocol(),
                from.signatureScheme(),
                from.peerCertificates(),
                from.localCertificates(),
                from.pskIdentity());
    }

    // ---- handshakes

    /** Two ends after the handshake. The client has received the server's tickets. */
    record Connection(EngineEnd client, EngineEnd server) {
        TlsSession session() {
            return client.engine().session();
        }
    }

    Connection connect() throws SSLException {
        return connect(TestContexts.HOST);
    }

    Connection connect(@Nullable String host) throws SSLException {
        return connect(host, PORT);
    }

    Connection connect(@Nullable String host, int port) throws SSLException {
        EngineEnd clientEnd = clientEnd(host, port);
        EngineEnd serverEnd = serverEnd();
        EngineEnd.connect(clientEnd, serverEnd);
        clientEnd.receiveFrom(serverEnd);
        clientEnd.readNothing();
        return new Connection(clientEnd, serverEnd);
    }

    EngineEnd clientEnd() {
        return clientEnd(TestContexts.HOST, PORT);
    }

    private EngineEnd clientEnd(@Nullable String host, int port) {
        return EngineEnd.of(prepared(client).client(host, port));
    }

    EngineEnd serverEnd() {
        return EngineEnd.of(prepared(server).server());
    }

    /** Prepares each context only once, which takes longer than a handshake. */
    private TlsEngineProvider.Engines prepared(TlsContext context) {
        return prepared.computeIfAbsent(context, ENGINE::prepare);
    }

    /** Returns a client that has sent its ClientHello, which is in its output. */
    EngineEnd hello() throws SSLException {
        EngineEnd end = clientEnd();
        end.handshake();
        return end;
    }

    /** Makes a full handshake that leaves the client with at least one session. */
    Connection start() throws SSLException {
        return start(TestContexts.HOST);
    }

    Connection start(String host) throws SSLException {
        Connection connection = connect(host);
        assertEquals(false, connection.session().resumed(), "the first handshake is a full one");
        assertEquals(true, cache().size() > 0, "the client has a session");
        return connection;
    }

    Connection assertResumes() throws SSLException {
        return assertResumes(TestContexts.HOST);
    }

    Connection assertResumes(String host) throws SSLException {
        TlsSessionStatistics before = server.sessionStatistics();
        Connection connection = connect(host);
        TlsSessionStatistics after = server.sessionStatistics();
        assertEquals(Map.of(), refusals(before, after));
        assertEquals(1, after.offered() - before.offered(), "offered");
        assertEquals(1, after.resumed() - before.resumed(), "resumed");
        assertEquals(true, connection.session().resumed(), "resumed for the client");
        assertEquals(true, connection.server().engine().session().resumed(), "resumed for the server");
        assertData(connection);
        return connection;
    }

    /** Asserts that the client offers a session, and that the server refuses it for that reason and goes on. */
    Connection assertRefused(TlsTicketRefusal reason) throws SSLException {
        return assertRefused(reason, TestContexts.HOST);
    }

    Connection assertRefused(TlsTicketRefusal reason, @Nullable String host) throws SSLException {
        TlsSessionStatistics clientBefore = client.sessionStatistics();
        TlsSessionStatistics before = server.sessionStatistics();
        Connection connection = connect(host);
        TlsSessionStatistics after = server.sessionStatistics();
        assertEquals(Map.of(reason, 1L), refusals(before, after));
        assertEquals(1, after.offered() - before.offered(), "offered");
        assertEquals(
                Map.of(TlsTicketRefusal.BY_SERVER, 1L),
                refusals(clientBefore, client.sessionStatistics()),
                "the client's statistics");
        assertFull(connection, before, after);
        return connection;
    }

    /** Asserts that the client offers no session, or one that the server does not even look at. */
    Connection assertNotResumed() throws SSLException {
        return assertNotResumed(TestContexts.HOST);
    }

    Connection assertNotResumed(@Nullable String host) throws SSLException {
        TlsSessionStatistics before = server.sessionStatistics();
        Connection connection = connect(host);
        TlsSessionStatistics after = server.sessionStatistics();
        assertEquals(Map.of(), refusals(before, after));
        assertEquals(0, after.offered() - before.offered(), "offered");
        assertFull(connection, before, after);
        return connection;
    }

    private static void assertFull(Connection connection, TlsSessionStatistics before, TlsSessionStatistics after)
            throws SSLException {
        assertEquals(0, after.resumed() - before.resumed(), "resumed");
        assertEquals(false, connection.session().resumed(), "resumed for the client");
        assertEquals(false, connection.server().engine().session().resumed(), "resumed for the server");
        assertData(connection);
    }

    /** Sends data in both directions. */
    static void assertData(Connection connection) throws SSLException {
        byte[] data = {1, 2, 3};
        assertArrayEquals(data, connection.client().send(data, connection.server()));
        assertArrayEquals(data, connection.server().send(data, connection.client()));
    }

    private static Map<TlsTicketRefusal, Long> refusals(TlsSessionStatistics before, TlsSessionStatistics after) {
        Map<TlsTicketRefusal, Long> difference = new EnumMap<>(TlsTicketRefusal.class);
        after.refused().forEach((reason, count) -> {
            long more = count - before.refused().getOrDefault(reason, 0L);
            if (more > 0) {
                difference.put(reason, more);
            }
        });
        return difference;
    }

    /** Returns the refusals that a context has counted, one entry for each. */
    static List<TlsTicketRefusal> refusals(TlsContext context) {
        List<TlsTicketRefusal> all = new ArrayList<>();
        context.sessionStatistics().refused().forEach((reason, count) -> {
            for (long i = 0; i < count; i++) {
                all.add(reason);
            }
        });
        return all;
    }
}
