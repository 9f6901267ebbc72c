package io.parktls.wire;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parktls.TlsAlert;
import io.parktls.TlsHandshakeException;
import io.parktls.TlsVersion;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests how a server reads ClientHellos. */
final class ClientHelloTest {
    private static final List<TlsVersion> BOTH = List.of(TlsVersion.values());

    static List<HelloCase> cases() {
        return ClientHelloCases.all();
    }

    @ParameterizedTest
    @MethodSource("cases")
    void server(HelloCase hello) {
        assertEquals(hello.alert(), Verdict.of(HandshakeReader.server(BOTH), hello.message()));
    }

    /**
     * C8: a truncated hello is malformed. One that ends where the extensions begin is a valid hello of TLS 1.2, but it
     * only accepts SHA-1 signatures.
     */
    @Test
    void everyPrefix() {
        HelloBytes whole = HelloBytes.client();
        byte[] body = whole.body();
        int extensions = whole.noExtensions().body().length;
        for (int length = 0; length < body.length; length++) {
            byte[] message = WireBytes.message(HandshakeType.CLIENT_HELLO, Arrays.copyOf(body, length));
            TlsAlert expected = length == extensions ? TlsAlert.HANDSHAKE_FAILURE : TlsAlert.DECODE_ERROR;
            assertEquals(Optional.of(expected), Verdict.of(HandshakeReader.server(BOTH), message), "cut to " + length);
        }
    }

    @Test
    void versionOfTheServer() throws TlsHandshakeException {
        assertEquals(TlsVersion.TLS_1_3, negotiated(BOTH, HelloBytes.client()));
        assertEquals(TlsVersion.TLS_1_2, negotiated(List.of(TlsVersion.TLS_1_2), HelloBytes.client()));
        assertEquals(TlsVersion.TLS_1_2, negotiated(BOTH, HelloBytes.client12()));
        assertEquals(
                TlsVersion.TLS_1_3,
                negotiated(
                        BOTH,
                        HelloBytes.client().with(ExtensionType.SUPPORTED_VERSIONS, WireBytes.bytes("04 0303 0304"))));
        assertEquals(
                Optional.of(TlsAlert.PROTOCOL_VERSION),
                Verdict.of(
                        HandshakeReader.server(List.of(TlsVersion.TLS_1_3)),
                        HelloBytes.client12().message()));
    }

    private static TlsVersion negotiated(List<TlsVersion> supported, HelloBytes hello) throws TlsHandshakeException {
        return ClientHelloRules.check(parse(hello), supported);
    }

    /** A server with TLS 1.2 only does not enforce rules that only TLS 1.3 has. */
    @Test
    void serverOfTls12() {
        HelloBytes hello =
                HelloBytes.client().without(ExtensionType.KEY_SHARE).compression(WireBytes.bytes("02 01 00"));
        ServerSideReader reader = HandshakeReader.server(List.of(TlsVersion.TLS_1_2));
        assertEquals(Optional.empty(), Verdict.of(reader, hello.message()));
    }

    @Test
    void values() throws TlsHandshakeException {
        ClientHello hello = parse(HelloBytes.client());
        assertEquals("example.test", hello.serverName());
        assertEquals(List.of("h2", "http/1.1"), hello.applicationProtocols());
        assertArrayEquals(new int[] {0x0304, 0x0303}, hello.supportedVersions());
        assertArrayEquals(new int[] {0x001D, 0x0017, 0x0018}, hello.supportedGroups());
        assertArrayEquals(new int[] {0x001D}, hello.keyShareGroups());
        assertArrayEquals(new int[] {0x0403, 0x0804, 0x0401, 0x0807}, hello.signatureSchemes());
        assertArrayEquals(new int[] {0x1301, 0x1302, 0xC02B}, hello.cipherSuites());
        assertArrayEquals(HelloBytes.filled(32, 0x11), hello.sessionId());
        assertArrayEquals(HelloBytes.filled(32, 0x5A), hello.random());
        assertTrue(hello.offersSecureRenegotiation());
        assertTrue(hello.offersExtendedMasterSecret());
        assertFalse(hello.offersEarlyData());
        assertFalse(hello.requestsStatus());
    }

    @Test
    void missingValues() throws TlsHandshakeException {
        ClientHello hello = parse(HelloBytes.client12().noExtensions());
        assertNull(hello.serverName());
        assertEquals(List.of(), hello.applicationProtocols());
        assertEquals(0, hello.supportedVersions().length);
        assertEquals(0, hello.keyShareGroups().length);
        assertEquals(0, hello.signatureSchemes().length);
        assertEquals(0, hello.extensionTypes().length);
        assertFalse(hello.offers(TlsVersion.TLS_1_3));
        assertTrue(hello.offers(TlsVersion.TLS_1_2));
    }

    /** The parsed hello does not change if the buffer that it was read from changes. */
    @Test
    void keepsACopy() throws TlsHandshakeException {
        byte[] body = HelloBytes.client().body();
        ClientHello hello = ClientHello.parse(body, 0, body.length);
        Arrays.fill(body, (byte) 0);
        assertEquals("example.test", hello.serverName());
    }

    /** The exception for a malformed hello names the message, the field and the lengths. */
    @ParameterizedTest
    @ValueSource(ints = {ExtensionType.ALPN, ExtensionType.KEY_SHARE, ExtensionType.SERVER_NAME})
    void messages(int type) {
        String text = Verdict.message(
                HandshakeReader.server(BOTH),
                HelloBytes.client().with(type, WireBytes.bytes("0007 01")).message());
        assertTrue(text.startsWith("malformed ClientHello, " + ExtensionType.name(type) + ": "), text);
        assertTrue(text.contains("7 bytes") && text.contains("1 are left"), text);
    }

    private static ClientHello parse(HelloBytes hello) throws TlsHandshakeException {
        byte[] body = hello.body();
        return ClientHello.parse(body, 0, body.length);
    }
}
