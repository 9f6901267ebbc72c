package io.parktls.engine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.parktls.CipherSuite;
import io.parktls.ClientAuth;
import io.parktls.NamedGroup;
import io.parktls.TestContexts;
import io.parktls.TestPki;
import io.parktls.TestPki.KeyKind;
import io.parktls.TlsAlert;
import io.parktls.TlsContext;
import io.parktls.TlsFailure;
import io.parktls.TlsHandshakeException;
import io.parktls.TlsIdentity;
import io.parktls.TlsLimits;
import io.parktls.TlsPeerUnverifiedException;
import io.parktls.TlsProtocolException;
import io.parktls.TlsSession;
import io.parktls.TlsStatus;
import io.parktls.TlsTruncatedException;
import io.parktls.TlsVersion;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import javax.net.ssl.SSLException;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What every {@link TlsEngine} keeps to, seen without a connection around it: two engines, and byte buffers. */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
abstract class TlsEngineContract {
    private static final int ALERT = 21;
    private static final int HANDSHAKE = 22;
    private static final int APPLICATION_DATA = 23;

    /** The engine under test. */
    protected abstract TlsEngineProvider engine();

    /** Whether this end may write on once the peer has closed its direction. */
    protected boolean writesAfterPeerClosed(TlsVersion version) {
        return true;
    }

    /** Whether {@link TlsEngine#updateKeys} does what it says. */
    protected boolean updatesKeys() {
        return true;
    }

    /** What a client sends to a server whose authority it does not know. */
    protected TlsAlert unknownAuthority() {
        return TlsAlert.UNKNOWN_CA;
    }

    /** What a server sends to a client that has none of its groups. */
    protected TlsAlert noCommonGroupAlert(TlsVersion version) {
        return TlsAlert.HANDSHAKE_FAILURE;
    }

    /** What is sent at a truncation once there are keys. */
    protected TlsAlert truncatedUnderKeys() {
        return TlsAlert.DECODE_ERROR;
    }

    /** What is sent to a TLS 1.2 peer that wants to renegotiate. */
    protected TlsAlert renegotiationRefused() {
        return TlsAlert.NO_RENEGOTIATION;
    }

    // ---- fixtures

    private EngineEnd client(TlsContext.Builder builder) {
        return EngineEnd.client(builder.build(), TestContexts.HOST);
    }

    private EngineEnd server(TlsContext.Builder builder) {
        return EngineEnd.server(builder.build());
    }

    private TlsContext.Builder clientContext(TlsVersion... versions) {
        return TestContexts.client(engine(), versions);
    }

    private TlsContext.Builder serverContext(TlsVersion... versions) {
        return TestContexts.server(engine(), versions);
    }

    /** Two ends that have shaken hands. */
    private record Pair(EngineEnd client, EngineEnd server) {}

    private Pair connected(TlsContext.Builder clientContext, TlsContext.Builder serverContext) throws SSLException {
        EngineEnd client = client(clientContext);
        EngineEnd server = server(serverContext);
        EngineEnd.connect(client, server);
        return new Pair(client, server);
    }

    private Pair connected(TlsVersion version) throws SSLException {
        return connected(clientContext(version), serverContext(version));
    }

    private static byte[] random(int length) {
        byte[] bytes = new byte[length];
        new Random(length).nextBytes(bytes);
        return bytes;
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    private static <T extends SSLException & TlsFailure> T assertFails(
            Class<T> type, TlsAlert alert, boolean received, Executable operation) {
        T failure = assertThrows(type, operation);
        assertEquals(Optional.ofNullable(alert), failure.alert(), failure.toString());
        assertEquals(received, failure.isAlertReceived(), failure.toString());
        return failure;
    }

    /** Handshakes until one end fails, and gives its failure; then its alert arrives, and the other end fails too. */
    private static SSLException failHandshake(EngineEnd client, EngineEnd server) throws SSLException {
        SSLException failure = null;
        EngineEnd other = client;
        for (int turn = 0; failure == null; turn++) {
            assertTrue(turn < 10, "nobody fails");
            try {
                if (client.handshake() == TlsStatus.OK) {
                    client.readNothing();
                }
                server.receiveFrom(client);
            } catch (SSLException e) {
                failure = e;
                other = server;
                break;
            }
            try {
                server.handshake();
                client.receiveFrom(server);
            } catch (SSLException e) {
                failure = e;
            }
        }
        TlsFailure typed = assertInstanceOf(TlsFailure.class, failure);
        assertFalse(typed.isAlertReceived(), failure.toString());
        EngineEnd failed = other == client ? server : client;
        EngineEnd informed = other;
        informed.receiveFrom(failed);
        SSLException told = assertThrows(SSLException.class, () -> {
            if (informed.handshake() == TlsStatus.OK) {
                informed.readNothing();
            }
        });
        TlsFailure typedToo = assertInstanceOf(TlsFailure.class, told);
        assertTrue(typedToo.isAlertReceived(), told.toString());
        assertEquals(typed.alert(), typedToo.alert(), "what one end says it sent, and the other that it came");
        return failure;
    }

    // ---- handshake

    @Test
    void clientFinishesFirstInTls13AndTicketsHoldNobodyUp() throws SSLException {
        EngineEnd client = client(clientContext(TlsVersion.TLS_1_3));
        EngineEnd server = server(serverContext(TlsVersion.TLS_1_3));
        assertEquals(TlsStatus.WANT_READ, server.handshake());
        assertEquals(TlsStatus.WANT_READ, client.handshake());
        assertTrue(client.out().position() > 0, "ClientHello");
        server.receiveFrom(client);
        assertEquals(TlsStatus.WANT_READ, server.handshake());
        client.receiveFrom(server);

        assertEquals(TlsStatus.WANT_WRITE, client.handshake(), "Finished has to be on its way first");
        assertEquals(TlsStatus.WANT_WRITE, client.handshake());
        byte[] finished = client.drain();
        assertEquals(TlsStatus.OK, client.handshake());
        assertEquals(0, client.out().position());

        server.receive(finished);
        assertEquals(TlsStatus.OK, server.handshake(), "tickets may lie in out, but are not waited for");
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
        assertEquals(TlsStatus.WANT_WRITE, server.handshake(), "Finished has to be on its way first");
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
        assertTrue(client.out().position() > 0, "the whole flight came in one go");
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
    void saysWhatWasNegotiated(TlsVersion version) throws SSLException {
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
        TlsSession client = pair.client.engine().session();
        TlsSession server = pair.server.engine().session();
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
    void leavesOutWhatWasNotAskedFor(TlsVersion version) throws SSLException {
        EngineEnd client = EngineEnd.client(clientContext(version).build(), "127.0.0.1");
        EngineEnd server = server(serverContext(version).applicationProtocols("h2"));
        EngineEnd.connect(client, server);
        for (EngineEnd end : List.of(client, server)) {
            assertNull(end.engine().session().applicationProtocol());
            assertNull(end.engine().session().serverName(), "an address is no server name (RFC 6066 3)");
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
        pair.client.engine().destroy();
        assertEquals(version, pair.client.engine().session().protocol());
    }

    @ParameterizedTest
    @EnumSource
    void bothEndsExportTheSameKeyingMaterial(TlsVersion version) throws SSLException {
        Pair pair = connected(version);
        TlsEngine client = pair.client.engine();
        TlsEngine server = pair.server.engine();
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
    void choosesTheIdentityByNameAndByWhatTheClientCanVerify(TlsVersion version) throws SSLException {
        TlsIdentity elsewhere = TestPki.wrongHost(KeyKind.ECDSA_P256);
        TlsIdentity here = TestPki.server(KeyKind.RSA_2048);
        TlsContext server = serverContext(version).identity(elsewhere, here).build();
        assertEquals(here.chain(), chosen(version, server, "example.test"));
        assertEquals(elsewhere.chain(), chosen(version, server, "elsewhere.test"));
        assertEquals(elsewhere.chain(), chosen(version, server, "unheard-of.test"), "the first if no name fits");

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
                    TestPki.client(kind).chain(), pair.server.engine().session().peerCertificates());
        }
    }

    @ParameterizedTest
    @EnumSource(CipherSuite.class)
    void worksWithEverySuite(CipherSuite suite) throws SSLException {
        KeyKind kind = suite.name().contains("_RSA_") ? KeyKind.RSA_2048 : KeyKind.ECDSA_P256;
        Pair pair = connected(
                clientContext().cipherSuites(suite),
                serverContext(suite.version()).identity(TestPki.server(kind)));
        assertEquals(suite, pair.client.engine().session().cipherSuite());
        assertArrayEquals(random(20_000), pair.client.send(random(20_000), pair.server));
        assertArrayEquals(random(20_000), pair.server.send(random(20_000), pair.client));
    }

    // ---- handshakes that fail

    @ParameterizedTest
    @EnumSource
    @DisplayName("NEG-01 no suite in common: handshake_failure")
    void noCommonSuite(TlsVersion version) throws SSLException {
        boolean tls13 = version == TlsVersion.TLS_1_3;
        EngineEnd client = client(clientContext(version)
                .cipherSuites(
                        tls13
                                ? CipherSuite.TLS_CHACHA20_POLY1305_SHA256
                                : CipherSuite.TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384));
        EngineEnd server = server(serverContext(version)
                .cipherSuites(
                        tls13
                                ? CipherSuite.TLS_AES_256_GCM_SHA384
                                : CipherSuite.TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256));
        assertAlert(TlsHandshakeException.class, TlsAlert.HANDSHAKE_FAILURE, failHandshake(client, server));
    }

    @ParameterizedTest
    @EnumSource
    @DisplayName("NEG-02 no group in common: handshake_failure")
    void noCommonGroup(TlsVersion version) throws SSLException {
        EngineEnd client = client(clientContext(version).groups(NamedGroup.X25519));
        EngineEnd server =
                server(serverContext(version).groups(NamedGroup.SECP384R1).identity(TestPki.server(KeyKind.RSA_2048)));
        assertAlert(TlsHandshakeException.class, noCommonGroupAlert(version), failHandshake(client, server));
    }

    @ParameterizedTest
    @EnumSource
    @DisplayName("NEG-03 no version in common: protocol_version")
    void noCommonVersion(TlsVersion version) throws SSLException {
        TlsVersion other = version == TlsVersion.TLS_1_2 ? TlsVersion.TLS_1_3 : TlsVersion.TLS_1_2;
        SSLException failure = failHandshake(client(clientContext(version)), server(serverContext(other)));
        assertAlert(TlsHandshakeException.class, TlsAlert.PROTOCOL_VERSION, failure);
    }

    @ParameterizedTest
    @EnumSource
    @DisplayName("NEG-06 unknown authority")
    void unknownAuthority(TlsVersion version) throws SSLException {
        EngineEnd server = server(serverContext(version).identity(TestPki.unknownCa(KeyKind.ECDSA_P256)));
        SSLException failure = failHandshake(client(clientContext(version)), server);
        assertAlert(TlsPeerUnverifiedException.class, unknownAuthority(), failure);
    }

    @ParameterizedTest
    @EnumSource
    @DisplayName("NEG-07 certificate for another host: bad_certificate")
    void wrongHost(TlsVersion version) throws SSLException {
        EngineEnd server = server(serverContext(version).identity(TestPki.wrongHost(KeyKind.ECDSA_P256)));
        SSLException failure = failHandshake(client(clientContext(version)), server);
        assertAlert(TlsPeerUnverifiedException.class, TlsAlert.BAD_CERTIFICATE, failure);
        assertTrue(failure.getMessage().contains("elsewhere.test"), failure.getMessage());
    }

    @ParameterizedTest
    @EnumSource
    void expiredCertificate(TlsVersion version) throws SSLException {
        EngineEnd server = server(serverContext(version).identity(TestPki.expired(KeyKind.ECDSA_P256)));
        SSLException failure = failHandshake(client(clientContext(version)), server);
        assertAlert(TlsPeerUnverifiedException.class, TlsAlert.CERTIFICATE_EXPIRED, failure);
    }

    @ParameterizedTest
    @EnumSource
    @DisplayName("NEG-11, NEG-12 no client certificate: handshake_failure, in TLS 1.3 certificate_required")
    void noClientCertificate(TlsVersion version) throws SSLException {
        EngineEnd server =
                server(serverContext(version).clientAuth(ClientAuth.REQUIRED).trust(TestPki.trust()));
        SSLException failure = failHandshake(client(clientContext(version)), server);
        TlsAlert expected = version == TlsVersion.TLS_1_3 ? TlsAlert.CERTIFICATE_REQUIRED : TlsAlert.HANDSHAKE_FAILURE;
        assertAlert(TlsPeerUnverifiedException.class, expected, failure);
    }

    @ParameterizedTest
    @EnumSource
    @DisplayName("NEG-13 a client certificate that does not verify")
    void badClientCertificate(TlsVersion version) throws SSLException {
        EngineEnd client = client(clientContext(version).identity(TestPki.client(KeyKind.RSA_2048)));
        EngineEnd server =
                server(serverContext(version).clientAuth(ClientAuth.REQUIRED).trust(TestPki.trust(KeyKind.ECDSA_P384)));
        SSLException failure = failHandshake(client, server);
        assertInstanceOf(TlsPeerUnverifiedException.class, failure);
    }

    @ParameterizedTest
    @EnumSource
    @DisplayName("NEG-14 a client certificate that is only wanted may be missing")
    void wantedClientCertificate(TlsVersion version) throws SSLException {
        Pair pair = connected(
                clientContext(version),
                serverContext(version).clientAuth(ClientAuth.WANTED).trust(TestPki.trust()));
        assertEquals(List.of(), pair.server.engine().session().peerCertificates());
    }

    @ParameterizedTest
    @EnumSource
    @DisplayName("NEG-15 ALPN with nothing in common: no_application_protocol")
    void noCommonApplicationProtocol(TlsVersion version) throws SSLException {
        SSLException failure = failHandshake(
                client(clientContext(version).applicationProtocols("h2")),
                server(serverContext(version).applicationProtocols("http/1.1")));
        assertAlert(TlsHandshakeException.class, TlsAlert.NO_APPLICATION_PROTOCOL, failure);
    }

    @Test
    @DisplayName("NEG-19 versions that overlap in one")
    void overlappingVersions() throws SSLException {
        Pair pair = connected(clientContext(), serverContext(TlsVersion.TLS_1_2));
        assertEquals(TlsVersion.TLS_1_2, pair.client.engine().session().protocol());
    }

    private static void assertAlert(Class<? extends SSLException> type, TlsAlert alert, SSLException failure) {
        assertInstanceOf(type, failure);
        assertEquals(Optional.of(alert), ((TlsFailure) failure).alert(), failure.toString());
    }

    // ---- what is no TLS, and what breaks it

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET / HTTP/1.1\r\n\r\n",
                "POST /x HTTP/1.1\r\n",
                "CONNECT a:1 HTTP/1.1\r\n",
                "DELETE / HTTP/1.1\r\n",
                "SSH-2.0-OpenSSH_9.6\r\n",
                "EHLO example.test\r\n",
                "\0\0\0\0\0\0\0\0",
                "hello world"
            })
    @DisplayName("ALR-13 to ALR-16 what is not TLS is named, and gets no alert (server)")
    void serverMeetsAnotherProtocol(String banner) {
        EngineEnd server = server(serverContext());
        server.receive(ascii(banner));
        TlsHandshakeException failure = assertFails(TlsHandshakeException.class, null, false, server::handshake);
        assertTrue(failure.getMessage().contains("not TLS"), failure.getMessage());
        assertEquals(0, server.out().position());
        assertFalse(server.engine().hasReply());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"HTTP/1.1 400 Bad Request\r\n", "SSH-2.0-OpenSSH_9.6\r\n", "220 mail.example.test ESMTP\r\n"})
    @DisplayName("ALR-16 what is not TLS is named, and gets no alert (client)")
    void clientMeetsAnotherProtocol(String banner) throws SSLException {
        EngineEnd client = client(clientContext());
        client.handshake();
        client.drain();
        client.receive(ascii(banner));
        TlsHandshakeException failure = assertFails(TlsHandshakeException.class, null, false, client::handshake);
        String expected = banner.substring(0, 3).equals("220") ? "SMTP" : banner.substring(0, 3);
        assertTrue(failure.getMessage().contains("not TLS: looks like"), failure.getMessage());
        assertTrue(failure.getMessage().contains(expected), failure.getMessage());
        assertEquals(0, client.out().position());
        assertFalse(client.engine().hasReply());
    }

    @Test
    @DisplayName("ALR-18 fewer than five bytes are not judged")
    void fewBytesAreNotJudged() throws SSLException {
        EngineEnd server = server(serverContext());
        server.receive(ascii("GET "));
        assertEquals(TlsStatus.WANT_READ, server.handshake());
    }

    @ParameterizedTest
    @ValueSource(ints = {20, 21, 23})
    @DisplayName("ALR-12, ALR-19 a server's first record is a handshake record, or unexpected_message goes out")
    void serverNeedsAClientHello(int type) throws SSLException {
        EngineEnd server = server(serverContext());
        server.receive(EngineEnd.record(type, 1, 0));
        assertFails(TlsHandshakeException.class, TlsAlert.UNEXPECTED_MESSAGE, false, server::handshake);
        assertPlainAlert(TlsAlert.UNEXPECTED_MESSAGE, server);
    }

    @Test
    @DisplayName("ALR-20 a record longer than records may be: record_overflow")
    void recordTooLong() throws SSLException {
        EngineEnd server = server(serverContext());
        server.receive(new byte[] {HANDSHAKE, 3, 1, 0x7F, 0, 1, 2, 3});
        assertFails(TlsHandshakeException.class, TlsAlert.RECORD_OVERFLOW, false, server::handshake);
        assertPlainAlert(TlsAlert.RECORD_OVERFLOW, server);
    }

    private static void assertPlainAlert(TlsAlert alert, EngineEnd end) throws SSLException {
        if (end.engine().hasReply()) {
            assertEquals(TlsStatus.OK, end.engine().reply(end.out()));
        }
        assertArrayEquals(EngineEnd.record(ALERT, TlsAlert.LEVEL_FATAL, alert.code()), end.drain());
        assertFalse(end.engine().hasReply());
    }

    @ParameterizedTest
    @EnumSource
    @DisplayName("ALR-01 a fatal alert while waiting for ServerHello")
    void fatalAlertInTheHandshake(TlsVersion version) throws SSLException {
        EngineEnd client = client(clientContext(version));
        client.handshake();
        client.drain();
        client.receive(EngineEnd.record(ALERT, TlsAlert.LEVEL_FATAL, TlsAlert.HANDSHAKE_FAILURE.code()));
        assertFails(TlsHandshakeException.class, TlsAlert.HANDSHAKE_FAILURE, true, client::handshake);
        assertEquals(0, client.out().position(), "nothing is sent back");
    }

    @Test
    @DisplayName("ALR-03 close_notify while waiting for ServerHello: CLOSED, and nothing is sent back")
    void closeNotifyInTheHandshake() throws SSLException {
        EngineEnd client = client(clientContext());
        client.handshake();
        client.drain();
        client.receive(EngineEnd.record(ALERT, TlsAlert.LEVEL_WARNING, TlsAlert.CLOSE_NOTIFY.code()));
        assertEquals(TlsStatus.CLOSED, client.handshake());
        assertEquals(TlsStatus.CLOSED, client.handshake());
        assertEquals(0, client.out().position());
        assertFalse(client.engine().hasReply());
    }

    @Test
    @DisplayName("ALR-06 warnings before ServerHello are passed over")
    void warningsInTheHandshake() throws SSLException {
        EngineEnd client = client(clientContext());
        EngineEnd server = server(serverContext());
        client.handshake();
        server.receiveFrom(client);
        server.handshake();
        client.receive(EngineEnd.record(ALERT, TlsAlert.LEVEL_WARNING, TlsAlert.UNRECOGNIZED_NAME.code()));
        assertEquals(TlsStatus.WANT_READ, client.handshake());
        client.receiveFrom(server);
        EngineEnd.connect(client, server);
    }

    @Test
    @DisplayName("ALR-07 a flood of warnings ends in unexpected_message")
    void floodOfWarningsInTheHandshake() throws SSLException {
        EngineEnd client = client(clientContext().limits(TlsLimits.DEFAULT.withRecordsWithoutData(32)));
        client.handshake();
        client.drain();
        assertFails(TlsHandshakeException.class, TlsAlert.UNEXPECTED_MESSAGE, false, () -> {
            for (int i = 0; i < 100; i++) {
                client.receive(EngineEnd.record(ALERT, TlsAlert.LEVEL_WARNING, TlsAlert.UNRECOGNIZED_NAME.code()));
                client.handshake();
            }
        });
        assertPlainAlert(TlsAlert.UNEXPECTED_MESSAGE, client);
    }

    @ParameterizedTest
    @EnumSource
    @DisplayName("ALR-24 a changed byte: bad_record_mac")
    void changedByte(TlsVersion version) throws SSLException {
        Pair pair = connected(version);
        pair.client.write(random(100));
        byte[] record = pair.client.drain();
        record[record.length - 30] ^= 1;
        pair.server.receive(record);
        assertFails(TlsProtocolException.class, TlsAlert.BAD_RECORD_MAC, false, pair.server::readNothing);
        assertThrows(SSLException.class, pair.server::readNothing, "the failure is kept");
        pair.client.receiveFrom(pair.server);
        assertFails(TlsProtocolException.class, TlsAlert.BAD_RECORD_MAC, true, pair.client::readNothing);
    }

    @ParameterizedTest
    @EnumSource
    @DisplayName("ALR-25 a plain close_notify after the handshake is no close")
    void plainCloseNotify(TlsVersion version) throws SSLException {
        Pair pair = connected(version);
        pair.client.receive(EngineEnd.record(ALERT, TlsAlert.LEVEL_WARNING, TlsAlert.CLOSE_NOTIFY.code()));
        assertThrows(TlsProtocolException.class, pair.client::readNothing);
    }

    // ---- data

    @ParameterizedTest
    @EnumSource
    void carriesBulkDataBothWays(TlsVersion version) throws SSLException {
        Pair pair = connected(version);
        byte[] data = random(1_000_000);
        assertArrayEquals(data, pair.client.send(data, pair.server));
        assertArrayEquals(data, pair.server.send(data, pair.client));
    }

    @ParameterizedTest
    @EnumSource
    void servesARecordPieceByPiece(TlsVersion version) throws SSLException {
        Pair pair = connected(version);
        byte[] data = random(1_000);
        pair.client.write(data);
        pair.server.receiveFrom(pair.client);
        assertEquals(0, pair.server.engine().pending());
        for (int i = 0; i < data.length; i++) {
            assertArrayEquals(new byte[] {data[i]}, pair.server.read(1));
            assertEquals(data.length - 1 - i, pair.server.engine().pending());
        }
        assertEquals(TlsStatus.WANT_READ, pair.server.readNothing());
    }

    @ParameterizedTest
    @EnumSource
    void writesWholeRecordsAndStopsWhereTheNextDoesNotFit(TlsVersion version) throws SSLException {
        Pair pair = connected(version);
        ByteBuffer src = ByteBuffer.wrap(random(50_000));
        assertEquals(TlsStatus.WANT_WRITE, pair.client.engine().write(src, pair.client.out()));
        int sent = src.position();
        assertTrue(sent > 16_000 && sent <= 16_384, "one record of about the largest size");
        byte[] record = pair.client.drain();
        assertEquals(List.of(APPLICATION_DATA), EngineEnd.types(record));
        pair.server.receive(record);
        assertEquals(sent, pair.server.read(20_000).length);
    }

    @ParameterizedTest
    @EnumSource
    void writingNothingSendsNothing(TlsVersion version) throws SSLException {
        Pair pair = connected(version);
        assertEquals(TlsStatus.OK, pair.client.write(new byte[0]));
        assertEquals(0, pair.client.out().position());
    }

    @ParameterizedTest
    @EnumSource
    void acceptsDirectAndReadOnlyAndSlicedBuffers(TlsVersion version) throws SSLException {
        Pair pair = connected(version);
        byte[] data = random(5_000);
        ByteBuffer src =
                ByteBuffer.allocateDirect(6_000).put(100, data).position(100).limit(5_100);
        assertEquals(TlsStatus.OK, pair.client.engine().write(src.asReadOnlyBuffer(), pair.client.out()));
        pair.server.receiveFrom(pair.client);
        ByteBuffer dst = ByteBuffer.allocateDirect(30_000).position(7).slice();
        assertEquals(TlsStatus.OK, pair.server.engine().read(pair.server.in(), dst));
        assertEquals(ByteBuffer.wrap(data), dst.flip());
    }

    @Test
    void dataRightBehindTheHandshakeIsNotLost() throws SSLException {
        EngineEnd client = client(clientContext(TlsVersion.TLS_1_3));
        EngineEnd server = server(serverContext(TlsVersion.TLS_1_3));
        client.handshake();
        server.receiveFrom(client);
        server.handshake();
        client.receiveFrom(server);
        client.handshake();
        byte[] finished = client.drain();
        assertEquals(TlsStatus.OK, client.handshake());
        client.write(random(100));
        server.receive(finished);
        server.receiveFrom(client);
        assertEquals(TlsStatus.OK, server.handshake());
        assertArrayEquals(random(100), server.read(1_000));
    }

    // ---- closing

    @ParameterizedTest
    @EnumSource
    void closesOneDirectionAndReadsOn(TlsVersion version) throws SSLException {
        Pair pair = connected(version);
        pair.client.write(random(100));
        assertEquals(TlsStatus.OK, pair.client.engine().closeNotify(pair.client.out()));
        byte[] last = pair.client.drain();
        pair.server.write(random(20_000));
        byte[] sentBefore = pair.server.drain();

        pair.server.receive(last);
        assertEquals(100, pair.server.read(1_000).length);
        assertEquals(TlsStatus.CLOSED, pair.server.readNothing());
        assertEquals(TlsStatus.CLOSED, pair.server.readNothing());

        pair.client.receive(sentBefore);
        assertTrue(pair.client.read(20_000).length > 16_000);
    }

    @ParameterizedTest
    @EnumSource
    void writesOnAfterThePeerClosedItsDirection(TlsVersion version) throws SSLException {
        assumeTrue(writesAfterPeerClosed(version), "this engine closes both directions in " + version);
        Pair pair = connected(version);
        pair.client.engine().closeNotify(pair.client.out());
        pair.server.receiveFrom(pair.client);
        assertEquals(TlsStatus.CLOSED, pair.server.readNothing());
        assertArrayEquals(random(100_000), pair.server.send(random(100_000), pair.client));
        pair.server.engine().closeNotify(pair.server.out());
        pair.client.receiveFrom(pair.server);
        assertEquals(TlsStatus.CLOSED, pair.client.readNothing());
    }

    @ParameterizedTest
    @EnumSource
    void bothEndsClose(TlsVersion version) throws SSLException {
        Pair pair = connected(version);
        assertEquals(TlsStatus.OK, pair.client.engine().closeNotify(pair.client.out()));
        assertEquals(TlsStatus.OK, pair.server.engine().closeNotify(pair.server.out()));
        byte[] there = pair.client.drain();
        byte[] back = pair.server.drain();
        assertEquals(1, EngineEnd.types(there).size());
        pair.client.receive(back);
        pair.server.receive(there);
        assertEquals(TlsStatus.CLOSED, pair.client.readNothing());
        assertEquals(TlsStatus.CLOSED, pair.server.readNothing());
    }

    @ParameterizedTest
    @EnumSource
    void closeNotifyWaitsForRoom(TlsVersion version) throws SSLException {
        Pair pair = connected(version);
        pair.client.out().position(pair.client.out().limit() - 3);
        assertEquals(TlsStatus.WANT_WRITE, pair.client.engine().closeNotify(pair.client.out()));
        pair.client.out().clear();
        assertEquals(TlsStatus.OK, pair.client.engine().closeNotify(pair.client.out()));
        pair.server.receiveFrom(pair.client);
        assertEquals(TlsStatus.CLOSED, pair.server.readNothing());
    }

    @Test
    @DisplayName("EOF-01 the stream ends right after ClientHello: decode_error")
    void clientTruncatedInTheHandshake() throws SSLException {
        EngineEnd client = client(clientContext());
        client.handshake();
        client.drain();
        client.engine().endOfInput();
        assertFails(TlsTruncatedException.class, TlsAlert.DECODE_ERROR, false, client::handshake);
        assertPlainAlert(TlsAlert.DECODE_ERROR, client);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 3, 100})
    @DisplayName("EOF-02, EOF-03 the stream ends before or inside ClientHello: decode_error")
    void serverTruncatedInTheHandshake(int bytes) throws SSLException {
        EngineEnd client = client(clientContext());
        EngineEnd server = server(serverContext());
        client.handshake();
        server.receive(Arrays.copyOf(client.drain(), bytes));
        assertEquals(TlsStatus.WANT_READ, server.handshake());
        server.engine().endOfInput();
        assertFails(TlsTruncatedException.class, TlsAlert.DECODE_ERROR, false, server::handshake);
        assertPlainAlert(TlsAlert.DECODE_ERROR, server);
    }

    @ParameterizedTest
    @EnumSource
    @DisplayName("EOF-05 the stream ends instead of the client's Finished")
    void serverTruncatedBeforeFinished(TlsVersion version) throws SSLException {
        EngineEnd client = client(clientContext(version));
        EngineEnd server = server(serverContext(version));
        client.handshake();
        server.receiveFrom(client);
        server.handshake();
        server.drain();
        server.engine().endOfInput();
        assertThrows(TlsTruncatedException.class, server::handshake);
    }

    @ParameterizedTest
    @EnumSource
    @DisplayName("EOF-06 the established stream ends without close_notify")
    void truncated(TlsVersion version) throws SSLException {
        Pair pair = connected(version);
        pair.server.write(random(100));
        pair.client.receiveFrom(pair.server);
        pair.client.engine().endOfInput();
        assertEquals(100, pair.client.read(1_000).length, "what has arrived is delivered first");
        assertFails(TlsTruncatedException.class, truncatedUnderKeys(), false, pair.client::readNothing);
        pair.server.receiveFrom(pair.client);
        assertFails(TlsProtocolException.class, truncatedUnderKeys(), true, pair.server::readNothing);
    }

    @ParameterizedTest
    @EnumSource
    @DisplayName("EOF-07 the established stream ends inside a record")
    void truncatedInsideARecord(TlsVersion version) throws SSLException {
        Pair pair = connected(version);
        pair.server.write(random(100));
        byte[] record = pair.server.drain();
        pair.client.receive(Arrays.copyOf(record, record.length - 1));
        assertEquals(TlsStatus.WANT_READ, pair.client.readNothing());
        pair.client.engine().endOfInput();
        assertThrows(TlsTruncatedException.class, pair.client::readNothing);
    }

    @ParameterizedTest
    @EnumSource
    @DisplayName("EOF-10, EOF-11 unless that is to be ignored")
    void truncationIgnored(TlsVersion version) throws SSLException {
        Pair pair = connected(clientContext(version).unsafeIgnoreTruncation(true), serverContext(version));
        pair.client.engine().endOfInput();
        assertEquals(TlsStatus.CLOSED, pair.client.readNothing());
        assertArrayEquals(random(100), pair.client.send(random(100), pair.server), "writing goes on");

        EngineEnd client = client(clientContext(version).unsafeIgnoreTruncation(true));
        client.handshake();
        client.engine().endOfInput();
        assertEquals(TlsStatus.CLOSED, client.handshake(), "EOF-10: an end, but never a handshake that is done");
    }

    @ParameterizedTest
    @EnumSource
    @DisplayName("EOF-12 an end after close_notify is no truncation")
    void endAfterCloseNotify(TlsVersion version) throws SSLException {
        Pair pair = connected(version);
        pair.server.engine().closeNotify(pair.server.out());
        pair.client.receiveFrom(pair.server);
        pair.client.engine().endOfInput();
        assertEquals(TlsStatus.CLOSED, pair.client.readNothing());
        assertEquals(TlsStatus.CLOSED, pair.client.readNothing());
    }

    @Test
    @DisplayName("HS-20 a TLS 1.3 client finishes though the stream has ended behind the server's flight")
    void handshakeFinishesAtTheEndOfTheStream() throws SSLException {
        EngineEnd client = client(clientContext(TlsVersion.TLS_1_3));
        EngineEnd server = server(serverContext(TlsVersion.TLS_1_3));
        client.handshake();
        server.receiveFrom(client);
        server.handshake();
        client.receiveFrom(server);
        client.engine().endOfInput();
        assertEquals(TlsStatus.WANT_WRITE, client.handshake());
        client.drain();
        assertEquals(TlsStatus.OK, client.handshake());
        assertThrows(TlsTruncatedException.class, client::readNothing);
    }

    // ---- after the handshake

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void answersKeyUpdates(boolean peerIsClient) throws SSLException {
        SslEnginePeer peer = new SslEnginePeer(peerIsClient, TlsVersion.TLS_1_3);
        EngineEnd end = opposite(peer, peerIsClient, TlsVersion.TLS_1_3);
        for (int i = 0; i < 100; i++) {
            end.receive(peer.begin());
            end.receive(peer.write(random(100)));
            assertArrayEquals(random(100), end.read(1_000));
            assertTrue(end.engine().hasReply());
            assertEquals(TlsStatus.OK, end.write(random(10)));
            assertFalse(end.engine().hasReply());
            peer.take(end.drain());
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    @DisplayName("H10 a flood of KeyUpdates ends in unexpected_message")
    void floodOfKeyUpdates(boolean peerIsClient) throws SSLException {
        SslEnginePeer peer = new SslEnginePeer(peerIsClient, TlsVersion.TLS_1_3);
        EngineEnd end = opposite(peer, peerIsClient, TlsVersion.TLS_1_3);
        end.readNothing();
        for (int i = 0; i < 30; i++) {
            end.receive(peer.begin());
        }
        assertEquals(TlsStatus.WANT_READ, end.readNothing());
        assertFails(TlsProtocolException.class, TlsAlert.UNEXPECTED_MESSAGE, false, () -> {
            for (int i = 0; i < 100; i++) {
                end.receive(peer.begin());
                end.readNothing();
                end.engine().reply(end.out());
                end.drain();
            }
        });
        assertTrue(end.engine().hasReply(), "the alert");
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    @DisplayName("H10 KeyUpdates between data pile up no replies while the writer is stuck")
    void repliesAreBounded(boolean peerIsClient) throws SSLException {
        SslEnginePeer peer = new SslEnginePeer(peerIsClient, TlsVersion.TLS_1_3);
        EngineEnd end = opposite(peer, peerIsClient, TlsVersion.TLS_1_3);
        end.readNothing();
        try {
            for (int i = 0; i < 2_000; i++) {
                end.receive(peer.begin());
                end.receive(peer.write(new byte[1]));
                assertArrayEquals(new byte[1], end.read(10));
            }
        } catch (TlsProtocolException e) {
            return;
        }
        end.engine().reply(end.out());
        assertTrue(end.out().position() < 16_384, "replies are merged, if the peer is not cut off");
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    @DisplayName("PST-11, PST-12 renegotiation is refused")
    void refusesRenegotiation(boolean peerIsClient) throws SSLException {
        SslEnginePeer peer = new SslEnginePeer(peerIsClient, TlsVersion.TLS_1_2);
        EngineEnd end = opposite(peer, peerIsClient, TlsVersion.TLS_1_2);
        end.receive(peer.begin());
        TlsStatus status;
        try {
            status = end.readNothing();
        } catch (TlsProtocolException e) {
            assertEquals(Optional.of(renegotiationRefused()), e.alert(), e.toString());
            assertTrue(end.engine().hasReply());
            end.engine().reply(end.out());
            assertEquals(List.of(ALERT), EngineEnd.types(end.drain()));
            return;
        }
        assertEquals(TlsStatus.WANT_READ, status, "a warning goes out, and the connection goes on");
        assertTrue(end.engine().hasReply());
        end.engine().reply(end.out());
        assertEquals(List.of(ALERT), EngineEnd.types(end.drain()));
    }

    private EngineEnd opposite(SslEnginePeer peer, boolean peerIsClient, TlsVersion version) throws SSLException {
        EngineEnd end = peerIsClient ? server(serverContext(version)) : client(clientContext(version));
        peer.connect(end);
        return end;
    }

    @Test
    void updatesKeysOnRequest() throws SSLException {
        Pair pair = connected(TlsVersion.TLS_1_3);
        if (!updatesKeys()) {
            assertThrows(
                    UnsupportedOperationException.class,
                    () -> pair.client.engine().updateKeys(true));
            return;
        }
        for (boolean request : new boolean[] {false, true}) {
            pair.client.engine().updateKeys(request);
            assertTrue(pair.client.engine().hasReply());
            assertArrayEquals(random(100), pair.client.send(random(100), pair.server));
            assertEquals(request, pair.server.engine().hasReply());
            assertArrayEquals(random(100), pair.server.send(random(100), pair.client));
        }
    }

    @Test
    void tls12HasNoKeyUpdate() throws SSLException {
        Pair pair = connected(TlsVersion.TLS_1_2);
        assertThrows(IllegalStateException.class, () -> pair.client.engine().updateKeys(false));
    }
}
