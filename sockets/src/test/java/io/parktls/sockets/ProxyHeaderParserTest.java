package io.parktls.sockets;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ProtocolException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests the parser against HAProxy's proxy-protocol.txt, sections 2.1 and 2.2. */
final class ProxyHeaderParserTest {
    private static final String SIGNATURE = "0D0A0D0A000D0A515549540A";

    static Stream<Arguments> whole() {
        return Stream.of(
                text("PROXY TCP4 192.168.0.1 192.168.0.11 56324 443", ip(1, "192.168.0.1", 56324, "192.168.0.11", 443)),
                text("PROXY TCP4 0.0.0.0 255.255.255.255 0 65535", ip(1, "0.0.0.0", 0, "255.255.255.255", 65535)),
                text("PROXY TCP6 2001:db8::1 ::1 1 2", ip(1, "2001:db8::1", 1, "::1", 2)),
                text("PROXY UNKNOWN", new ProxyHeader(1, null, null)),
                text("PROXY UNKNOWN whatever else ffff", new ProxyHeader(1, null, null)),
                binary("21 11 000C C0A80001 C0A8000B DC04 01BB", ip(2, "192.168.0.1", 56324, "192.168.0.11", 443)),
                binary(
                        "21 21 0024 20010DB8000000000000000000000001 00000000000000000000000000000001 0001 0002",
                        ip(2, "2001:db8::1", 1, "::1", 2)),
                binary(
                        "21 11 0011 C0A80001 C0A8000B DC04 01BB 04 0002 ABCD",
                        ip(2, "192.168.0.1", 56324, "192.168.0.11", 443)),
                binary("20 00 0000", new ProxyHeader(2, null, null)),
                binary("20 11 000C C0A80001 C0A8000B DC04 01BB", new ProxyHeader(2, null, null)),
                binary("21 00 0003 FFFFFF", new ProxyHeader(2, null, null)),
                binary(
                        "21 31 00D8 " + path("/a") + path("/b"),
                        new ProxyHeader(2, UnixDomainSocketAddress.of("/a"), UnixDomainSocketAddress.of("/b"))));
    }

    private static Arguments text(String line, ProxyHeader expected) {
        return Arguments.of((line + "\r\n").getBytes(StandardCharsets.US_ASCII), expected);
    }

    private static Arguments binary(String hex, ProxyHeader expected) {
        return Arguments.of(bytes(hex), expected);
    }

    private static byte[] bytes(String hex) {
        return HexFormat.of().parseHex(SIGNATURE + hex.replace(" ", ""));
    }

    private static String path(String name) {
        return HexFormat.of().formatHex(Arrays.copyOf(name.getBytes(StandardCharsets.US_ASCII), 108));
    }

    private static ProxyHeader ip(int version, String source, int sourcePort, String destination, int destinationPort) {
        return new ProxyHeader(
                version,
                new InetSocketAddress(InetAddress.ofLiteral(source), sourcePort),
                new InetSocketAddress(InetAddress.ofLiteral(destination), destinationPort));
    }

    /** The header may arrive in any fragments, and bytes that follow it stay in the buffer. */
    @ParameterizedTest
    @MethodSource("whole")
    void isParsedOnceItIsComplete(byte[] header, ProxyHeader expected) throws Exception {
        for (int length = 0; length < header.length; length++) {
            ByteBuffer part = ByteBuffer.wrap(header, 0, length);
            assertNull(ProxyHeaderParser.parse(part));
            assertEquals(0, part.position());
        }
        ByteBuffer more =
                ByteBuffer.allocate(header.length + 3).put(header).flip().limit(header.length + 3);
        assertEquals(expected, ProxyHeaderParser.parse(more));
        assertEquals(3, more.remaining());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "PROXY TCP4 192.168.0.1 192.168.0.11 56324",
                "PROXY TCP4 192.168.0.1 192.168.0.11 56324 443 1",
                "PROXY TCP4  192.168.0.1 192.168.0.11 56324 443",
                "PROXY TCP4 192.168.0.1 192.168.0.11 56324 443 ",
                "PROXY TCP4 192.168.0.1 192.168.0.11 056324 443",
                "PROXY TCP4 192.168.0.1 192.168.0.11 +56324 443",
                "PROXY TCP4 192.168.0.1 192.168.0.11 65536 443",
                "PROXY TCP4 192.168.0.01 192.168.0.11 1 443",
                "PROXY TCP4 192.168.0.256 192.168.0.11 1 443",
                "PROXY TCP4 192.168.1 192.168.0.11 1 443",
                "PROXY TCP4 ::1 ::1 1 443",
                "PROXY TCP6 1.2.3.4 ::1 1 443",
                "PROXY TCP6 :::1 ::1 1 443",
                "PROXY TCP6 1:2:3 ::1 1 443",
                "PROXY TCP5 1.2.3.4 1.2.3.4 1 443",
                "PROXY UDP4 1.2.3.4 1.2.3.4 1 443",
                "PROXY UNKNOWNX",
                "PROXY  ",
                "proxy TCP4 192.168.0.1 192.168.0.11 56324 443",
                "PROXY TCP6 xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
            })
    void aMalformedLineIsRefused(String line) {
        refused((line + "\r\n").getBytes(StandardCharsets.US_ASCII));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "11 11 000C C0A80001 C0A8000B DC04 01BB",
                "22 11 000C C0A80001 C0A8000B DC04 01BB",
                "21 12 000C C0A80001 C0A8000B DC04 01BB",
                "21 13 000C C0A80001 C0A8000B DC04 01BB",
                "21 41 000C C0A80001 C0A8000B DC04 01BB",
                "21 11 000B C0A80001 C0A8000B DC04 01",
                "21 21 000C C0A80001 C0A8000B DC04 01BB",
                "21 11 000D C0A80001 C0A8000B DC04 01BB 04",
                "21 11 0011 C0A80001 C0A8000B DC04 01BB 04 0003 ABCD",
                "21 11 FFFF C0A80001"
            })
    void aMalformedBlockIsRefused(String hex) {
        refused(bytes(hex));
    }

    /** Input that is no header, such as a ClientHello or a request, is refused at the first byte that shows it. */
    @ParameterizedTest
    @ValueSource(strings = {"16", "47", "0D0D", "50524F5858", "0D0A0D0A000D0A515549540B"})
    void otherInputIsRefusedAtOnce(String hex) {
        refused(HexFormat.of().parseHex(hex));
    }

    private static void refused(byte[] bytes) {
        assertThrows(ProtocolException.class, () -> ProxyHeaderParser.parse(ByteBuffer.wrap(bytes)));
    }
}
