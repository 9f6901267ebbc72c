package io.parktls.resumption;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parktls.CipherSuite;
import io.parktls.SignatureScheme;
import io.parktls.TestContexts;
import io.parktls.TestPki;
import io.parktls.TestPki.KeyKind;
import io.parktls.TlsContext;
import io.parktls.TlsIdentity;
import io.parktls.TlsProtocolException;
import io.parktls.TlsSessionCache;
import io.parktls.TlsTicketRefusal;
import io.parktls.TlsTrust;
import io.parktls.TlsVersion;
import io.parktls.engine.EditableHello;
import io.parktls.engine.EngineEnd;
import io.parktls.session.ClientSession;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.UnaryOperator;
import javax.net.ssl.SSLException;
import javax.net.ssl.X509TrustManager;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The sessions that a client keeps: which it offers, to which server, and when it drops them. */
@Timeout(value = 300, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class ClientSessionsTest {
    private static final int SESSION_TICKET = 35;

    // ---- the server's certificate

    @ParameterizedTest
    @EnumSource
    void theServersCertificateHasExpired(TlsVersion version) throws SSLException {
        Instant now = Instant.now();
        TlsIdentity brief = TestPki.goodServer(KeyKind.ECDSA_P256)
                .validity(now.minus(Duration.ofDays(1)), now.plus(Duration.ofHours(2)))
                .issuedBy(TestPki.authority(KeyKind.ECDSA_P256))
                .identity();
        Endpoints ends = new Endpoints(version).server(builder -> builder.identity(brief));
        // The first handshake verifies by the real time.
        ends.clientClock.move(Duration.between(ends.clientClock.instant(), now));
        ends.start();
        ends.clientClock.move(Duration.ofHours(1));
        ends.assertResumes();
        ends.clientClock.move(Duration.ofHours(2));
        ends.assertNotResumed();
    }

    @ParameterizedTest
    @EnumSource
    void trustReplaced(TlsVersion version) throws SSLException {
        Endpoints ends = new Endpoints(version);
        ends.start();
        TlsTrust before = ends.client.trust();
        ends.client(builder -> builder.trust(TestPki.trust(KeyKind.ECDSA_P256)));
        ends.assertNotResumed();
        ends.assertResumes();
        ends.client(builder -> builder.trust(Endpoints.OTHER_TRUST));
        assertThrows(SSLException.class, ends::connect);
        ends.client(builder -> builder.trust(before));
        ends.assertResumes();
    }

    /** A trust manager that accepts each chain until a test makes it fail once. */
    private static final class Manager implements X509TrustManager {
        private @Nullable RuntimeException failure;
        private boolean rejects;

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String authType) throws CertificateException {
            RuntimeException thrown = failure;
            failure = null;
            if (thrown != null) {
                throw thrown;
            }
            if (rejects) {
                rejects = false;
                throw new CertificateException("revoked");
            }
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String authType) throws CertificateException {
            throw new CertificateException("not for clients");
        }

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }

    @ParameterizedTest
    @EnumSource
    void aTrustManagerDecidesAgain(TlsVersion version) throws SSLException {
        Manager manager = new Manager();
        Endpoints ends = new Endpoints(version).client(builder -> builder.trust(TlsTrust.of(manager)));
        ends.start();
        ends.assertResumes();
        manager.rejects = true;
        ends.assertNotResumed();
        ends.assertResumes();
        manager.failure = new IllegalStateException("the directory does not answer");
        ends.assertNotResumed();
        assertEquals(
                Map.of(TlsTicketRefusal.SERVER_NOT_TRUSTED, 2L),
                ends.client.sessionStatistics().refused());
    }

    // ---- other servers and settings

    @ParameterizedTest
    @EnumSource
    void anotherHostOrPort(TlsVersion version) throws SSLException {
        Endpoints ends = new Endpoints(version);
        ends.start();
        ends.assertNotResumed("localhost");
        assertEquals(false, ends.connect(TestContexts.HOST, 8443).session().resumed());
        ends.assertResumes();
        assertEquals(true, ends.connect(TestContexts.HOST, 8443).session().resumed());
    }

    @ParameterizedTest
    @EnumSource
    void noHost(TlsVersion version) throws SSLException {
        Endpoints ends = new Endpoints(version).client(builder -> builder.verifyHost(false));
        ends.connect(null);
        ends.assertNotResumed(null);
        assertEquals(0, ends.cache().size());
    }

    @ParameterizedTest
    @EnumSource
    void otherSettingsInOneCache(TlsVersion version) throws SSLException {
        List<UnaryOperator<TlsContext.Builder>> changes = List.of(
                builder -> builder.verifyHost(false),
                builder -> builder.identity(TestPki.client(KeyKind.ECDSA_P256)),
                builder -> builder.signatureSchemes(SignatureScheme.ECDSA_SECP256R1_SHA256),
                builder -> builder.trust(TestPki.trust(KeyKind.ECDSA_P256)));
        for (UnaryOperator<TlsContext.Builder> change : changes) {
            Endpoints ends = new Endpoints(version);
            ends.start();
            TlsContext before = ends.client;
            ends.client(change);
            ends.assertNotResumed();
            ends.assertResumes();
            TlsContext after = ends.client;
            ends.client = before;
            ends.assertResumes();
            ends.client = after;
            ends.assertResumes();
        }
    }

    /** Settings without influence on what the session proves. */
    @ParameterizedTest
    @EnumSource
    void equalSettingsShareACache(TlsVersion version) throws SSLException {
        Endpoints ends = new Endpoints(version);
        ends.start();
        ends.client(builder -> builder.applicationProtocols("h2"));
        ends.server(builder -> builder.applicationProtocols("h2"));
        assertEquals("h2", ends.assertResumes().session().applicationProtocol());
        ends.client(builder -> builder.applicationProtocols("http/1.1"));
        ends.server(builder -> builder.applicationProtocols("http/1.1"));
        assertEquals("http/1.1", ends.assertResumes().session().applicationProtocol());
    }

    @Test
    void aHashThatTheClientNoLongerOffers() throws SSLException {
        Endpoints ends = new Endpoints(TlsVersion.TLS_1_3)
                .client(builder -> builder.cipherSuites(CipherSuite.TLS_AES_256_GCM_SHA384));
        ends.start();
        ends.client(builder -> builder.cipherSuites(CipherSuite.TLS_AES_128_GCM_SHA256));
        ends.assertNotResumed();
        ends.assertResumes();
    }

    @ParameterizedTest
    @EnumSource
    void aVersionThatTheClientNoLongerOffers(TlsVersion version) throws SSLException {
        Endpoints ends = new Endpoints(TlsVersion.TLS_1_2, TlsVersion.TLS_1_3);
        ends.client(Endpoints.only(version));
        ends.start();
        ends.client(Endpoints.only(version == TlsVersion.TLS_1_3 ? TlsVersion.TLS_1_2 : TlsVersion.TLS_1_3));
        ends.assertNotResumed();
        ends.assertResumes();
    }

    // ---- dropped sessions

    @ParameterizedTest
    @EnumSource
    void theServerRefuses(TlsVersion version) throws SSLException {
        Endpoints ends = new Endpoints(version);
        ends.server(builder -> builder.tickets(1, Duration.ofDays(1)));
        ends.start();
        ends.server(builder -> builder.tickets(0, Duration.ofDays(1)));
        ends.assertNotResumed();
        assertEquals(0, ends.cache().size(), "the refused session is dropped");
        assertEquals(
                Map.of(TlsTicketRefusal.BY_SERVER, 1L),
                ends.client.sessionStatistics().refused());
        ends.assertNotResumed();
        assertEquals(1, ends.client.sessionStatistics().offered(), "it is offered only once");
    }

    @ParameterizedTest
    @EnumSource
    void theServerEndsTheConnectionWithAnAlert(TlsVersion version) throws SSLException {
        Endpoints ends = new Endpoints(version);
        Endpoints.Connection connection = ends.start();
        connection.server().receive(EngineEnd.record(23, new int[40]));
        assertThrows(TlsProtocolException.class, connection.server()::readNothing);
        connection.client().receiveFrom(connection.server());
        TlsProtocolException failure = assertThrows(TlsProtocolException.class, connection.client()::readNothing);
        assertTrue(failure.isAlertReceived());
        assertEquals(0, ends.cache().size());
    }

    @ParameterizedTest
    @EnumSource
    void theServersRecordsAreInvalid(TlsVersion version) throws SSLException {
        Endpoints ends = new Endpoints(version);
        Endpoints.Connection connection = ends.start();
        connection.client().receive(EngineEnd.record(23, new int[40]));
        assertThrows(TlsProtocolException.class, connection.client()::readNothing);
        assertEquals(0, ends.cache().size());
    }

    /** For TLS 1.3 see {@link BindersTest#aClientWithAnotherSecret}. */
    @Test
    void theResumedHandshakeOfTls12Fails() throws SSLException {
        Endpoints ends = new Endpoints(TlsVersion.TLS_1_2);
        ends.start();
        ends.alterSessions(session -> {
            session.secret()[0] ^= 1;
            return session;
        });
        assertThrows(SSLException.class, ends::connect);
        assertEquals(0, ends.cache().size());
        ends.assertNotResumed();
    }

    @ParameterizedTest
    @EnumSource
    void cleared(TlsVersion version) throws SSLException {
        Endpoints ends = new Endpoints(version);
        ends.start();
        ends.cache().clear();
        assertEquals(0, ends.cache().size());
        ends.assertNotResumed();
    }

    // ---- which ticket

    private static byte[] offeredTicket(EngineEnd client) {
        return Objects.requireNonNull(OfferedTickets.of(client.drain()))
                .identities
                .getFirst()
                .ticket();
    }

    /** RFC 8446 C.4: a client that used a ticket twice could be recognized by it. */
    @Test
    void aTicketOfTls13IsOfferedOnce() throws SSLException {
        Endpoints ends = new Endpoints(TlsVersion.TLS_1_3);
        ends.server(builder -> builder.tickets(3, Duration.ofDays(1)));
        ends.start();
        List<byte[]> kept = ends.sessions().stream().map(ClientSession::ticket).toList();
        assertEquals(3, kept.size());
        for (byte[] ticket : kept) {
            assertArrayEquals(ticket, offeredTicket(ends.hello()));
        }
        assertNull(OfferedTickets.of(ends.hello().drain()), "no ticket is left");
    }

    @Test
    void aSessionOfTls12IsUsedAgain() throws SSLException {
        Endpoints ends = new Endpoints(TlsVersion.TLS_1_2);
        ends.start();
        byte[] ticket = ends.sessions().getFirst().ticket();
        for (int i = 0; i < 3; i++) {
            assertArrayEquals(
                    ticket, EditableHello.of(ends.hello().drain()).extensions.get(SESSION_TICKET));
        }
    }

    @Test
    void theNewestTicketIsTheFirst() throws SSLException {
        Endpoints ends = new Endpoints(TlsVersion.TLS_1_3);
        ends.server(builder -> builder.tickets(2, Duration.ofDays(1)));
        ends.start();
        ends.clientClock.move(Duration.ofSeconds(1));
        ends.assertResumes();
        List<ClientSession> kept = ends.sessions();
        assertEquals(2, kept.size(), "one of the first connection, one of the second");
        assertEquals(ends.clientClock.instant(), kept.getFirst().received());
        assertArrayEquals(kept.getFirst().ticket(), offeredTicket(ends.hello()));
        assertArrayEquals(kept.getLast().ticket(), offeredTicket(ends.hello()));
    }

    @Test
    void fewTicketsOfAServerAreKept() throws SSLException {
        Endpoints ends = new Endpoints(TlsVersion.TLS_1_3);
        ends.server(builder -> builder.tickets(16, Duration.ofDays(1)));
        ends.start();
        assertEquals(16, ends.server.sessionStatistics().issued());
        assertEquals(4, ends.cache().size());
    }

    // ---- the size of the cache

    @ParameterizedTest
    @EnumSource
    void theServerThatWasUsedTheLongestTimeAgoIsDropped(TlsVersion version) throws SSLException {
        Endpoints ends = new Endpoints(version).client(builder -> builder.sessionCache(TlsSessionCache.ofSize(2)));
        ends.connect(TestContexts.HOST, 1);
        ends.connect(TestContexts.HOST, 2);
        assertEquals(true, ends.connect(TestContexts.HOST, 1).session().resumed());
        ends.connect(TestContexts.HOST, 3);
        assertEquals(true, ends.connect(TestContexts.HOST, 1).session().resumed());
        assertEquals(true, ends.connect(TestContexts.HOST, 3).session().resumed());
        assertEquals(false, ends.connect(TestContexts.HOST, 2).session().resumed());
    }

    @ParameterizedTest
    @EnumSource
    void noCache(TlsVersion version) throws SSLException {
        Endpoints ends = new Endpoints(version).client(builder -> builder.sessionCache(TlsSessionCache.none()));
        EditableHello hello = EditableHello.of(ends.hello().drain());
        assertEquals(null, hello.extensions.get(SESSION_TICKET));
        assertEquals(null, hello.extensions.get(OfferedTickets.PSK_KEY_EXCHANGE_MODES));
        ends.assertNotResumed();
        ends.assertNotResumed();
        assertEquals(0, ends.cache().size());
        assertEquals(0, ends.server.sessionStatistics().issued(), "the server issues no unwanted tickets");
    }

    // ---- ages

    /** RFC 8446 4.2.11.1: two connections of a client cannot be told to be its by the ages of their tickets. */
    @Test
    void obfuscatedAges() throws SSLException {
        Endpoints ends = new Endpoints(TlsVersion.TLS_1_3);
        ends.server(builder -> builder.tickets(4, Duration.ofDays(1)));
        ends.start();
        List<ClientSession> kept = ends.sessions();
        assertEquals(4, kept.stream().map(ClientSession::ageAdd).distinct().count(), "ticket_age_add is random");
        ends.clientClock.move(Duration.ofMillis(123_456));
        int[] ages = new int[kept.size()];
        for (int i = 0; i < ages.length; i++) {
            ages[i] = Objects.requireNonNull(OfferedTickets.of(ends.hello().drain()))
                    .identities
                    .getFirst()
                    .age();
            assertEquals(123_456, ages[i] - kept.get(i).ageAdd(), "modulo 2^32");
        }
        assertEquals(ages.length, Arrays.stream(ages).distinct().count(), "tickets of the same age differ");
    }

    @Test
    void agesAreComputedModulo2To32() throws SSLException {
        Endpoints ends = new Endpoints(TlsVersion.TLS_1_3);
        for (int ageAdd : new int[] {-1, Integer.MAX_VALUE, Integer.MIN_VALUE, 0}) {
            ends.cache().clear();
            ends.start();
            ends.alterSessions(session -> withAgeAdd(session, ageAdd));
            ends.clientClock.move(Duration.ofHours(1));
            int age = Objects.requireNonNull(OfferedTickets.of(ends.hello().drain()))
                    .identities
                    .getFirst()
                    .age();
            assertEquals((3_600_000L + (ageAdd & 0xFFFF_FFFFL)) & 0xFFFF_FFFFL, age & 0xFFFF_FFFFL);
            ends.assertResumes();
        }
    }

    /** A clock that was set back would make the age negative. */
    @Test
    void noAgeIsNegative() throws SSLException {
        Endpoints ends = new Endpoints(TlsVersion.TLS_1_3);
        ends.start();
        int ageAdd = ends.sessions().getFirst().ageAdd();
        ends.clientClock.move(Duration.ofHours(-1));
        assertEquals(
                ageAdd,
                Objects.requireNonNull(OfferedTickets.of(ends.hello().drain()))
                        .identities
                        .getFirst()
                        .age());
        ends.assertResumes();
    }

    private static ClientSession withAgeAdd(ClientSession from, int ageAdd) {
        return new ClientSession(
                from.protocol(),
                from.cipherSuite(),
                from.secret(),
                from.ticket(),
                from.sessionId(),
                ageAdd,
                from.authenticated(),
                from.received(),
                from.expires(),
                from.applicationProtocol(),
                from.signatureScheme(),
                from.peerCertificates(),
                from.localCertificates(),
                from.pskIdentity());
    }
}
