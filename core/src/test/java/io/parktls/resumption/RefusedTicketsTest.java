package io.parktls.resumption;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parktls.CipherSuite;
import io.parktls.TestPki;
import io.parktls.TestPki.KeyKind;
import io.parktls.TlsIdentity;
import io.parktls.TlsTicketKeys;
import io.parktls.TlsTicketRefusal;
import io.parktls.TlsVersion;
import io.parktls.session.ClientSession;
import io.parktls.session.SessionKey;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import javax.net.ssl.SSLException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The reasons for which a server refuses a ticket: each costs a full handshake, and none the connection. */
@Timeout(value = 300, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class RefusedTicketsTest {
    private static final TlsIdentity RENEWED = TestPki.goodServer(KeyKind.ECDSA_P256)
            .issuedBy(TestPki.authority(KeyKind.ECDSA_P256))
            .identity();
    private static final TlsIdentity OTHER_NAMES = TestPki.goodServer(KeyKind.ECDSA_P256)
            .names("example.test", "other.test")
            .issuedBy(TestPki.authority(KeyKind.ECDSA_P256))
            .identity();

    /** The name of the key at the beginning of a ticket, by which the server finds the key. */
    private static final int KEY_NAME = 16;

    private static byte[] flipped(byte[] ticket, int at) {
        byte[] altered = ticket.clone();
        altered[at] ^= 1;
        return altered;
    }

    // ---- the ticket's bytes

    @ParameterizedTest
    @EnumSource
    void eachByteFlipped(TlsVersion version) throws SSLException {
        Endpoints ends = new Endpoints(version);
        ends.start();
        int length = ends.sessions().getFirst().ticket().length;
        assertTrue(length > 100, "a ticket has more than 100 bytes");
        for (int i = 0; i < length; i++) {
            int at = i;
            ends.alterTickets(ticket -> flipped(ticket, at));
            ends.assertRefused(at < KEY_NAME ? TlsTicketRefusal.UNKNOWN_KEY : TlsTicketRefusal.MALFORMED);
        }
        ends.assertResumes();
    }

    @ParameterizedTest
    @EnumSource
    void truncated(TlsVersion version) throws SSLException {
        Endpoints ends = new Endpoints(version);
        ends.start();
        int length = ends.sessions().getFirst().ticket().length;
        for (int kept : new int[] {1, 15, 16, 17, 47, 48, 63, 64, 65, length / 2, length - 1}) {
            ends.alterTickets(ticket -> Arrays.copyOf(ticket, kept));
            ends.assertRefused(TlsTicketRefusal.MALFORMED);
        }
    }

    @ParameterizedTest
    @EnumSource
    void extended(TlsVersion version) throws SSLException {
        Endpoints ends = new Endpoints(version);
        ends.start();
        for (int added : new int[] {1, 16, 1_000, 8_000}) {
            ends.alterTickets(ticket -> Arrays.copyOf(ticket, ticket.length + added));
            ends.assertRefused(TlsTicketRefusal.MALFORMED);
        }
    }

    @Test
    void emptyTicketOfTls12AsksForANewOne() throws SSLException {
        Endpoints ends = new Endpoints(TlsVersion.TLS_1_2);
        ends.start();
        ends.alterTickets(ticket -> new byte[0]);
        ends.assertNotResumed();
        ends.assertResumes();
    }

    @ParameterizedTest
    @EnumSource
    void aTicketOfAnotherProcess(TlsVersion version) throws SSLException {
        Endpoints ends = new Endpoints(version);
        ends.start();
        ends.server(builder -> builder.ticketKeys(TlsTicketKeys.perProcess()));
        ends.assertRefused(TlsTicketRefusal.UNKNOWN_KEY);
        ends.assertResumes();
    }

    @ParameterizedTest
    @EnumSource
    void destroyedKeys(TlsVersion version) throws SSLException {
        Endpoints ends = new Endpoints(version);
        ends.start();
        ends.server.ticketKeys().destroy();
        ends.assertRefused(TlsTicketRefusal.UNKNOWN_KEY);
        ends.cache().clear();
        ends.assertNotResumed();
        assertEquals(0, ends.cache().size(), "destroyed keys seal no tickets");
    }

    @ParameterizedTest
    @EnumSource
    void theSameSecretInAnotherProcessResumes(TlsVersion version) throws SSLException {
        byte[] secret = new byte[32];
        Arrays.fill(secret, (byte) 7);
        Endpoints ends = new Endpoints(version).server(builder -> builder.ticketKeys(TlsTicketKeys.shared(secret)));
        ends.start();
        ends.server(builder -> builder.ticketKeys(TlsTicketKeys.shared(secret)));
        ends.assertResumes();
        byte[] other = secret.clone();
        other[31]++;
        ends.server(builder -> builder.ticketKeys(TlsTicketKeys.shared(other)));
        ends.assertRefused(TlsTicketRefusal.UNKNOWN_KEY);
    }

    // ---- time

    @ParameterizedTest
    @EnumSource
    void expired(TlsVersion version) throws SSLException {
        Endpoints ends = new Endpoints(version).server(builder -> builder.tickets(2, Duration.ofMinutes(5)));
        ends.start();
        ends.serverClock.move(Duration.ofMinutes(5).minusMillis(1));
        ends.assertResumes();
        ends.serverClock.move(Duration.ofMinutes(5));
        ends.assertRefused(TlsTicketRefusal.EXPIRED);
    }

    /** RFC 8446 4.6.1: a chain of resumptions does not prolong the authentication. */
    @ParameterizedTest
    @EnumSource
    void sevenDaysAfterTheAuthentication(TlsVersion version) throws SSLException {
        Endpoints ends = new Endpoints(version).server(builder -> builder.tickets(2, Duration.ofDays(7)));
        ends.start();
        for (int day = 1; day < 7; day++) {
            ends.serverClock.move(Duration.ofDays(1));
            ends.assertResumes();
        }
        // The client's clock stands still, so only the server knows that the time is over.
        ends.serverClock.move(Duration.ofDays(1));
        ends.assertRefused(TlsTicketRefusal.EXPIRED);
    }

    /** The same chain, seen by a client whose server would resume for longer. */
    @ParameterizedTest
    @EnumSource
    void sevenDaysAfterTheAuthenticationForTheClient(TlsVersion version) throws SSLException {
        Endpoints ends = new Endpoints(version).server(builder -> builder.tickets(2, Duration.ofDays(7)));
        ends.start();
        for (int half = 1; half < 14; half++) {
            ends.clientClock.move(Duration.ofHours(12));
            ends.assertResumes();
        }
        ends.clientClock.move(Duration.ofHours(12).plusMillis(1));
        ends.assertNotResumed();
    }

    @ParameterizedTest
    @EnumSource
    void aClockThatIsSetBack(TlsVersion version) throws SSLException {
        Endpoints ends = new Endpoints(version).server(builder -> builder.tickets(2, Duration.ofDays(7)));
        ends.start();
        ends.serverClock.move(Duration.ofDays(-3));
        ends.clientClock.move(Duration.ofDays(-3));
        ends.connect();
        for (ClientSession session : ends.sessions()) {
            assertTrue(
                    Duration.between(ends.clientClock.instant(), session.expires())
                                    .compareTo(Duration.ofDays(11))
                            < 0,
                    "no ticket lives for longer than seven days from its issue");
        }
        ends.connect();
    }

    // ---- the server

    @ParameterizedTest
    @EnumSource
    void anotherServerName(TlsVersion version) throws SSLException {
        Endpoints ends = new Endpoints(version);
        ends.start();
        ends.moveSessions(key -> withHost(key, "localhost"));
        ends.assertRefused(TlsTicketRefusal.OTHER_HOST, "localhost");
    }

    @ParameterizedTest
    @EnumSource
    void noServerName(TlsVersion version) throws SSLException {
        Endpoints ends = new Endpoints(version);
        ends.start();
        ends.moveSessions(key -> withHost(key, "127.0.0.1"));
        ends.assertRefused(TlsTicketRefusal.OTHER_HOST, "127.0.0.1");
        ends.assertResumes("127.0.0.1");
        ends.moveSessions(key -> withHost(key, "example.test"));
        ends.assertRefused(TlsTicketRefusal.OTHER_HOST);
    }

    @ParameterizedTest
    @EnumSource
    void theServerNameInOtherCase(TlsVersion version) throws SSLException {
        Endpoints ends = new Endpoints(version);
        ends.start();
        ends.assertResumes("EXAMPLE.Test");
    }

    private static SessionKey withHost(SessionKey key, String host) {
        return new SessionKey(
                host,
                key.port(),
                key.serverNames(),
                key.trust(),
                key.verifyHost(),
                key.verifiedName(),
                key.identities(),
                key.signatureSchemes(),
                key.psk());
    }

    @ParameterizedTest
    @EnumSource
    void identitiesForOtherNames(TlsVersion version) throws SSLException {
        Endpoints ends = new Endpoints(version);
        ends.start();
        ends.server(builder -> builder.identity(OTHER_NAMES));
        ends.assertRefused(TlsTicketRefusal.OTHER_CONTEXT);
        ends.assertResumes();
    }

    @ParameterizedTest
    @EnumSource
    void aRenewedCertificateResumes(TlsVersion version) throws SSLException {
        Endpoints ends = new Endpoints(version);
        ends.start();
        ends.server(builder -> builder.identity(RENEWED));
        ends.assertResumes();
    }

    /** One context with an identity for each host, which all tickets share. */
    @ParameterizedTest
    @EnumSource
    void aTicketOfAnotherVirtualHost(TlsVersion version) throws SSLException {
        TlsIdentity first = named("first.test");
        TlsIdentity second = named("second.test");
        Endpoints ends = new Endpoints(version).server(builder -> builder.identity(first, second));
        ends.start("first.test");
        ends.moveSessions(key -> withHost(key, "second.test"));
        ends.assertRefused(TlsTicketRefusal.OTHER_HOST, "second.test");
        assertEquals(
                List.of(second.chain().getFirst()),
                ends.assertResumes("second.test").session().peerCertificates());
    }

    /** Two contexts with the same keys. The name in the client's SNI matches, but the other server is not meant. */
    @ParameterizedTest
    @EnumSource
    void aTicketOfAnotherServerWithTheSameKeys(TlsVersion version) throws SSLException {
        Endpoints ends = new Endpoints(version).server(builder -> builder.identity(named("first.test")));
        ends.start("first.test");
        ends.moveSessions(key -> withHost(key, "second.test"));
        ends.server(builder -> builder.identity(named("second.test")));
        ends.assertRefused(TlsTicketRefusal.OTHER_HOST, "second.test");
    }

    private static TlsIdentity named(String name) {
        return TestPki.goodServer(KeyKind.ECDSA_P256)
                .names(name)
                .issuedBy(TestPki.authority(KeyKind.ECDSA_P256))
                .identity();
    }

    @ParameterizedTest
    @EnumSource
    void aServerThatNoLongerResumes(TlsVersion version) throws SSLException {
        Endpoints ends = new Endpoints(version);
        ends.start();
        ends.server(builder -> builder.tickets(0, Duration.ofDays(1)));
        ends.assertNotResumed();
        ends.cache().clear();
        ends.assertNotResumed();
        assertEquals(0, ends.cache().size(), "the server issues no tickets");
    }

    // ---- version and suite

    /** The ticket of one version in the extension of the other one. */
    @ParameterizedTest
    @EnumSource
    void aTicketOfAnotherVersion(TlsVersion version) throws SSLException {
        Endpoints ends = new Endpoints(TlsVersion.TLS_1_2, TlsVersion.TLS_1_3);
        ends.client(Endpoints.only(version));
        ends.start();
        TlsVersion other = version == TlsVersion.TLS_1_3 ? TlsVersion.TLS_1_2 : TlsVersion.TLS_1_3;
        CipherSuite suite = other == TlsVersion.TLS_1_3
                ? CipherSuite.TLS_AES_128_GCM_SHA256
                : CipherSuite.TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256;
        ends.client(Endpoints.only(other));
        ends.alterSessions(session -> of(other, suite, session));
        ends.assertRefused(TlsTicketRefusal.OTHER_VERSION);
    }

    private static ClientSession of(TlsVersion version, CipherSuite suite, ClientSession from) {
        return new ClientSession(
                version,
                suite,
                from.secret(),
                from.ticket(),
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

    /** The client offers the ticket of a version that the server does not negotiate any more. */
    @ParameterizedTest
    @EnumSource
    void anotherVersionIsNegotiated(TlsVersion version) throws SSLException {
        Endpoints ends = new Endpoints(TlsVersion.TLS_1_2, TlsVersion.TLS_1_3);
        ends.server(Endpoints.only(version));
        assertEquals(version, ends.start().session().protocol());
        TlsVersion other = version == TlsVersion.TLS_1_3 ? TlsVersion.TLS_1_2 : TlsVersion.TLS_1_3;
        ends.server(Endpoints.only(other));
        assertEquals(other, ends.assertNotResumed().session().protocol());
        assertEquals(other, ends.assertResumes().session().protocol());
    }

    @Test
    void anotherHashInTls13() throws SSLException {
        Endpoints ends = new Endpoints(TlsVersion.TLS_1_3)
                .server(builder -> builder.cipherSuites(CipherSuite.TLS_AES_256_GCM_SHA384));
        ends.start();
        ends.server(builder -> builder.cipherSuites(CipherSuite.TLS_AES_128_GCM_SHA256));
        ends.assertRefused(TlsTicketRefusal.OTHER_CIPHER_SUITE);
        ends.assertResumes();
    }

    /** RFC 8446 4.2.11: the suite may differ if the hash is the same. */
    @Test
    void anotherSuiteWithTheSameHashResumesInTls13() throws SSLException {
        Endpoints ends = new Endpoints(TlsVersion.TLS_1_3)
                .server(builder -> builder.cipherSuites(CipherSuite.TLS_AES_128_GCM_SHA256));
        ends.start();
        ends.server(builder -> builder.cipherSuites(CipherSuite.TLS_CHACHA20_POLY1305_SHA256));
        assertEquals(
                CipherSuite.TLS_CHACHA20_POLY1305_SHA256,
                ends.assertResumes().session().cipherSuite());
    }

    @Test
    void anotherSuiteInTls12() throws SSLException {
        Endpoints ends = new Endpoints(TlsVersion.TLS_1_2)
                .server(builder -> builder.cipherSuites(CipherSuite.TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256));
        ends.start();
        ends.server(builder -> builder.cipherSuites(CipherSuite.TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384));
        ends.assertRefused(TlsTicketRefusal.OTHER_CIPHER_SUITE);
        ends.assertResumes();
    }
}
