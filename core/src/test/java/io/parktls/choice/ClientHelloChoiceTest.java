package io.parktls.choice;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parktls.CipherSuite;
import io.parktls.ClientHelloInfo;
import io.parktls.NamedGroup;
import io.parktls.SignatureScheme;
import io.parktls.TestContexts;
import io.parktls.TestPki;
import io.parktls.TestPki.KeyKind;
import io.parktls.TlsAlert;
import io.parktls.TlsChoice;
import io.parktls.TlsChooser;
import io.parktls.TlsConnection;
import io.parktls.TlsContext;
import io.parktls.TlsFailure;
import io.parktls.TlsHandshakeException;
import io.parktls.TlsIdentity;
import io.parktls.TlsSessionCache;
import io.parktls.TlsStatus;
import io.parktls.TlsTruncatedException;
import io.parktls.TlsVersion;
import io.parktls.bio.Bio;
import io.parktls.choice.ChoiceEnds.Case;
import io.parktls.engine.TlsEngineProvider;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import javax.net.ssl.SSLException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** A server chooses its settings by the ClientHello, with each engine. */
final class ClientHelloChoiceTest {
    private static final TlsIdentity ECDSA = TestPki.server(KeyKind.ECDSA_P256);
    private static final TlsIdentity RSA = TestPki.server(KeyKind.RSA_2048);

    static Stream<Case> cases() {
        return ChoiceEnds.cases();
    }

    private static TlsContext.Builder server(Case settings) {
        return TlsContext.builder().engine(settings.engine());
    }

    private static TlsContext client(TlsVersion... versions) {
        return TestContexts.client(TlsEngineProvider.bouncyCastle(), versions).build();
    }

    private static ChoiceEnds handshake(TlsContext client, TlsContext server) throws Exception {
        return ChoiceEnds.of(client, server, TestContexts.HOST).handshake();
    }

    // ---- the answers

    @ParameterizedTest
    @MethodSource("cases")
    void identityByServerName(Case settings) throws Exception {
        TlsContext server = server(settings)
                .choose(hello -> TlsChoice.identity("localhost".equals(hello.serverName()) ? RSA : ECDSA))
                .build();
        for (TlsIdentity expected : List.of(ECDSA, RSA, ECDSA)) {
            String host = expected == RSA ? "localhost" : TestContexts.HOST;
            ChoiceEnds ends =
                    ChoiceEnds.of(client(settings.version()), server, host).handshake();
            assertEquals(expected.chain(), ends.client.session().peerCertificates());
            assertEquals(expected.chain(), ends.server.session().localCertificates());
            assertEquals(settings.version(), ends.server.session().protocol());
            ends.echo();
            ends.close();
        }
    }

    @ParameterizedTest
    @MethodSource("cases")
    void contextByProtocol(Case settings) throws Exception {
        TlsContext special = TestContexts.server(settings.engine(), settings.version())
                .applicationProtocols("special")
                .build();
        TlsContext server = server(settings)
                .applicationProtocols("other")
                .identity(RSA)
                .choose(hello -> hello.applicationProtocols().contains("special")
                        ? TlsChoice.context(special)
                        : TlsChoice.unchanged())
                .build();
        TlsContext client = client();
        ChoiceEnds ends = handshake(
                client.toBuilder().applicationProtocols("x", "special").build(), server);
        assertEquals("special", ends.server.session().applicationProtocol());
        assertEquals("special", ends.client.session().applicationProtocol());
        assertEquals(settings.version(), ends.client.session().protocol());
        assertEquals(ECDSA.chain(), ends.client.session().peerCertificates());

        ChoiceEnds unchanged =
                handshake(client.toBuilder().applicationProtocols("other").build(), server);
        assertEquals("other", unchanged.server.session().applicationProtocol());
        assertEquals(RSA.chain(), unchanged.client.session().peerCertificates());
    }

    @ParameterizedTest
    @MethodSource("cases")
    void contextOfAnotherEngine(Case settings) throws Exception {
        TlsContext chosen =
                TestContexts.server(settings.engine(), settings.version()).build();
        for (TlsEngineProvider engine : List.of(TlsEngineProvider.bouncyCastle(), TlsEngineProvider.jsse())) {
            TlsContext server = TlsContext.builder()
                    .engine(engine)
                    .choose(hello -> TlsChoice.context(chosen))
                    .build();
            ChoiceEnds ends = handshake(client(), server);
            assertTrue(
                    ends.server.session().engine().startsWith(settings.engine().name()),
                    ends.server.session().engine());
            ends.echo();
            assertEquals(
                    List.of(ends.client.exportKeyingMaterial("EXPERIMENTAL x", null, 4)[0]),
                    List.of(ends.server.exportKeyingMaterial("EXPERIMENTAL x", null, 4)[0]));
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = TlsAlert.class,
            names = {"UNRECOGNIZED_NAME", "ACCESS_DENIED", "HANDSHAKE_FAILURE", "INTERNAL_ERROR"})
    void refusal(TlsAlert alert) {
        assertRefused(hello -> TlsChoice.refuse(alert, "no such tenant"), alert, "no such tenant");
    }

    @Test
    void refusalNeedsAFatalAlert() {
        for (TlsAlert alert : List.of(TlsAlert.CLOSE_NOTIFY, TlsAlert.USER_CANCELED)) {
            assertThrows(IllegalArgumentException.class, () -> TlsChoice.refuse(alert, "x"));
        }
    }

    static List<Callable<TlsChoice>> failures() {
        return List.of(
                () -> {
                    throw new IllegalStateException("thrown by the test");
                },
                () -> {
                    throw new Exception("thrown by the test");
                },
                () -> {
                    throw new AssertionError("thrown by the test");
                },
                () -> null,
                TlsChoice::unchanged);
    }

    @ParameterizedTest
    @MethodSource("failures")
    void failureOfTheChooser(Callable<TlsChoice> failure) {
        SSLException e = assertRefused(hello -> failure.call(), TlsAlert.INTERNAL_ERROR, TestContexts.HOST);
        assertFalse(e.getMessage().contains("thrown by the test"), e.getMessage());
    }

    /** Asserts that the server fails with an alert and a message, and that the client receives the alert. */
    private static SSLException assertRefused(TlsChooser chooser, TlsAlert alert, String message) {
        TlsContext server = TlsContext.builder().choose(chooser).build();
        ChoiceEnds ends = ChoiceEnds.of(client(), server, TestContexts.HOST);
        SSLException failure = assertThrows(SSLException.class, () -> {
            ends.client.doHandshake();
            ends.server.doHandshake();
        });
        assertTrue(failure.getMessage().contains(message), failure.getMessage());
        assertEquals(alert, ((TlsFailure) failure).alert().orElseThrow());
        SSLException received = assertThrows(SSLException.class, ends.client::doHandshake);
        assertEquals(alert, ((TlsFailure) received).alert().orElseThrow());
        assertTrue(((TlsFailure) received).isAlertReceived());
        assertSame(failure, assertThrows(SSLException.class, ends.server::doHandshake));
        assertEquals(TestContexts.HOST, ends.server.clientHello().orElseThrow().serverName());
        return failure;
    }

    // ---- what the chooser learns

    @Test
    void contentOfTheHello() throws Exception {
        List<ClientHelloInfo> seen = new ArrayList<>();
        TlsContext server = TlsContext.builder()
                .choose(hello -> {
                    seen.add(hello);
                    return TlsChoice.identity(ECDSA);
                })
                .build();
        TlsContext client = TestContexts.client(TlsEngineProvider.bouncyCastle())
                .applicationProtocols("h2", "http/1.1")
                .cipherSuites(CipherSuite.TLS_AES_128_GCM_SHA256, CipherSuite.TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256)
                .groups(NamedGroup.X25519, NamedGroup.SECP256R1)
                .signatureSchemes(SignatureScheme.ECDSA_SECP256R1_SHA256)
                .build();
        ChoiceEnds ends = ChoiceEnds.of(client, server, TestContexts.HOST);
        InetSocketAddress address = InetSocketAddress.createUnresolved("192.0.2.1", 1);
        ends.server.setRemoteAddress(address);
        ends.handshake();
        ClientHelloInfo hello = seen.getFirst();
        assertEquals(TestContexts.HOST, hello.serverName());
        assertEquals(List.of("h2", "http/1.1"), hello.applicationProtocols());
        assertTrue(hello.offers(TlsVersion.TLS_1_3) && hello.offers(TlsVersion.TLS_1_2));
        assertTrue(hello.offers(CipherSuite.TLS_AES_128_GCM_SHA256));
        assertFalse(hello.offers(CipherSuite.TLS_AES_256_GCM_SHA384));
        assertEquals(List.of(NamedGroup.X25519.code(), NamedGroup.SECP256R1.code()), hello.groups());
        assertTrue(hello.offers(NamedGroup.X25519));
        assertFalse(hello.offers(NamedGroup.SECP384R1));
        assertEquals(List.of(SignatureScheme.ECDSA_SECP256R1_SHA256.code()), hello.signatureSchemes());
        assertTrue(hello.canVerify(ECDSA));
        assertFalse(hello.canVerify(RSA));
        assertFalse(hello.ticketOffered());
        assertEquals(address, hello.remoteAddress());
    }

    @Test
    void clientOfTls12CanVerifyByItsSuites() throws Exception {
        List<ClientHelloInfo> seen = new ArrayList<>();
        TlsContext server = TlsContext.builder()
                .choose(hello -> {
                    seen.add(hello);
                    return TlsChoice.identity(hello.canVerify(ECDSA) ? ECDSA : RSA);
                })
                .build();
        TlsContext client = TestContexts.client(TlsEngineProvider.jsse())
                .cipherSuites(CipherSuite.TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256)
                .build();
        ChoiceEnds ends = handshake(client, server);
        assertEquals(RSA.chain(), ends.client.session().peerCertificates());
        assertEquals(List.of(TlsVersion.TLS_1_2.code()), versions(seen.getFirst()));
        assertNull(seen.getFirst().remoteAddress());
    }

    private static List<Integer> versions(ClientHelloInfo hello) {
        return Stream.of(TlsVersion.values())
                .filter(hello::offers)
                .map(TlsVersion::code)
                .toList();
    }

    @ParameterizedTest
    @MethodSource("cases")
    void askedOnceDespiteHelloRetryRequest(Case settings) throws Exception {
        AtomicInteger asked = new AtomicInteger();
        TlsContext server = server(settings)
                .groups(NamedGroup.SECP384R1, NamedGroup.SECP256R1)
                .choose(hello -> {
                    asked.incrementAndGet();
                    return TlsChoice.identity(ECDSA);
                })
                .build();
        TlsContext client = TestContexts.client(TlsEngineProvider.bouncyCastle(), settings.version())
                .groups(NamedGroup.X25519, NamedGroup.SECP384R1, NamedGroup.SECP256R1)
                .build();
        handshake(client, server).echo();
        assertEquals(1, asked.get());
    }

    // ---- the wire

    @ParameterizedTest
    @MethodSource("cases")
    void helloInPieces(Case settings) throws Exception {
        TlsContext server =
                server(settings).choose(hello -> TlsChoice.identity(ECDSA)).build();
        for (int capacity : new int[] {1, 7, 300}) {
            ChoiceEnds ends = ChoiceEnds.of(client(settings.version()), server, TestContexts.HOST, Bio.pair(capacity));
            ends.handshake();
            ends.close();
        }
    }

    @Test
    void helloInSmallRecords() throws Exception {
        byte[] hello = helloOf(client());
        List<TlsChoice> asked = new ArrayList<>();
        TlsContext server = TlsContext.builder()
                .choose(info -> {
                    asked.add(TlsChoice.identity(ECDSA));
                    return asked.getFirst();
                })
                .build();
        for (int length : new int[] {64, 100, 500}) {
            asked.clear();
            Bio[] pipe = Bio.pair(100_000);
            TlsConnection connection = server.accept(pipe[1]);
            ByteBuffer records = reframed(hello, length);
            int last = records.limit() - 1;
            pipe[0].write(records.limit(last));
            assertEquals(TlsStatus.WANT_READ, connection.doHandshake());
            assertEquals(0, asked.size(), "the ClientHello is not complete");
            pipe[0].write(records.limit(last + 1));
            assertEquals(TlsStatus.WANT_READ, connection.doHandshake());
            assertEquals(1, asked.size());
            assertTrue(connection.bytesSent() > 500, "the server has sent its flight");
        }
    }

    private static byte[] helloOf(TlsContext client) throws Exception {
        Bio[] pipe = Bio.pair(100_000);
        client.connect(pipe[0], TestContexts.HOST, 0).doHandshake();
        ByteBuffer record = ByteBuffer.allocate(20_000);
        pipe[1].read(record);
        byte[] hello = new byte[record.flip().remaining() - 5];
        record.get(5, hello);
        return hello;
    }

    private static ByteBuffer reframed(byte[] message, int length) {
        ByteBuffer records = ByteBuffer.allocate(2 * message.length + 100);
        for (int at = 0; at < message.length; at += length) {
            int fragment = Math.min(length, message.length - at);
            records.put((byte) 22).putShort((short) 0x0301).putShort((short) fragment);
            records.put(message, at, fragment);
        }
        return records.flip();
    }

    static List<byte[]> nonsense() {
        return List.of(
                "GET / HTTP/1.1\r\n\r\n".getBytes(StandardCharsets.US_ASCII),
                new byte[] {22, 3, 1, 0, 5, 2, 0, 0, 1, 0},
                new byte[] {22, 3, 1, 0, 5, 1, 0, 0, 1, 0},
                new byte[] {21, 3, 1, 0, 2, 2, 40},
                new byte[] {22, 3, 1, 0, 4, 1, 1, 0, 0},
                new byte[] {23, 3, 3, 0, 1, 0},
                new byte[] {22, 3, 1, 0x7F, (byte) 0xFF});
    }

    @ParameterizedTest
    @MethodSource("nonsense")
    void malformedHello(byte[] bytes) throws Exception {
        TlsContext plain = TestContexts.server(TlsEngineProvider.bouncyCastle()).build();
        TlsContext choosing = TlsContext.builder()
                .choose(hello -> {
                    throw new AssertionError("not a ClientHello");
                })
                .build();
        List<String> outcomes = new ArrayList<>();
        for (TlsContext server : List.of(plain, choosing)) {
            Bio[] pipe = Bio.pair(100_000);
            pipe[0].write(ByteBuffer.wrap(bytes));
            TlsHandshakeException e = assertThrows(
                    TlsHandshakeException.class, () -> server.accept(pipe[1]).doHandshake());
            ByteBuffer alert = ByteBuffer.allocate(100);
            pipe[0].read(alert);
            outcomes.add(e.getMessage().toLowerCase(Locale.ROOT) + alert.flip().remaining() + alert.get(6));
        }
        assertEquals(outcomes.get(0), outcomes.get(1));
    }

    @Test
    void endOfStreamInTheHello() throws Exception {
        TlsContext server =
                TlsContext.builder().choose(hello -> TlsChoice.identity(ECDSA)).build();
        Bio[] pipe = Bio.pair(100_000);
        TlsConnection connection = server.accept(pipe[1]);
        pipe[0].write(ByteBuffer.wrap(new byte[] {22, 3, 1, 0, 50, 1}));
        assertEquals(TlsStatus.WANT_READ, connection.doHandshake());
        pipe[0].close();
        assertThrows(TlsTruncatedException.class, connection::doHandshake);
    }

    // ---- resumption

    @ParameterizedTest
    @EnumSource(TlsVersion.class)
    void chosenIdentitiesResume(TlsVersion version) throws Exception {
        List<Boolean> offered = new ArrayList<>();
        TlsContext server = TlsContext.builder()
                .choose(hello -> {
                    offered.add(hello.ticketOffered());
                    return TlsChoice.identity("localhost".equals(hello.serverName()) ? RSA : ECDSA);
                })
                .build();
        TlsContext client = TestContexts.client(TlsEngineProvider.bouncyCastle(), version)
                .sessionCache(TlsSessionCache.ofSize(10))
                .build();
        for (String host : List.of(TestContexts.HOST, "localhost", TestContexts.HOST, "localhost")) {
            ChoiceEnds ends = ChoiceEnds.of(client, server, host).handshake();
            ends.echo();
            assertEquals(offered.getLast(), ends.client.session().resumed());
            assertEquals(
                    (host.equals("localhost") ? RSA : ECDSA).chain(),
                    ends.client.session().peerCertificates());
        }
        assertEquals(List.of(false, false, true, true), offered);
        assertEquals(2, server.sessionStatistics().resumed());
    }
}
