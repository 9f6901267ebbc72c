package io.parktls.engine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parktls.CipherSuite;
import io.parktls.ClientAuth;
import io.parktls.NamedGroup;
import io.parktls.TestContexts;
import io.parktls.TestPki;
import io.parktls.TestPki.KeyKind;
import io.parktls.TlsContext;
import io.parktls.TlsIdentity;
import io.parktls.TlsSession;
import io.parktls.TlsStatus;
import io.parktls.TlsVersion;
import java.util.Arrays;
import java.util.List;
import javax.net.ssl.SSLException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Handshakes that succeed, and the parameters that they negotiate. */
abstract class HandshakeContract extends TlsEngineContract {
    HandshakeContract(EngineProfile profile) {
        super(profile);
    }

    @Test
    void clientFinishesFirstInTls13AndTicketsDelayNoEnd() throws SSLException {
        EngineEnd client = client(clientContext(TlsVersion.TLS_1_3));
        EngineEnd server = server(serverContext(TlsVersion.TLS_1_3));
        assertEquals(TlsStatus.WANT_READ, server.handshake());
        assertEquals(TlsStatus.WANT_READ, client.handshake());
        assertTrue(client.out().position() > 0, "ClientHello");
        server.receiveFrom(client);
        assertEquals(TlsStatus.WANT_READ, server.handshake());
        client.receiveFrom(server);

        assertEquals(TlsStatus.WANT_WRITE, client.handshake(), "Finished must be sent first");
        assertEquals(TlsStatus.WANT_WRITE, client.handshake());
        byte[] finished = client.drain();
        assertEquals(TlsStatus.OK, client.handshake());
        assertEquals(0, client.out().position());

        server.receive(finished);
        assertEquals(TlsStatus.OK, server.handshake(), "unsent tickets in out do not delay completion");
        assertEquals(TlsStatus.OK, server.handshake());
    }

    @Test
    void serverFinishesFirstInTls12() throws SSLException {
        EngineEnd client = client(clientContext(TlsVersion.TLS_1_2));
        EngineEnd server = server(serverContext(TlsVersion.TLS_1_2));
        assertEquals(TlsStatus.WANT_READ, client.handshake());
        server.receiveFrom(client);
        assertEquals(TlsStatus.WANT_READ, server.handshake());
        client.receiveFrom(server);
        assertEquals(TlsStatus.WANT_READ, client.handshake());
        server.receiveFrom(client);
        assertEquals(TlsStatus.WANT_WRITE, server.handshake(), "Finished must be sent first");
        byte[] finished = server.drain();
        assertEquals(TlsStatus.OK, server.handshake());
        assertEquals(0, server.out().position());
        client.receive(finished);
        assertEquals(TlsStatus.OK, client.handshake());
        assertEquals(0, client.out().position());
    }

    @ParameterizedTest
    @EnumSource
    void gathersAFlightBeforeItWaits(TlsVersion version) throws SSLException {
        EngineEnd client = client(clientContext(version));
        EngineEnd server = server(serverContext(version));
        client.handshake();
        byte[] hello = client.drain();
        assertEquals(List.of(HANDSHAKE), EngineEnd.types(hello));
        server.receive(hello);
        assertEquals(TlsStatus.WANT_READ, server.handshake());
        byte[] flight = server.drain();
        client.receive(flight);
        assertNotEquals(TlsStatus.OK, client.handshake(), "more is to be sent");
        assertTrue(client.out().position() > 0, "one call returns the whole flight");
    }

    @ParameterizedTest
    @EnumSource
    void takesNothingUntilARecordIsWhole(TlsVersion version) throws SSLException {
        EngineEnd client = client(clientContext(version));
        EngineEnd server = server(serverContext(version));
        client.handshake();
        byte[] hello = client.drain();
        for (int i = 0; i < hello.length - 1; i++) {
            server.receive(new byte[] {hello[i]});
            assertEquals(TlsStatus.WANT_READ, server.handshake());
            assertEquals(i + 1, server.in().remaining());
            assertEquals(0, server.out().position());
        }
        server.receive(new byte[] {hello[hello.length - 1]});
        assertEquals(TlsStatus.WANT_READ, server.handshake());
        assertEquals(0, server.in().remaining());
        assertTrue(server.out().position() > 0);
    }

    @ParameterizedTest
    @EnumSource
    void wantsItsOutputDrainedWhenThereIsNoRoom(TlsVersion version) throws SSLException {
        EngineEnd client = client(clientContext(version));
        EngineEnd server = server(serverContext(version));
        client.handshake();
        server.receiveFrom(client);
        server.out().position(server.out().limit() - 10);
        assertEquals(TlsStatus.WANT_WRITE, server.handshake());
        assertEquals(TlsStatus.WANT_WRITE, server.handshake());
        server.out().clear();
        while (server.handshake() == TlsStatus.WANT_WRITE) {
            client.receive(server.drain());
        }
        EngineEnd.connect(client, server);
        assertArrayEquals(random(100), client.send(random(100), server));
    }

    @ParameterizedTest
    @EnumSource
    void reportsTheNegotiatedParameters(TlsVersion version) throws SSLException {
        CipherSuite suite = version == TlsVersion.TLS_1_3
                ? CipherSuite.TLS_CHACHA20_POLY1305_SHA256
                : CipherSuite.TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384;
        Pair pair = connected(
                clientContext(version)
                        .cipherSuites(suite)
                        .groups(NamedGroup.SECP384R1)
                        .applicationProtocols("first", "second")
                        .identity(TestPki.client(KeyKind.RSA_2048)),
                serverContext(version)
                        .applicationProtocols("third", "second")
                        .identity(TestPki.server(KeyKind.ECDSA_P384))
                        .clientAuth(ClientAuth.REQUIRED)
                        .trust(TestPki.trust()));
        TlsSession client = pair.client().engine().session();
        TlsSession server = pair.server().engine().session();
        for (TlsSession session : List.of(client, server)) {
            assertEquals(version, session.protocol());
            assertEquals(suite, session.cipherSuite());
            assertEquals("second", session.applicationProtocol());
            assertEquals(TestContexts.HOST, session.serverName());
            assertFalse(session.resumed());
            assertTrue(session.group() == null || session.group() == NamedGroup.SECP384R1, session.toString());
        }
        assertFalse(client.server());
        assertTrue(server.server());
        assertEquals(TestPki.server(KeyKind.ECDSA_P384).chain(), client.peerCertificates());
        assertEquals(TestPki.server(KeyKind.ECDSA_P384).chain(), server.localCertificates());
        assertEquals(TestPki.client(KeyKind.RSA_2048).chain(), client.localCertificates());
        assertEquals(TestPki.client(KeyKind.RSA_2048).chain(), server.peerCertificates());
    }

    @ParameterizedTest
    @EnumSource
    void omitsUnrequestedExtensions(TlsVersion version) throws SSLException {
        EngineEnd client = EngineEnd.client(clientContext(version).build(), "127.0.0.1");
        EngineEnd server = server(serverContext(version).applicationProtocols("h2"));
        EngineEnd.connect(client, server);
        for (EngineEnd end : List.of(client, server)) {
            assertNull(end.engine().session().applicationProtocol());
            assertNull(end.engine().session().serverName(), "an address is not a server name (RFC 6066 3)");
        }
        assertEquals(List.of(), server.engine().session().peerCertificates());
        assertEquals(List.of(), client.engine().session().localCertificates());
    }

    @ParameterizedTest
    @EnumSource
    void sessionNeedsAHandshake(TlsVersion version) throws SSLException {
        EngineEnd client = client(clientContext(version));
        assertThrows(IllegalStateException.class, () -> client.engine().session());
        client.handshake();
        assertThrows(IllegalStateException.class, () -> client.engine().session());
        assertThrows(IllegalStateException.class, () -> client.engine().exportKeyingMaterial("x", null, 1));
        assertFalse(client.engine().state().isBlank());
    }

    @ParameterizedTest
    @EnumSource
    void sessionOutlivesTheKeys(TlsVersion version) throws SSLException {
        Pair pair = connected(version);
        pair.client().engine().destroy();
        assertEquals(version, pair.client().engine().session().protocol());
    }

    @ParameterizedTest
    @EnumSource
    void bothEndsExportTheSameKeyingMaterial(TlsVersion version) throws SSLException {
        Pair pair = connected(version);
        TlsEngine client = pair.client().engine();
        TlsEngine server = pair.server().engine();
        byte[] exported = client.exportKeyingMaterial("EXPERIMENTAL parktls", null, 40);
        assertEquals(40, exported.length);
        assertArrayEquals(exported, server.exportKeyingMaterial("EXPERIMENTAL parktls", null, 40));
        byte[] withContext = client.exportKeyingMaterial("EXPERIMENTAL parktls", new byte[] {1}, 40);
        assertArrayEquals(withContext, server.exportKeyingMaterial("EXPERIMENTAL parktls", new byte[] {1}, 40));
        assertFalse(Arrays.equals(exported, withContext));
        assertFalse(Arrays.equals(exported, server.exportKeyingMaterial("EXPERIMENTAL other", null, 40)));
        byte[] withEmpty = client.exportKeyingMaterial("EXPERIMENTAL parktls", new byte[0], 40);
        assertEquals(version == TlsVersion.TLS_1_3, Arrays.equals(exported, withEmpty));
    }

    @ParameterizedTest
    @EnumSource
    void choosesTheFirstIdentityThatMatchesTheName(TlsVersion version) throws SSLException {
        TlsIdentity elsewhere = TestPki.wrongHost(KeyKind.ECDSA_P256);
        TlsIdentity here = TestPki.server(KeyKind.RSA_2048);
        TlsContext server = serverContext(version).identity(elsewhere, here).build();
        assertEquals(here.chain(), chosen(version, server, "example.test"));
        assertEquals(elsewhere.chain(), chosen(version, server, "elsewhere.test"));
        assertEquals(elsewhere.chain(), chosen(version, server, "unheard-of.test"), "the first if no name matches");

        TlsContext either = serverContext(version)
                .identity(TestPki.server(KeyKind.ECDSA_P256), TestPki.server(KeyKind.RSA_2048))
                .build();
        assertEquals(TestPki.server(KeyKind.ECDSA_P256).chain(), chosen(version, either, "example.test"));
    }

    private List<?> chosen(TlsVersion version, TlsContext serverContext, String host) throws SSLException {
        EngineEnd client =
                EngineEnd.client(clientContext(version).verifyHost(false).build(), host);
        EngineEnd.connect(client, EngineEnd.server(serverContext));
        return client.engine().session().peerCertificates();
    }

    @Test
    void needsAHostToVerify() {
        TlsContext context = clientContext().build();
        IllegalStateException e = assertThrows(IllegalStateException.class, () -> EngineEnd.client(context, null));
        assertTrue(e.getMessage().contains("setPeer"), e.getMessage());
    }

    @ParameterizedTest
    @EnumSource
    void needsNoHostIfItIsNotVerified(TlsVersion version) throws SSLException {
        EngineEnd client =
                EngineEnd.client(clientContext(version).verifyHost(false).build(), null);
        EngineEnd server = server(serverContext(version).identity(TestPki.wrongHost(KeyKind.ECDSA_P256)));
        EngineEnd.connect(client, server);
        assertNull(client.engine().session().serverName());
    }

    @ParameterizedTest
    @EnumSource(KeyKind.class)
    void worksWithEveryKindOfKey(KeyKind kind) throws SSLException {
        for (TlsVersion version : TlsVersion.values()) {
            Pair pair = connected(
                    clientContext(version).identity(TestPki.client(kind)),
                    serverContext(version)
                            .identity(TestPki.server(kind))
                            .clientAuth(ClientAuth.REQUIRED)
                            .trust(TestPki.trust()));
            assertEquals(
                    TestPki.client(kind).chain(),
                    pair.server().engine().session().peerCertificates());
        }
    }

    @ParameterizedTest
    @EnumSource(CipherSuite.class)
    void worksWithEverySuite(CipherSuite suite) throws SSLException {
        KeyKind kind = suite.name().contains("_RSA_") ? KeyKind.RSA_2048 : KeyKind.ECDSA_P256;
        Pair pair = connected(
                clientContext().cipherSuites(suite),
                serverContext(suite.version()).identity(TestPki.server(kind)));
        assertEquals(suite, pair.client().engine().session().cipherSuite());
        assertArrayEquals(random(20_000), pair.client().send(random(20_000), pair.server()));
        assertArrayEquals(random(20_000), pair.server().send(random(20_000), pair.client()));
    }
}
