package io.parktls.wire;

import static io.parktls.wire.HelloBytes.client12;
import static io.parktls.wire.HelloBytes.filled;
import static io.parktls.wire.HelloBytes.keyShares;
import static io.parktls.wire.HelloBytes.retry;
import static io.parktls.wire.HelloBytes.server12;
import static io.parktls.wire.HelloBytes.server13;
import static io.parktls.wire.WireBytes.bytes;
import static io.parktls.wire.WireBytes.join;
import static io.parktls.wire.WireBytes.vector;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parktls.NamedGroup;
import io.parktls.TlsAlert;
import io.parktls.TlsVersion;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Tests how a client reads ServerHellos and HelloRetryRequests, and how a server reads the second ClientHello. */
final class ServerHelloTest {
    static List<HelloCase> cases() {
        return ServerHelloCases.all(filled(32, 0x11));
    }

    private static ClientSideReader offering(HelloBytes hello) {
        ClientSideReader reader = HandshakeReader.client();
        byte[] body = hello.body();
        reader.sent(HandshakeType.CLIENT_HELLO, body, 0, body.length);
        return reader;
    }

    @ParameterizedTest
    @MethodSource("cases")
    void client(HelloCase hello) {
        assertEquals(hello.alert(), Verdict.of(offering(HelloBytes.client()), hello.message()));
    }

    /** C8. */
    @Test
    void everyPrefix() {
        for (HelloBytes whole : List.of(server13(), server12(), retry())) {
            byte[] body = whole.body();
            int extensions = whole.noExtensions().body().length;
            for (int length = 0; length < body.length; length++) {
                byte[] message = WireBytes.message(HandshakeType.SERVER_HELLO, Arrays.copyOf(body, length));
                Optional<TlsAlert> verdict = Verdict.of(offering(HelloBytes.client()), message);
                if (length != extensions) {
                    assertEquals(Optional.of(TlsAlert.DECODE_ERROR), verdict, "cut to " + length);
                }
            }
        }
    }

    // ---- versions that were not offered

    @Test
    void clientOfTls12() {
        assertEquals(Optional.empty(), verdict12(server12()));
        assertEquals(Optional.of(TlsAlert.UNSUPPORTED_EXTENSION), verdict12(server13()));
        assertEquals(Optional.of(TlsAlert.UNSUPPORTED_EXTENSION), verdict12(retry()));
        // RFC 8446 4.1.3: only clients with TLS 1.3 check the downgrade marker in the server random.
        byte[] marked = join(filled(24, 1), bytes("444F574E47524401"));
        assertEquals(Optional.empty(), verdict12(server12().random(marked)));
    }

    private static Optional<TlsAlert> verdict12(HelloBytes hello) {
        return Verdict.of(offering(client12()), hello.message());
    }

    @Test
    void clientOfTls13() {
        HelloBytes offered = HelloBytes.client().with(ExtensionType.SUPPORTED_VERSIONS, bytes("02 0304"));
        assertEquals(
                Optional.of(TlsAlert.PROTOCOL_VERSION),
                Verdict.of(offering(offered), server12().message()));
    }

    /** RFC 5746 3.3: the signalling suite also requests the extension. */
    @Test
    void signallingSuite() {
        HelloBytes offered =
                client12().without(ExtensionType.RENEGOTIATION_INFO).suites(bytes("0004 C02B 00FF"));
        assertEquals(Optional.empty(), Verdict.of(offering(offered), server12().message()));
        HelloBytes silent = client12().without(ExtensionType.RENEGOTIATION_INFO);
        assertEquals(
                Optional.of(TlsAlert.UNSUPPORTED_EXTENSION),
                Verdict.of(offering(silent), server12().message()));
    }

    // ---- pre-shared keys

    @Test
    void preSharedKeys() {
        byte[] identity = join(vector(2, filled(20, 1)), new byte[4]);
        byte[] binder = vector(1, filled(32, 2));
        byte[] two = join(vector(2, identity, identity), vector(2, binder, binder));
        HelloBytes offered = HelloBytes.client().add(ExtensionType.PRE_SHARED_KEY, two);
        assertEquals(Optional.empty(), selecting(offered, "0001"));
        assertEquals(Optional.of(TlsAlert.ILLEGAL_PARAMETER), selecting(offered, "0002"));
        assertEquals(Optional.of(TlsAlert.DECODE_ERROR), selecting(offered, "00"));
        // RFC 8446 4.2.9: a ServerHello without a key share needs psk_ke, which the client must have offered.
        HelloBytes answer =
                server13().without(ExtensionType.KEY_SHARE).add(ExtensionType.PRE_SHARED_KEY, bytes("0000"));
        assertEquals(Optional.of(TlsAlert.MISSING_EXTENSION), Verdict.of(offering(offered), answer.message()));
        offered.with(ExtensionType.PSK_KEY_EXCHANGE_MODES, bytes("02 0100"));
        assertEquals(Optional.empty(), Verdict.of(offering(offered), answer.message()));
    }

    private static Optional<TlsAlert> selecting(HelloBytes offered, String identity) {
        return Verdict.of(
                offering(offered),
                server13().add(ExtensionType.PRE_SHARED_KEY, bytes(identity)).message());
    }

    // ---- after a HelloRetryRequest

    /**
     * RFC 8446 4.1.4: the ServerHello must have the same suite and group, and a second HelloRetryRequest is refused.
     */
    @Test
    void serverHelloAfterRetry() {
        assertEquals(Optional.empty(), afterRetry(retry(), shareOf(0x0018, HelloBytes.P384_SHARE)));
        assertEquals(Optional.of(TlsAlert.UNEXPECTED_MESSAGE), afterRetry(retry(), retry()));
        HelloBytes cookie = retry().without(ExtensionType.KEY_SHARE).add(ExtensionType.COOKIE, bytes("0001 01"));
        assertEquals(Optional.of(TlsAlert.UNEXPECTED_MESSAGE), afterRetry(retry(), cookie));
        assertEquals(
                Optional.of(TlsAlert.ILLEGAL_PARAMETER),
                afterRetry(retry(), shareOf(0x0018, HelloBytes.P384_SHARE).suites(bytes("1302"))));
        assertEquals(Optional.of(TlsAlert.ILLEGAL_PARAMETER), afterRetry(retry(), server13()));
        assertEquals(Optional.of(TlsAlert.ILLEGAL_PARAMETER), afterRetry(retry(), server12()));
    }

    private static HelloBytes shareOf(int group, byte[] share) {
        return server13().with(ExtensionType.KEY_SHARE, join(WireBytes.number(2, group), vector(2, share)));
    }

    private static Optional<TlsAlert> afterRetry(HelloBytes request, HelloBytes answer) {
        ClientSideReader reader = offering(HelloBytes.client());
        assertEquals(Optional.empty(), Verdict.of(reader, request.message()));
        byte[] body = HelloBytes.client()
                .with(ExtensionType.KEY_SHARE, keyShares(0x0018, HelloBytes.P384_SHARE))
                .body();
        reader.sent(HandshakeType.CLIENT_HELLO, body, 0, body.length);
        return Verdict.of(reader, answer.message());
    }

    /** RFC 8446 4.1.2: the changes to the second ClientHello that are allowed and required. */
    @Test
    void secondClientHello() {
        assertEquals(Optional.empty(), second(retry(), retried()));
        HelloBytes padded = retried().add(ExtensionType.PADDING, new byte[9]);
        assertEquals(Optional.empty(), second(retry(), padded));
        HelloBytes withCookie = retry().add(ExtensionType.COOKIE, bytes("0002 0102"));
        assertEquals(Optional.empty(), second(withCookie, retried().add(ExtensionType.COOKIE, bytes("0002 0102"))));
        List<HelloBytes> changed = List.of(
                HelloBytes.client(),
                retried().with(ExtensionType.KEY_SHARE, bytes("0000")),
                retried().with(ExtensionType.KEY_SHARE, twoShares()),
                retried().random(filled(32, 1)),
                retried().sessionId(vector(1)),
                retried().suites(bytes("0004 1301 1302")),
                retried().version(0x0301),
                retried().without(ExtensionType.ALPN),
                retried().with(ExtensionType.ALPN, HelloBytes.protocols("h2")),
                retried().with(ExtensionType.SERVER_NAME, HelloBytes.serverName("other.test")),
                retried().with(ExtensionType.SIGNATURE_ALGORITHMS, bytes("0002 0403")),
                retried().with(ExtensionType.SUPPORTED_GROUPS, bytes("0004 0017 001D")),
                retried().with(ExtensionType.SUPPORTED_VERSIONS, bytes("02 0304")),
                retried().add(0x7777, new byte[0]),
                retried().add(ExtensionType.STATUS_REQUEST, bytes("01 0000 0000")),
                retried().add(ExtensionType.COOKIE, bytes("0001 01")),
                retried().add(ExtensionType.EARLY_DATA, new byte[0]));
        for (HelloBytes hello : changed) {
            assertEquals(
                    Optional.of(TlsAlert.ILLEGAL_PARAMETER), second(retry(), hello), "row " + changed.indexOf(hello));
        }
        assertEquals(Optional.of(TlsAlert.ILLEGAL_PARAMETER), second(withCookie, retried()));
        assertEquals(
                Optional.of(TlsAlert.ILLEGAL_PARAMETER),
                second(withCookie, retried().add(ExtensionType.COOKIE, bytes("0002 0103"))));
    }

    private static byte[] twoShares() {
        return vector(2, bytes("001D"), vector(2, filled(32, 9)), bytes("0018"), vector(2, HelloBytes.P384_SHARE));
    }

    private static HelloBytes retried() {
        return HelloBytes.client().with(ExtensionType.KEY_SHARE, keyShares(0x0018, HelloBytes.P384_SHARE));
    }

    private static Optional<TlsAlert> second(HelloBytes request, HelloBytes hello) {
        ServerSideReader reader = HandshakeReader.server(List.of(TlsVersion.values()));
        assertEquals(Optional.empty(), Verdict.of(reader, HelloBytes.client().message()));
        byte[] body = request.body();
        reader.sent(HandshakeType.SERVER_HELLO, body, 0, body.length);
        return Verdict.of(reader, hello.message());
    }

    // ---- negotiated parameters

    @Test
    void negotiatedParameters() {
        ClientSideReader reader = offering(HelloBytes.client());
        assertEquals(Optional.empty(), Verdict.of(reader, server13().message()));
        assertEquals(TlsVersion.TLS_1_3, reader.version());
        assertEquals(NamedGroup.X25519, reader.group());
        assertTrue(reader.isKeyed());
        assertFalse(reader.isResumed());
        reader = offering(HelloBytes.client());
        HelloBytes echo = server12().sessionId(vector(1, filled(32, 0x11)));
        assertEquals(Optional.empty(), Verdict.of(reader, echo.message()));
        assertEquals(TlsVersion.TLS_1_2, reader.version());
        assertTrue(reader.isResumed());
        assertFalse(reader.isKeyed());
    }
}
