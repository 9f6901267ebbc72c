package io.parktls.resumption;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.parktls.CipherSuite;
import io.parktls.TlsContext;
import io.parktls.TlsSession;
import io.parktls.TlsTicketRefusal;
import io.parktls.TlsVersion;
import io.parktls.engine.EditableHello;
import io.parktls.engine.EngineEnd;
import io.parktls.session.ClientSession;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import javax.net.ssl.SSLException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Resumed sessions: their values, their keys, and the tickets that replace those which were used. */
@Timeout(value = 300, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class ResumedSessionsTest {
    static Stream<CipherSuite> suites() {
        // The test server has an ECDSA certificate.
        return TlsContext.builder().engine(Endpoints.ENGINE).build().cipherSuites().stream()
                .filter(suite -> !suite.toString().contains("_RSA_"));
    }

    @ParameterizedTest
    @MethodSource("suites")
    void eachSuite(CipherSuite suite) throws SSLException {
        Endpoints ends = new Endpoints(suite.version());
        ends.server(builder -> builder.cipherSuites(suite).applicationProtocols("h2"));
        ends.client(builder -> builder.applicationProtocols("http/1.1", "h2"));
        TlsSession first = ends.start().session();
        Set<List<Byte>> exported = new HashSet<>();
        for (int i = 1; i <= 3; i++) {
            Endpoints.Connection connection = ends.assertResumes();
            TlsSession session = connection.session();
            assertEquals(suite, session.cipherSuite());
            assertEquals(first.peerCertificates(), session.peerCertificates());
            assertNull(session.signatureScheme(), "nobody signs in a resumed handshake");
            assertEquals("h2", session.applicationProtocol());
            assertEquals("example.test", session.serverName());
            assertEquals("example.test", connection.server().engine().session().serverName());
            // Only TLS 1.3 has a key exchange in a resumed handshake.
            assertEquals(suite.version() == TlsVersion.TLS_1_3 ? first.group() : null, session.group());
            byte[] ofClient = connection.client().engine().exportKeyingMaterial("EXPORTER-test", null, 32);
            assertArrayEquals(ofClient, connection.server().engine().exportKeyingMaterial("EXPORTER-test", null, 32));
            Byte[] boxed = new Byte[ofClient.length];
            Arrays.setAll(boxed, at -> ofClient[at]);
            exported.add(List.of(boxed));
            assertEquals(i, exported.size(), "each connection has keys of its own");
        }
    }

    // ---- tickets

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 4, 16})
    void ticketsOfTls13(int count) throws SSLException {
        Endpoints ends = new Endpoints(TlsVersion.TLS_1_3);
        ends.server(builder -> builder.tickets(count, Duration.ofDays(1)));
        ends.start();
        assertEquals(count, ends.server.sessionStatistics().issued());
        ends.assertResumes();
        assertEquals(count + 1, ends.server.sessionStatistics().issued(), "one replaces the used one");
    }

    private static byte[] ticket(Endpoints ends) {
        List<ClientSession> sessions = ends.sessions();
        assertEquals(1, sessions.size());
        return sessions.getFirst().ticket();
    }

    @Test
    void aTicketOfTls12IsReplacedAfterHalfItsLifetime() throws SSLException {
        Endpoints ends = new Endpoints(TlsVersion.TLS_1_2);
        ends.server(builder -> builder.tickets(2, Duration.ofHours(2)));
        ends.start();
        byte[] first = ticket(ends);
        ends.serverClock.move(Duration.ofHours(1));
        ends.assertResumes();
        assertArrayEquals(first, ticket(ends));
        ends.serverClock.move(Duration.ofMillis(1));
        ends.assertResumes();
        byte[] second = ticket(ends);
        assertFalse(Arrays.equals(first, second));
        ends.serverClock.move(Duration.ofHours(1));
        ends.assertResumes();
        assertArrayEquals(second, ticket(ends));
    }

    /** The keys of a process change every eight hours. */
    @Test
    void aTicketOfTls12UnderAFormerKeyIsReplaced() throws SSLException {
        Endpoints ends = new Endpoints(TlsVersion.TLS_1_2);
        ends.server(builder -> builder.tickets(2, Duration.ofDays(7)));
        ends.start();
        byte[] first = ticket(ends);
        ends.serverClock.move(Duration.ofHours(9));
        ends.assertResumes();
        assertFalse(Arrays.equals(first, ticket(ends)));
        ends.assertResumes();
    }

    @ParameterizedTest
    @EnumSource
    void keysChangeWhileTicketsAreUsed(TlsVersion version) throws SSLException {
        Endpoints ends = new Endpoints(version);
        ends.server(builder -> builder.tickets(1, Duration.ofDays(7)));
        ends.start();
        for (int i = 0; i < 5; i++) {
            ends.serverClock.move(Duration.ofHours(10));
            ends.clientClock.move(Duration.ofHours(10));
            ends.assertResumes();
        }
    }

    // ---- extended_master_secret

    /** RFC 7627 5.3: a session with extended_master_secret is not resumed without it. */
    @Test
    void aClientWithoutExtendedMasterSecret() throws SSLException {
        Endpoints ends = new Endpoints(TlsVersion.TLS_1_2);
        ends.start();
        byte[] hello = EditableHello.of(ends.hello().drain())
                .without(EditableHello.EXTENDED_MASTER_SECRET)
                .record();
        EngineEnd server = ends.serverEnd();
        server.receive(hello);
        server.handshake();
        assertEquals(
                Map.of(TlsTicketRefusal.OTHER_CIPHER_SUITE, 1L),
                ends.server.sessionStatistics().refused());
        assertFalse(EngineEnd.types(server.drain()).contains(20), "a resumed handshake has change_cipher_spec here");
    }
}
