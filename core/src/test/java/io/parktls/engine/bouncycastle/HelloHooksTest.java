package io.parktls.engine.bouncycastle;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parktls.NamedGroup;
import io.parktls.SignatureScheme;
import io.parktls.TestContexts;
import io.parktls.TestOcsp;
import io.parktls.TestPki;
import io.parktls.TestPki.KeyKind;
import io.parktls.TlsAlert;
import io.parktls.TlsFailure;
import io.parktls.TlsHandshakeException;
import io.parktls.TlsIdentity;
import io.parktls.TlsStatus;
import io.parktls.TlsVersion;
import io.parktls.engine.EditableHello;
import io.parktls.engine.EngineEnd;
import io.parktls.engine.HandshakeOverrides;
import io.parktls.engine.TlsEngineProvider;
import io.parktls.wire.WireBytes;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.function.Consumer;
import java.util.stream.Stream;
import javax.net.ssl.SSLException;
import org.bouncycastle.tls.ClientHello;
import org.bouncycastle.tls.HandshakeMessageInput;
import org.bouncycastle.tls.ServerHello;
import org.bouncycastle.tls.TlsExtensionsUtils;
import org.bouncycastle.tls.TlsServerProtocol;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Tests where ParkTLS overrides Bouncy Castle's processing of hellos, with unencrypted bytes. Each case is named after
 * a row of issue 16.
 */
class HelloHooksTest {
    private static final TlsEngineProvider ENGINE = TlsEngineProvider.bouncyCastle();
    private static final int ALERT = 21;
    private static final int EMPTY_RENEGOTIATION_INFO_SCSV = 0x00FF;

    /** A case. Version 0 stands for a refusal. */
    private static Arguments hello(String name, int version, TlsAlert alert, Consumer<EditableHello> change) {
        return Arguments.of(name, version, alert, change);
    }

    private static Arguments accepted(String name, int version, Consumer<EditableHello> change) {
        return hello(name, version, null, change);
    }

    private static Arguments refused(String name, TlsAlert alert, Consumer<EditableHello> change) {
        return hello(name, 0, alert, change);
    }

    static Stream<Arguments> hellos() {
        return Stream.of(
                accepted("C11 legacy_version 0x0400", 0x0304, h -> h.version = 0x0400),
                accepted("C11 legacy_version 0x0304", 0x0304, h -> h.version = 0x0304),
                accepted("C11 legacy_version 0x0305", 0x0304, h -> h.version = 0x0305),
                accepted("C11 legacy_version 0xFEFE", 0x0304, h -> h.version = 0xFEFE),
                accepted("C11 legacy_version 0xFEFD, of DTLS", 0x0304, h -> h.version = 0xFEFD),
                accepted("C11 legacy_version 0xFFFF", 0x0304, h -> h.version = 0xFFFF),
                accepted("C11 legacy_version 0x0302", 0x0304, h -> h.version = 0x0302),
                accepted("C11 legacy_version 0x0301", 0x0304, h -> h.version = 0x0301),
                refused("C11 legacy_version 0x0300", TlsAlert.PROTOCOL_VERSION, h -> h.version = 0x0300),
                refused("C11 legacy_version 0x0200", TlsAlert.PROTOCOL_VERSION, h -> h.version = 0x0200),
                refused("C11 legacy_version 0x0002", TlsAlert.PROTOCOL_VERSION, h -> h.version = 0x0002),
                accepted("C11 client_version 0x0400", 0x0303, tls12(h -> h.version = 0x0400)),
                accepted("C11 client_version 0x0401", 0x0303, tls12(h -> h.version = 0x0401)),
                accepted("C11 client_version 0x0304", 0x0303, tls12(h -> h.version = 0x0304)),
                accepted("C11 client_version 0xFEFE", 0x0303, tls12(h -> h.version = 0xFEFE)),
                refused("C11 client_version 0x0302", TlsAlert.PROTOCOL_VERSION, tls12(h -> h.version = 0x0302)),
                refused("C11 client_version 0x0301", TlsAlert.PROTOCOL_VERSION, tls12(h -> h.version = 0x0301)),
                refused("C11 client_version 0x0300", TlsAlert.PROTOCOL_VERSION, tls12(h -> h.version = 0x0300)),
                refused("C11 client_version 0x0200", TlsAlert.PROTOCOL_VERSION, tls12(h -> h.version = 0x0200)),
                accepted("C12 1.2 before 1.3", 0x0304, versions(3, 3, 3, 4)),
                accepted("C12 1.0 and 1.2 before 1.3", 0x0304, versions(3, 1, 3, 3, 3, 4)),
                accepted("C12 a reserved version first", 0x0304, versions(0x7A, 0x7A, 3, 3, 3, 4)),
                accepted("C12 0xFEFE first, which DTLS reserves", 0x0304, versions(0xFE, 0xFE, 3, 4)),
                accepted("C12 a version of the future first", 0x0304, versions(3, 5, 3, 4, 3, 3)),
                accepted("C12 only 1.2", 0x0303, versions(3, 3)),
                refused("C12 only a version of the future", TlsAlert.PROTOCOL_VERSION, versions(3, 5)),
                refused("C12 only 0xFEFE", TlsAlert.PROTOCOL_VERSION, versions(0xFE, 0xFE)),
                refused("C12 only 1.1", TlsAlert.PROTOCOL_VERSION, versions(3, 2)),
                accepted("C13 compressed points only", 0x0304, h -> h.with(EditableHello.EC_POINT_FORMATS, 1, 1)),
                accepted(
                        "C13 compressed and uncompressed",
                        0x0304,
                        h -> h.with(EditableHello.EC_POINT_FORMATS, 2, 1, 0)),
                refused(
                        "C14 no common signature scheme",
                        TlsAlert.HANDSHAKE_FAILURE,
                        h -> h.with(EditableHello.SIGNATURE_ALGORITHMS, 0, 2, 6, 3)),
                refused(
                        "C14 only SHA-1",
                        TlsAlert.HANDSHAKE_FAILURE,
                        h -> h.with(EditableHello.SIGNATURE_ALGORITHMS, 0, 4, 2, 3, 2, 1)),
                accepted(
                        "C21 neither renegotiation_info nor SCSV",
                        0x0303,
                        tls12(HelloHooksTest::withoutRenegotiation)));
    }

    private static Consumer<EditableHello> versions(int... bytes) {
        int[] data = new int[bytes.length + 1];
        data[0] = bytes.length;
        System.arraycopy(bytes, 0, data, 1, bytes.length);
        return h -> h.with(EditableHello.SUPPORTED_VERSIONS, data);
    }

    private static Consumer<EditableHello> tls12(Consumer<EditableHello> change) {
        return change.andThen(h -> h.without(EditableHello.SUPPORTED_VERSIONS));
    }

    private static void withoutRenegotiation(EditableHello hello) {
        hello.without(EditableHello.RENEGOTIATION_INFO);
        hello.suites = Arrays.stream(hello.suites)
                .filter(suite -> suite != EMPTY_RENEGOTIATION_INFO_SCSV)
                .toArray();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("hellos")
    void serverAnswers(String name, int version, TlsAlert alert, Consumer<EditableHello> change) throws SSLException {
        EngineEnd server = EngineEnd.server(TestContexts.server(ENGINE).build());
        EditableHello hello = clientHello();
        change.accept(hello);
        server.receive(hello.record());
        if (alert == null) {
            assertEquals(TlsStatus.WANT_READ, server.handshake());
            assertEquals(version, negotiated(EditableHello.of(server.drain())));
        } else {
            assertAlert(alert, server);
        }
    }

    private static EditableHello clientHello(TlsVersion... versions) throws SSLException {
        EngineEnd client =
                EngineEnd.client(TestContexts.client(ENGINE, versions).build(), TestContexts.HOST);
        client.handshake();
        return EditableHello.of(client.drain());
    }

    private static int negotiated(EditableHello answer) {
        assertEquals(EditableHello.SERVER_HELLO, answer.type);
        byte[] selected = answer.extensions.get(EditableHello.SUPPORTED_VERSIONS);
        return selected == null ? answer.version : (selected[0] & 0xFF) << 8 | selected[1] & 0xFF;
    }

    private static TlsHandshakeException assertAlert(TlsAlert alert, EngineEnd end) {
        TlsHandshakeException failure = assertThrows(TlsHandshakeException.class, end::handshake);
        assertEquals(alert, failure.alert().orElse(null), failure.getMessage());
        byte[] out = end.drain();
        assertEquals(7, out.length, "an alert and nothing before it");
        assertEquals(ALERT, out[0]);
        assertEquals(alert.code(), out[6]);
        assertFalse(failure.getMessage().contains("null"), failure.getMessage());
        assertTrue(failure.getMessage().contains(" "), failure.getMessage());
        return failure;
    }

    @Test
    void highestVersionLeavesNoDowngradeMarker() throws SSLException {
        EngineEnd server = EngineEnd.server(TestContexts.server(ENGINE).build());
        EditableHello hello = clientHello();
        versions(3, 3, 3, 4).accept(hello);
        server.receive(hello.record());
        server.handshake();
        String random = new String(EditableHello.of(server.drain()).random, StandardCharsets.ISO_8859_1);
        assertFalse(random.contains("DOWNGRD"), "RFC 8446 4.1.3");
    }

    @Test
    void secureRenegotiationCanBeRequired() throws SSLException {
        EngineEnd server = EngineEnd.server(
                TestContexts.server(ENGINE).requireSecureRenegotiation(true).build());
        EditableHello hello = clientHello(TlsVersion.TLS_1_2);
        withoutRenegotiation(hello);
        server.receive(hello.record());
        assertAlert(TlsAlert.HANDSHAKE_FAILURE, server);
    }

    @Test
    void nothingToStapleIsNotAcknowledged() throws SSLException {
        EngineEnd server = EngineEnd.server(TestContexts.server(ENGINE).build());
        EditableHello hello = clientHello(TlsVersion.TLS_1_2).with(EditableHello.STATUS_REQUEST, 1, 0, 0, 0, 0);
        server.receive(hello.record());
        server.handshake();
        assertFalse(EditableHello.of(server.drain()).extensions.containsKey(EditableHello.STATUS_REQUEST));
    }

    /** RFC 6066 8: a server ignores types of status that it does not know, and this one ignores the named responders. */
    @ParameterizedTest
    @CsvSource({
        "true, 01 0000 0000",
        "true, 01 0004 0002 FFFF 0002 FFFF",
        "false, 02 0000 0000",
        "false, 00",
        "false, FF 1234"
    })
    void statusRequests(boolean acknowledged, String request) throws SSLException {
        TlsIdentity identity = TestPki.server(KeyKind.ECDSA_P256);
        EngineEnd server = EngineEnd.server(TestContexts.server(ENGINE)
                .identity(identity.withStaple(
                        TestOcsp.of(identity, KeyKind.ECDSA_P256).build()))
                .build());
        byte[] body = WireBytes.bytes(request);
        int[] values = new int[body.length];
        for (int i = 0; i < values.length; i++) {
            values[i] = body[i] & 0xFF;
        }
        EditableHello hello = clientHello(TlsVersion.TLS_1_2).with(EditableHello.STATUS_REQUEST, values);
        server.receive(hello.record());
        server.handshake();
        assertEquals(
                acknowledged, EditableHello.of(server.drain()).extensions.containsKey(EditableHello.STATUS_REQUEST));
    }

    /** RFC 8446 4.1.4, 4.1.2: the second ClientHello equals the first one except for the cookie. */
    @Test
    void retryWithOnlyACookie() throws SSLException {
        EngineEnd client = EngineEnd.client(TestContexts.client(ENGINE).build(), TestContexts.HOST);
        client.handshake();
        EditableHello first = EditableHello.of(client.drain());
        client.receive(retry(first).with(EditableHello.COOKIE, 0, 3, 7, 8, 9).record());
        assertEquals(TlsStatus.WANT_READ, client.handshake());
        byte[] flight = client.drain();
        int at = flight[0] == 20 ? 6 : 0;
        EditableHello second = EditableHello.of(Arrays.copyOfRange(flight, at, flight.length));
        assertArrayEquals(new byte[] {0, 3, 7, 8, 9}, second.extensions.get(EditableHello.COOKIE));
        assertArrayEquals(first.random, second.random);
        assertArrayEquals(
                first.extensions.get(EditableHello.KEY_SHARE), second.extensions.get(EditableHello.KEY_SHARE));
        second.without(EditableHello.COOKIE);
        assertArrayEquals(first.message(), sorted(first, second).message());
    }

    /**
     * A server that requests a cookie although it received a usable key share, as OpenSSL does with {@code -stateless}.
     */
    private static final class CookieServer extends TlsServerProtocol {
        @Override
        protected ServerHello generate13ServerHello(
                ClientHello hello, HandshakeMessageInput message, boolean afterHelloRetryRequest) throws IOException {
            if (!afterHelloRetryRequest) {
                hello.getExtensions().remove(TlsExtensionsUtils.EXT_key_share);
            }
            return super.generate13ServerHello(hello, message, afterHelloRetryRequest);
        }

        @Override
        protected ServerHello generate13HelloRetryRequest(ClientHello hello) throws IOException {
            ServerHello retry = super.generate13HelloRetryRequest(hello);
            retry.getExtensions().remove(TlsExtensionsUtils.EXT_key_share);
            return retry;
        }
    }

    @Test
    void handshakeThroughARetryWithOnlyACookie() throws IOException {
        PreparedContext prepared = new PreparedContext(
                TestContexts.server(ENGINE, TlsVersion.TLS_1_3)
                        .groups(NamedGroup.X25519)
                        .build(),
                PreferredProviders.NONE,
                CipherSelection.JDK);
        CookieServer server = new CookieServer();
        server.accept(new ServerCallbacks(prepared, prepared.crypto(), HandshakeOverrides.NONE, () -> null));
        EngineEnd client = EngineEnd.client(
                TestContexts.client(ENGINE).groups(NamedGroup.X25519).build(), TestContexts.HOST);
        TlsStatus status = TlsStatus.WANT_READ;
        int flights = 0;
        for (; flights < 6 && status == TlsStatus.WANT_READ; flights++) {
            status = client.handshake();
            if (status == TlsStatus.WANT_READ) {
                server.offerInput(client.drain());
                byte[] flight = new byte[server.getAvailableOutputBytes()];
                server.readOutput(flight, 0, flight.length);
                client.receive(flight);
            }
        }
        assertEquals(3, flights, "two hellos, and then the server's Finished, which proves that the transcripts agree");
        client.drain();
        assertEquals(TlsStatus.OK, client.handshake());
        assertEquals(NamedGroup.X25519, client.engine().session().group());
    }

    /**
     * Sorts the extensions of a hello in the order of another hello, because Bouncy Castle encodes them in its own
     * order.
     */
    private static EditableHello sorted(EditableHello order, EditableHello hello) {
        EditableHello sorted = EditableHello.of(hello.record());
        sorted.extensions.clear();
        order.extensions.keySet().forEach(type -> sorted.extensions.put(type, hello.extensions.get(type)));
        assertEquals(hello.extensions.keySet(), sorted.extensions.keySet());
        return sorted;
    }

    private static EditableHello retry(EditableHello hello) {
        EditableHello retry = new EditableHello(EditableHello.SERVER_HELLO);
        retry.random = EditableHello.RETRY;
        retry.sessionId = hello.sessionId;
        retry.suites = new int[] {0x1301};
        return retry.with(EditableHello.SUPPORTED_VERSIONS, 3, 4);
    }

    @Test
    void retryThatChangesNothing() throws SSLException {
        EngineEnd client = EngineEnd.client(TestContexts.client(ENGINE).build(), TestContexts.HOST);
        client.handshake();
        client.receive(retry(EditableHello.of(client.drain())).record());
        assertAlert(TlsAlert.ILLEGAL_PARAMETER, client);
    }

    @ParameterizedTest
    @EnumSource
    void reasonsAreWords(TlsVersion version) throws SSLException {
        EngineEnd client = EngineEnd.client(TestContexts.client(ENGINE, version).build(), TestContexts.HOST);
        client.handshake();
        client.drain();
        client.receive(EngineEnd.record(ALERT, 2, 200));
        SSLException failure = assertThrows(SSLException.class, client::handshake);
        assertTrue(failure.getMessage().contains("alert 200"), failure.getMessage());
        assertTrue(((TlsFailure) failure).isAlertReceived());
    }

    @Test
    void schemesOfTheTestsAreWhatTheyAssume() {
        assertEquals(0x0603, SignatureScheme.ECDSA_SECP521R1_SHA512.code());
    }
}
