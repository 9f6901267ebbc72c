package io.parktls.engine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parktls.CipherSuite;
import io.parktls.ClientAuth;
import io.parktls.TestContexts;
import io.parktls.TestPki;
import io.parktls.TestPki.KeyKind;
import io.parktls.TlsContext;
import io.parktls.TlsSession;
import io.parktls.TlsSessionCache;
import io.parktls.TlsStatus;
import io.parktls.TlsTruncatedException;
import io.parktls.TlsVersion;
import java.util.Arrays;
import java.util.List;
import javax.net.ssl.SSLException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Handshakes that resume a session (RFC 8446 2.2, RFC 5077), and what the engines report about them. */
abstract class ResumedHandshakeContract extends TlsEngineContract {
    /** The port of the server, by which a client's cache recognizes it. */
    private static final int PORT = 443;

    ResumedHandshakeContract(EngineProfile profile) {
        super(profile);
    }

    /** Engines of one client and one server, which have made a session. */
    private record Engines(TlsEngineProvider.Engines client, TlsEngineProvider.Engines server, Pair first) {
        static Engines of(TlsContext.Builder client, TlsContext.Builder server) throws SSLException {
            TlsContext clients = client.sessionCache(TlsSessionCache.ofSize(10)).build();
            TlsContext servers = server.build();
            TlsEngineProvider.Engines clientEngines = clients.engineProvider().prepare(clients);
            TlsEngineProvider.Engines serverEngines = servers.engineProvider().prepare(servers);
            Pair first = new Pair(
                    EngineEnd.of(clientEngines.client(TestContexts.HOST, PORT)), EngineEnd.of(serverEngines.server()));
            EngineEnd.connect(first.client(), first.server());
            assertFalse(first.client().engine().session().resumed());
            assertFalse(first.server().engine().session().resumed());
            exchange(first);
            return new Engines(clientEngines, serverEngines, first);
        }

        /** Two new ends, before the handshake. */
        Pair next() {
            return new Pair(EngineEnd.of(client.client(TestContexts.HOST, PORT)), EngineEnd.of(server.server()));
        }

        Pair resumed() throws SSLException {
            Pair pair = next();
            EngineEnd.connect(pair.client(), pair.server());
            assertTrue(pair.client().engine().session().resumed());
            assertTrue(pair.server().engine().session().resumed());
            return pair;
        }
    }

    private Engines engines(TlsVersion version) throws SSLException {
        return Engines.of(clientContext(version), serverContext(version));
    }

    /** Exchanges data, so that the client also reads its tickets. */
    private static void exchange(Pair pair) throws SSLException {
        byte[] data = random(20_000);
        assertArrayEquals(data, pair.client().send(data, pair.server()));
        pair.client().receiveFrom(pair.server());
        assertArrayEquals(data, pair.server().send(data, pair.client()));
    }

    @ParameterizedTest
    @EnumSource
    void clientFinishesFirstInBothVersions(TlsVersion version) throws SSLException {
        Pair pair = engines(version).next();
        EngineEnd client = pair.client();
        EngineEnd server = pair.server();
        assertEquals(TlsStatus.WANT_READ, client.handshake());
        server.receiveFrom(client);
        assertEquals(TlsStatus.WANT_READ, server.handshake());
        client.receiveFrom(server);
        assertEquals(TlsStatus.WANT_WRITE, client.handshake(), "Finished must be sent first");
        server.receiveFrom(client);
        assertEquals(TlsStatus.OK, client.handshake());
        assertEquals(TlsStatus.OK, server.handshake());
        exchange(pair);
    }

    @ParameterizedTest
    @EnumSource
    void resumesAgainAndAgain(TlsVersion version) throws SSLException {
        Engines engines = engines(version);
        for (int i = 0; i < 5; i++) {
            exchange(engines.resumed());
        }
    }

    @ParameterizedTest
    @EnumSource
    void reportsTheParametersOfTheFirstHandshake(TlsVersion version) throws SSLException {
        CipherSuite suite = version == TlsVersion.TLS_1_3
                ? CipherSuite.TLS_AES_256_GCM_SHA384
                : CipherSuite.TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384;
        Engines engines = Engines.of(
                clientContext(version)
                        .cipherSuites(suite)
                        .applicationProtocols("first", "second")
                        .identity(TestPki.client(KeyKind.ECDSA_P256)),
                serverContext(version)
                        .applicationProtocols("third", "second")
                        .clientAuth(ClientAuth.REQUIRED)
                        .trust(TestPki.trust()));
        Pair pair = engines.resumed();
        TlsSession client = pair.client().engine().session();
        TlsSession server = pair.server().engine().session();
        for (TlsSession session : List.of(client, server)) {
            assertEquals(version, session.protocol());
            assertEquals(suite, session.cipherSuite());
            assertEquals("second", session.applicationProtocol());
            assertEquals(TestContexts.HOST, session.serverName());
        }
        assertEquals(TestPki.server(KeyKind.ECDSA_P256).chain(), client.peerCertificates());
        assertEquals(TestPki.client(KeyKind.ECDSA_P256).chain(), server.peerCertificates());
        exchange(pair);
    }

    @ParameterizedTest
    @EnumSource
    void exportsOtherKeyingMaterialThanTheFirstConnection(TlsVersion version) throws SSLException {
        Engines engines = engines(version);
        byte[] first = exported(engines.first().client());
        Pair pair = engines.resumed();
        byte[] second = exported(pair.client());
        assertArrayEquals(second, exported(pair.server()));
        assertFalse(Arrays.equals(first, second), "the first and the second connection export the same");
        if (profile.keepsExportersApart(version)) {
            assertArrayEquals(first, exported(engines.first().client()), "the second connection changes the first one");
        }
        exchange(pair);
        byte[] third = exported(engines.resumed().client());
        assertFalse(Arrays.equals(second, third), "the second and the third connection export the same");
    }

    private static byte[] exported(EngineEnd end) throws SSLException {
        return end.engine().exportKeyingMaterial("EXPERIMENTAL parktls", new byte[] {1}, 32);
    }

    @ParameterizedTest
    @EnumSource
    void takesItsFlightByteByByte(TlsVersion version) throws SSLException {
        Pair pair = engines(version).next();
        pair.client().handshake();
        deliverByteByByte(pair.client(), pair.server());
        deliverByteByByte(pair.server(), pair.client());
        EngineEnd.connect(pair.client(), pair.server());
        assertTrue(pair.server().engine().session().resumed());
        exchange(pair);
    }

    private static void deliverByteByByte(EngineEnd from, EngineEnd to) throws SSLException {
        byte[] flight = from.drain();
        assertTrue(flight.length > 100, "a whole flight");
        for (int i = 0; i < flight.length; i++) {
            to.receive(new byte[] {flight[i]});
            boolean last = i == flight.length - 1;
            TlsStatus status = to.handshake();
            assertTrue(last || status == TlsStatus.WANT_READ, () -> status + " before the last byte");
        }
    }

    @ParameterizedTest
    @EnumSource
    void wantsItsOutputDrainedWhenThereIsNoRoom(TlsVersion version) throws SSLException {
        Pair pair = engines(version).next();
        EngineEnd server = pair.server();
        pair.client().handshake();
        server.receiveFrom(pair.client());
        server.out().position(server.out().limit() - 10);
        assertEquals(TlsStatus.WANT_WRITE, server.handshake());
        assertEquals(TlsStatus.WANT_WRITE, server.handshake());
        server.out().clear();
        while (server.handshake() == TlsStatus.WANT_WRITE) {
            pair.client().receive(server.drain());
        }
        EngineEnd.connect(pair.client(), server);
        assertTrue(server.engine().session().resumed());
        exchange(pair);
    }

    @ParameterizedTest
    @EnumSource
    void closesProperlyAndNoticesTruncation(TlsVersion version) throws SSLException {
        Engines engines = engines(version);
        Pair pair = engines.resumed();
        exchange(pair);
        pair.client().engine().closeNotify(pair.client().out());
        pair.server().receiveFrom(pair.client());
        assertEquals(TlsStatus.CLOSED, pair.server().readNothing());

        Pair cut = engines.resumed();
        cut.server().engine().endOfInput();
        assertFails(
                TlsTruncatedException.class,
                profile.truncatedUnderKeys(),
                false,
                () -> cut.server().readNothing());
    }

    @Test
    void updatesKeysAfterResumption() throws SSLException {
        Pair pair = engines(TlsVersion.TLS_1_3).resumed();
        exchange(pair);
        if (profile.updatesKeys()) {
            pair.client().engine().updateKeys(true);
            exchange(pair);
        }
    }
}
