package io.parktls.wire;

import static io.parktls.TlsAlert.DECODE_ERROR;
import static io.parktls.TlsAlert.HANDSHAKE_FAILURE;
import static io.parktls.TlsAlert.ILLEGAL_PARAMETER;
import static io.parktls.TlsAlert.MISSING_EXTENSION;
import static io.parktls.TlsAlert.PROTOCOL_VERSION;
import static io.parktls.TlsAlert.UNSUPPORTED_EXTENSION;
import static io.parktls.wire.HelloBytes.filled;
import static io.parktls.wire.WireBytes.bytes;
import static io.parktls.wire.WireBytes.join;
import static io.parktls.wire.WireBytes.number;
import static io.parktls.wire.WireBytes.vector;

import java.util.List;

/**
 * Test cases for ServerHellos and HelloRetryRequests: whether a client accepts them, or with which alert it refuses
 * them. The client has sent {@link HelloBytes#client}, possibly with another session id.
 */
public final class ServerHelloCases {
    private static final String DOWNGRADE = "444F574E475244";

    /** The session id of the client, preceded by its length. */
    private final byte[] sessionId;

    private ServerHelloCases(byte[] sessionId) {
        this.sessionId = sessionId;
    }

    /** Returns all test cases, for a client with a session id of 32 bytes or without one. */
    public static List<HelloCase> all(byte[] sessionId) {
        return new ServerHelloCases(vector(1, sessionId)).rows();
    }

    private HelloBytes server13() {
        return HelloBytes.server13().sessionId(sessionId);
    }

    private HelloBytes retry() {
        return HelloBytes.retry().sessionId(sessionId);
    }

    private List<HelloCase> rows() {
        HelloCase.Table table = new HelloCase.Table();
        accepted(table);
        versions(table);
        fields(table);
        extensions13(table);
        extensions12(table);
        retries(table);
        forms(table);
        return table.rows();
    }

    private void accepted(HelloCase.Table table) {
        table.accepts("TLS 1.3", server13())
                .accepts("TLS 1.2", HelloBytes.server12())
                .accepts("TLS 1.2 without extensions", HelloBytes.server12().noExtensions())
                .accepts("TLS 1.2 with a session id", HelloBytes.server12().sessionId(vector(1, filled(32, 3))))
                .accepts(
                        "TLS 1.2 with every answer",
                        HelloBytes.server12()
                                .add(ExtensionType.SERVER_NAME, new byte[0])
                                .add(ExtensionType.SESSION_TICKET, new byte[0])
                                .add(ExtensionType.ALPN, HelloBytes.protocols("h2")))
                .accepts(
                        "TLS 1.2 with supported_groups, which some servers send",
                        HelloBytes.server12().add(ExtensionType.SUPPORTED_GROUPS, bytes("0002 001D")))
                .accepts("a HelloRetryRequest for a group", retry())
                .accepts(
                        "a HelloRetryRequest with a group and a cookie",
                        retry().add(ExtensionType.COOKIE, bytes("0001 01")))
                // C10
                .accepts(
                        "a HelloRetryRequest with a cookie alone",
                        retry().without(ExtensionType.KEY_SHARE).add(ExtensionType.COOKIE, bytes("0001 01")));
    }

    /** C11. */
    private void versions(HelloCase.Table table) {
        for (int version : new int[] {0x0300, 0x0200, 0x0000}) {
            String hex = HandshakeErrors.hex(version);
            table.refuses(
                            PROTOCOL_VERSION,
                            "TLS 1.3 with legacy_version " + hex,
                            server13().version(version))
                    .refuses(
                            PROTOCOL_VERSION,
                            "TLS 1.2 with version " + hex,
                            HelloBytes.server12().version(version))
                    .refuses(
                            PROTOCOL_VERSION, "HelloRetryRequest with legacy_version " + hex, retry().version(version));
        }
        for (int version : new int[] {0x0301, 0x0302, 0x0304, 0x0305, 0x0400, 0xFEFD, 0xFEFE}) {
            String hex = HandshakeErrors.hex(version);
            table.refuses(
                            ILLEGAL_PARAMETER,
                            "TLS 1.3 with legacy_version " + hex,
                            server13().version(version))
                    .refuses(
                            PROTOCOL_VERSION,
                            "TLS 1.2 with version " + hex,
                            HelloBytes.server12().version(version))
                    .refuses(
                            ILLEGAL_PARAMETER,
                            "HelloRetryRequest with legacy_version " + hex,
                            retry().version(version));
        }
        for (int version : new int[] {0x0300, 0x0301, 0x0302, 0x0303, 0x0305, 0x7F1C, 0x5A5A}) {
            String hex = HandshakeErrors.hex(version);
            table.refuses(
                            ILLEGAL_PARAMETER,
                            "supported_versions selects " + hex,
                            server13().with(ExtensionType.SUPPORTED_VERSIONS, number(2, version)))
                    .refuses(
                            ILLEGAL_PARAMETER,
                            "HelloRetryRequest that selects " + hex,
                            retry().with(ExtensionType.SUPPORTED_VERSIONS, number(2, version)));
        }
        table.refuses(
                        MISSING_EXTENSION,
                        "a HelloRetryRequest without supported_versions",
                        retry().without(ExtensionType.SUPPORTED_VERSIONS))
                .refuses(
                        ILLEGAL_PARAMETER,
                        "TLS 1.2 with the downgrade marker",
                        HelloBytes.server12().random(join(filled(24, 1), bytes(DOWNGRADE + "01"))))
                .refuses(
                        ILLEGAL_PARAMETER,
                        "TLS 1.2 with the downgrade marker for TLS 1.1",
                        HelloBytes.server12().random(join(filled(24, 1), bytes(DOWNGRADE + "00"))))
                .accepts(
                        "a server random that only begins like the downgrade marker",
                        HelloBytes.server12().random(join(filled(24, 1), bytes(DOWNGRADE + "02"))));
    }

    /** C8. */
    private void fields(HelloCase.Table table) {
        table.refuses(
                        ILLEGAL_PARAMETER,
                        "TLS 1.3 with a suite that was not offered",
                        server13().suites(bytes("1303")))
                .refuses(
                        ILLEGAL_PARAMETER,
                        "TLS 1.3 with a suite of TLS 1.2",
                        server13().suites(bytes("C02B")))
                .refuses(
                        ILLEGAL_PARAMETER,
                        "TLS 1.2 with a suite of TLS 1.3",
                        HelloBytes.server12().suites(bytes("1301")))
                .refuses(
                        ILLEGAL_PARAMETER,
                        "TLS 1.2 with a suite that was not offered",
                        HelloBytes.server12().suites(bytes("C030")))
                .refuses(
                        ILLEGAL_PARAMETER,
                        "a signalling suite",
                        HelloBytes.server12().suites(bytes("00FF")))
                .refuses(
                        ILLEGAL_PARAMETER,
                        "TLS 1.3 with another session id",
                        server13().sessionId(vector(1, filled(32, 0x12))))
                .refuses(
                        ILLEGAL_PARAMETER,
                        "TLS 1.3 with a shorter session id",
                        server13().sessionId(vector(1, filled(31, 0x11))))
                .refuses(
                        ILLEGAL_PARAMETER,
                        "TLS 1.3 with or without a session id, unlike the client",
                        server13().sessionId(sessionId.length > 1 ? vector(1) : vector(1, new byte[32])))
                .refuses(
                        ILLEGAL_PARAMETER,
                        "TLS 1.3 with compression",
                        server13().compression(bytes("01")))
                .refuses(
                        ILLEGAL_PARAMETER,
                        "TLS 1.2 with compression",
                        HelloBytes.server12().compression(bytes("01")))
                .refuses(ILLEGAL_PARAMETER, "HelloRetryRequest with compression", retry().compression(bytes("01")))
                .refuses(
                        ILLEGAL_PARAMETER,
                        "HelloRetryRequest with another session id",
                        retry().sessionId(vector(1, filled(30, 7))))
                .refuses(
                        ILLEGAL_PARAMETER,
                        "HelloRetryRequest with a suite that was not offered",
                        retry().suites(bytes("1303")))
                .refuses(DECODE_ERROR, "session id of 33 bytes", server13().sessionId(vector(1, new byte[33])))
                .refuses(DECODE_ERROR, "a byte after the extensions", server13().trailing(bytes("00")))
                .refuses(
                        DECODE_ERROR,
                        "a byte in place of the extensions",
                        HelloBytes.server12().noExtensions().trailing(bytes("00")))
                .refuses(
                        DECODE_ERROR,
                        "extensions longer than their length field",
                        server13().extensionsLengthError(-1))
                .refuses(
                        DECODE_ERROR,
                        "extensions shorter than their length field",
                        server13().extensionsLengthError(1))
                .refuses(
                        DECODE_ERROR,
                        "HelloRetryRequest with a byte after the extensions",
                        retry().trailing(bytes("00")));
    }

    /** C5 and RFC 8446 4.1.3. */
    private void extensions13(HelloCase.Table table) {
        for (int type : new int[] {
            ExtensionType.STATUS_REQUEST,
            ExtensionType.SIGNED_CERTIFICATE_TIMESTAMP,
            ExtensionType.COOKIE,
            ExtensionType.PRE_SHARED_KEY,
            ExtensionType.EARLY_DATA,
            ExtensionType.RECORD_SIZE_LIMIT,
            ExtensionType.HEARTBEAT,
            0x7777,
            0x5A5A
        }) {
            String name = ExtensionType.name(type);
            for (String body : new String[] {"", "00", "0000", "01 000003 010203"}) {
                table.refuses(
                        UNSUPPORTED_EXTENSION,
                        "TLS 1.3 with " + name + " '" + body + "', which was not requested",
                        server13().add(type, bytes(body)));
                table.refuses(
                        UNSUPPORTED_EXTENSION,
                        "TLS 1.2 with " + name + " '" + body + "', which was not requested",
                        HelloBytes.server12().add(type, bytes(body)));
                if (type != ExtensionType.COOKIE) {
                    table.refuses(
                            UNSUPPORTED_EXTENSION,
                            "HelloRetryRequest with " + name + " '" + body + "', which was not requested",
                            retry().add(type, bytes(body)));
                }
            }
        }
        table.refuses(
                        ILLEGAL_PARAMETER,
                        "server_name in a ServerHello of TLS 1.3",
                        server13().add(ExtensionType.SERVER_NAME, new byte[0]))
                .refuses(
                        ILLEGAL_PARAMETER,
                        "ALPN in a ServerHello of TLS 1.3",
                        server13().add(ExtensionType.ALPN, HelloBytes.protocols("h2")))
                .refuses(
                        ILLEGAL_PARAMETER,
                        "supported_groups in a ServerHello of TLS 1.3",
                        server13().add(ExtensionType.SUPPORTED_GROUPS, bytes("0002 001D")))
                .refuses(
                        ILLEGAL_PARAMETER,
                        "extended_master_secret in a ServerHello of TLS 1.3",
                        server13().add(ExtensionType.EXTENDED_MASTER_SECRET, new byte[0]))
                .refuses(
                        ILLEGAL_PARAMETER,
                        "supported_groups in a HelloRetryRequest",
                        retry().add(ExtensionType.SUPPORTED_GROUPS, bytes("0002 001D")))
                .refuses(MISSING_EXTENSION, "no key_share", server13().without(ExtensionType.KEY_SHARE))
                .refuses(
                        ILLEGAL_PARAMETER,
                        "a key share of a group without a share",
                        share(0x0018, HelloBytes.P384_SHARE))
                .refuses(
                        ILLEGAL_PARAMETER, "a key share of a group that was not offered", share(0x0019, filled(133, 4)))
                .refuses(ILLEGAL_PARAMETER, "a key share that is too short", share(0x001D, filled(31, 9)))
                .refuses(ILLEGAL_PARAMETER, "a key share that is too long", share(0x001D, filled(33, 9)))
                .refuses(
                        ILLEGAL_PARAMETER,
                        "key_share twice",
                        server13().add(ExtensionType.KEY_SHARE, join(bytes("001D"), vector(2, filled(32, 9)))))
                .refuses(
                        ILLEGAL_PARAMETER,
                        "supported_versions twice",
                        server13().add(ExtensionType.SUPPORTED_VERSIONS, bytes("0304")));
    }

    private HelloBytes share(int group, byte[] share) {
        return server13().with(ExtensionType.KEY_SHARE, join(number(2, group), vector(2, share)));
    }

    /** C6 and RFC 8446 4.2. */
    private void extensions12(HelloCase.Table table) {
        table.refuses(
                        ILLEGAL_PARAMETER,
                        "an application protocol that was not offered",
                        HelloBytes.server12().add(ExtensionType.ALPN, HelloBytes.protocols("spdy/1")))
                .refuses(
                        ILLEGAL_PARAMETER,
                        "an application protocol that begins like one that was offered",
                        HelloBytes.server12().add(ExtensionType.ALPN, HelloBytes.protocols("http/1")))
                .refuses(
                        DECODE_ERROR,
                        "two application protocols",
                        HelloBytes.server12().add(ExtensionType.ALPN, HelloBytes.protocols("h2", "http/1.1")))
                .refuses(
                        DECODE_ERROR,
                        "no application protocol",
                        HelloBytes.server12().add(ExtensionType.ALPN, bytes("0000")))
                .refuses(
                        DECODE_ERROR,
                        "an empty application protocol",
                        HelloBytes.server12().add(ExtensionType.ALPN, bytes("0001 00")))
                .refuses(
                        DECODE_ERROR,
                        "server_name with a body",
                        HelloBytes.server12().add(ExtensionType.SERVER_NAME, HelloBytes.serverName("a.test")))
                .refuses(
                        DECODE_ERROR,
                        "extended_master_secret with a body",
                        HelloBytes.server12().with(ExtensionType.EXTENDED_MASTER_SECRET, bytes("00")))
                .refuses(
                        DECODE_ERROR,
                        "session_ticket with a body",
                        HelloBytes.server12().add(ExtensionType.SESSION_TICKET, bytes("00")))
                .refuses(
                        HANDSHAKE_FAILURE,
                        "a renegotiation_info that is not empty",
                        HelloBytes.server12().with(ExtensionType.RENEGOTIATION_INFO, bytes("01 00")))
                .refuses(
                        ILLEGAL_PARAMETER,
                        "compressed points only",
                        HelloBytes.server12().with(ExtensionType.EC_POINT_FORMATS, bytes("01 01")))
                .refuses(
                        ILLEGAL_PARAMETER,
                        "key_share in TLS 1.2",
                        HelloBytes.server12()
                                .add(ExtensionType.KEY_SHARE, join(bytes("001D"), vector(2, filled(32, 9)))))
                .refuses(
                        ILLEGAL_PARAMETER,
                        "signature_algorithms in TLS 1.2",
                        HelloBytes.server12().add(ExtensionType.SIGNATURE_ALGORITHMS, bytes("0002 0403")))
                .refuses(
                        ILLEGAL_PARAMETER,
                        "extended_master_secret twice",
                        HelloBytes.server12().add(ExtensionType.EXTENDED_MASTER_SECRET, new byte[0]));
    }

    /** C10. */
    private void retries(HelloCase.Table table) {
        table.refuses(
                        ILLEGAL_PARAMETER,
                        "a HelloRetryRequest that changes nothing",
                        retry().without(ExtensionType.KEY_SHARE))
                .refuses(
                        ILLEGAL_PARAMETER,
                        "a HelloRetryRequest for a group that has a share",
                        retry().with(ExtensionType.KEY_SHARE, bytes("001D")))
                .refuses(
                        ILLEGAL_PARAMETER,
                        "a HelloRetryRequest for a group that was not offered",
                        retry().with(ExtensionType.KEY_SHARE, bytes("0019")))
                .refuses(
                        ILLEGAL_PARAMETER,
                        "a HelloRetryRequest for a group that has a share, with a cookie",
                        retry().with(ExtensionType.KEY_SHARE, bytes("001D"))
                                .add(ExtensionType.COOKIE, bytes("0001 01")));
    }

    private void forms(HelloCase.Table table) {
        for (String body : new String[] {"", "03", "0304 00", "02 0304"}) {
            table.refuses(
                    DECODE_ERROR,
                    "supported_versions is '" + body + "'",
                    server13().with(ExtensionType.SUPPORTED_VERSIONS, bytes(body)));
        }
        for (String body : new String[] {
            "", "00", "001D", "001D 00", "001D 0000", "001D 0002 09", "001D 0001 09 00", "0024 001D 0020"
        }) {
            table.refuses(
                    DECODE_ERROR, "key_share is '" + body + "'", server13().with(ExtensionType.KEY_SHARE, bytes(body)));
        }
        for (String body : new String[] {"", "00", "0017 00", "0017 0001 04"}) {
            table.refuses(
                    DECODE_ERROR,
                    "key_share of a HelloRetryRequest is '" + body + "'",
                    retry().with(ExtensionType.KEY_SHARE, bytes(body)));
        }
        for (String body : new String[] {"", "00", "0000", "0002 01", "0001 01 00"}) {
            table.refuses(DECODE_ERROR, "cookie is '" + body + "'", retry().add(ExtensionType.COOKIE, bytes(body)));
        }
        for (String body : new String[] {"", "01", "00 00"}) {
            table.refuses(
                    DECODE_ERROR,
                    "renegotiation_info is '" + body + "'",
                    HelloBytes.server12().with(ExtensionType.RENEGOTIATION_INFO, bytes(body)));
        }
        for (String body : new String[] {"", "00", "02 00", "01 00 00"}) {
            table.refuses(
                    DECODE_ERROR,
                    "ec_point_formats is '" + body + "'",
                    HelloBytes.server12().with(ExtensionType.EC_POINT_FORMATS, bytes(body)));
        }
    }
}
