package io.parktls.wire;

import static io.parktls.TlsAlert.DECODE_ERROR;
import static io.parktls.TlsAlert.HANDSHAKE_FAILURE;
import static io.parktls.TlsAlert.ILLEGAL_PARAMETER;
import static io.parktls.TlsAlert.INAPPROPRIATE_FALLBACK;
import static io.parktls.TlsAlert.MISSING_EXTENSION;
import static io.parktls.TlsAlert.PROTOCOL_VERSION;
import static io.parktls.wire.HelloBytes.client;
import static io.parktls.wire.HelloBytes.client12;
import static io.parktls.wire.HelloBytes.filled;
import static io.parktls.wire.HelloBytes.keyShares;
import static io.parktls.wire.HelloBytes.serverName;
import static io.parktls.wire.WireBytes.bytes;
import static io.parktls.wire.WireBytes.join;
import static io.parktls.wire.WireBytes.number;
import static io.parktls.wire.WireBytes.vector;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Test cases for ClientHellos: whether a server with TLS 1.2 and 1.3 accepts them, or with which alert it refuses them.
 */
public final class ClientHelloCases {
    private static final int GREASE = 0x5A5A;

    private ClientHelloCases() {}

    /** Returns all test cases. */
    public static List<HelloCase> all() {
        HelloCase.Table table = new HelloCase.Table();
        accepted(table);
        versions(table);
        fields(table);
        compression(table);
        schemes(table);
        missing(table);
        keyShares13(table);
        extensions(table);
        forms(table);
        return table.rows();
    }

    private static void accepted(HelloCase.Table table) {
        table.accepts("a client of both versions", client())
                .accepts("a client of TLS 1.2", client12())
                .accepts("no session id", client().sessionId(vector(1)))
                .accepts("reserved values (RFC 8701) in all lists that may have them", reserved())
                .accepts("an unknown extension with a body", client().add(0x7777, filled(100, 7)))
                .accepts("unknown extensions, one of each type", many(100))
                .accepts("padding", client().add(ExtensionType.PADDING, new byte[300]))
                .accepts("early_data without a pre-shared key", client().add(ExtensionType.EARLY_DATA, new byte[0]))
                .accepts("no signalling of secure renegotiation", client().without(ExtensionType.RENEGOTIATION_INFO))
                .accepts("no extended_master_secret", client12().without(ExtensionType.EXTENDED_MASTER_SECRET));
    }

    private static HelloBytes reserved() {
        HelloBytes hello = client().suites(bytes("0008 5A5A 1301 1302 C02B"))
                .with(ExtensionType.SUPPORTED_GROUPS, bytes("0008 5A5A 001D 0017 0018"))
                .with(ExtensionType.SUPPORTED_VERSIONS, bytes("06 5A5A 0304 0303"))
                .with(ExtensionType.SIGNATURE_ALGORITHMS, bytes("000A 5A5A 0403 0804 0401 0807"))
                .with(ExtensionType.PSK_KEY_EXCHANGE_MODES, bytes("02 0B 01"))
                .with(ExtensionType.ALPN, join(number(2, 6), vector(1, bytes("5A5A")), vector(1, bytes("6832"))))
                .with(
                        ExtensionType.KEY_SHARE,
                        join(number(2, 41), bytes("5A5A 0001 00"), bytes("001D"), vector(2, filled(32, 9))));
        return hello.add(GREASE, new byte[0]).add(GREASE + 0x1010, new byte[1]);
    }

    private static HelloBytes many(int count) {
        HelloBytes hello = client();
        for (int i = 0; i < count; i++) {
            hello.add(0x4000 + i, new byte[i % 3]);
        }
        return hello;
    }

    /** C11, C12. */
    private static void versions(HelloCase.Table table) {
        for (int version :
                new int[] {0x0301, 0x0302, 0x0304, 0x0305, 0x03FF, 0x0400, 0x0401, 0x7F1C, 0xFEFD, 0xFEFE, 0xFFFF}) {
            table.accepts(
                    "legacy_version " + HandshakeErrors.hex(version) + " beside supported_versions",
                    client().version(version));
        }
        for (int version : new int[] {0x0304, 0x0305, 0x03FF, 0x0400, 0x0401, 0xFEFD, 0xFEFE, 0xFFFF}) {
            table.accepts(
                    "version " + HandshakeErrors.hex(version) + " alone",
                    client12().version(version));
        }
        for (int version : new int[] {0x0300, 0x0200, 0x0002, 0x0000, 0x02FF}) {
            table.refuses(
                    PROTOCOL_VERSION,
                    "legacy_version " + HandshakeErrors.hex(version) + " beside supported_versions",
                    client().version(version));
        }
        for (int version : new int[] {0x0302, 0x0301, 0x0300, 0x0200, 0x0000}) {
            table.refuses(
                    PROTOCOL_VERSION,
                    "version " + HandshakeErrors.hex(version) + " alone",
                    client12().version(version));
        }
        table.accepts("TLS 1.2 before TLS 1.3", client().with(ExtensionType.SUPPORTED_VERSIONS, bytes("04 0303 0304")))
                .accepts(
                        "all versions, oldest first",
                        client().with(ExtensionType.SUPPORTED_VERSIONS, bytes("0A 0301 0302 0303 5A5A 0304")))
                .accepts(
                        "supported_versions with TLS 1.2 only",
                        client().suites(bytes("0002 C02B")).with(ExtensionType.SUPPORTED_VERSIONS, bytes("02 0303")))
                .refuses(
                        PROTOCOL_VERSION,
                        "supported_versions with old versions only",
                        client().with(ExtensionType.SUPPORTED_VERSIONS, bytes("04 0302 0301")))
                .refuses(
                        PROTOCOL_VERSION,
                        "supported_versions with a draft only",
                        client().with(ExtensionType.SUPPORTED_VERSIONS, bytes("02 7F1C")))
                .refuses(
                        INAPPROPRIATE_FALLBACK,
                        "a fallback to TLS 1.2",
                        client12().suites(bytes("0004 C02B 5600")))
                .accepts("TLS_FALLBACK_SCSV in a hello with TLS 1.3", client().suites(bytes("0004 1301 5600")));
    }

    /** C8. */
    private static void fields(HelloCase.Table table) {
        table.refuses(DECODE_ERROR, "session id of 33 bytes", client().sessionId(vector(1, new byte[33])))
                .refuses(
                        DECODE_ERROR, "session id whose length exceeds the message", client().sessionId(bytes("FF 00")))
                .refuses(DECODE_ERROR, "random of 31 bytes", client().random(new byte[31]))
                .refuses(DECODE_ERROR, "no cipher suites", client().suites(bytes("0000")))
                .refuses(DECODE_ERROR, "half a cipher suite", client().suites(bytes("0001 13")))
                .refuses(DECODE_ERROR, "one and a half cipher suites", client().suites(bytes("0003 130113")))
                .refuses(
                        DECODE_ERROR,
                        "cipher suites whose length exceeds the message",
                        client().suites(bytes("FFFE 1301")))
                .refuses(DECODE_ERROR, "only the version", new HelloBytesOf(bytes("0303")).hello())
                .refuses(DECODE_ERROR, "an empty message", new HelloBytesOf(new byte[0]).hello())
                .refuses(DECODE_ERROR, "a byte after the extensions", client().trailing(bytes("00")))
                .refuses(DECODE_ERROR, "four bytes after the extensions", client().trailing(bytes("00000000")))
                .refuses(
                        DECODE_ERROR,
                        "a byte in place of the extensions",
                        client12().noExtensions().trailing(bytes("00")))
                .refuses(
                        DECODE_ERROR,
                        "extensions that are a byte longer than their length field",
                        client().extensionsLengthError(-1))
                .refuses(
                        DECODE_ERROR,
                        "extensions that are a byte shorter than their length field",
                        client().extensionsLengthError(1))
                .refuses(
                        DECODE_ERROR,
                        "half an extension",
                        client12().noExtensions().trailing(bytes("0003 7777 00")))
                .refuses(
                        DECODE_ERROR,
                        "an extension whose length exceeds that of all extensions",
                        client12().noExtensions().trailing(bytes("0004 7777 0001")));
    }

    /** Returns a hello that consists of the given bytes. */
    private record HelloBytesOf(byte[] body) {
        HelloBytes hello() {
            HelloBytes hello = client().noExtensions();
            hello.version = body;
            hello.random = new byte[0];
            hello.sessionId = new byte[0];
            hello.suites = new byte[0];
            hello.compression = new byte[0];
            return hello;
        }
    }

    /** C7. */
    private static void compression(HelloCase.Table table) {
        for (String methods : new String[] {"0100", "01"}) {
            byte[] list = vector(1, bytes(methods));
            table.refuses(ILLEGAL_PARAMETER, "TLS 1.3 with compression methods " + methods, client().compression(list));
        }
        table.refuses(ILLEGAL_PARAMETER, "TLS 1.3 with the null method twice", client().compression(bytes("02 0000")))
                .refuses(DECODE_ERROR, "no compression methods", client().compression(bytes("00")))
                .refuses(
                        DECODE_ERROR,
                        "TLS 1.2 with no compression methods",
                        client12().compression(bytes("00")))
                .refuses(
                        ILLEGAL_PARAMETER,
                        "TLS 1.2 without the null method",
                        client12().compression(bytes("01 01")))
                .accepts("TLS 1.2 with more than the null method", client12().compression(bytes("02 01 00")))
                .refuses(
                        DECODE_ERROR,
                        "compression methods whose length exceeds the message",
                        client12().noExtensions().compression(bytes("02 00")));
    }

    /** C14, independent of the server's identities: schemes that no identity can sign with. */
    private static void schemes(HelloCase.Table table) {
        table.refuses(
                        HANDSHAKE_FAILURE,
                        "TLS 1.2 without extensions, which means SHA-1",
                        client12().noExtensions())
                .refuses(
                        HANDSHAKE_FAILURE,
                        "TLS 1.2 without signature_algorithms",
                        client12().without(ExtensionType.SIGNATURE_ALGORITHMS))
                .refuses(
                        HANDSHAKE_FAILURE,
                        "TLS 1.2 with SHA-1 only",
                        client12().with(ExtensionType.SIGNATURE_ALGORITHMS, bytes("0004 0203 0201")))
                .refuses(
                        HANDSHAKE_FAILURE,
                        "TLS 1.3 with SHA-1 only",
                        client().with(ExtensionType.SIGNATURE_ALGORITHMS, bytes("0004 0203 0201")))
                .refuses(
                        HANDSHAKE_FAILURE,
                        "TLS 1.3 with PKCS #1 only",
                        client().with(ExtensionType.SIGNATURE_ALGORITHMS, bytes("0006 0401 0501 0601")))
                .refuses(
                        HANDSHAKE_FAILURE,
                        "TLS 1.3 with unknown schemes only",
                        client().with(ExtensionType.SIGNATURE_ALGORITHMS, bytes("0004 5A5A 0999")))
                .accepts(
                        "one known scheme among unknown ones",
                        client().with(ExtensionType.SIGNATURE_ALGORITHMS, bytes("0006 5A5A 0999 0403")));
    }

    /** C9. */
    private static void missing(HelloCase.Table table) {
        table.refuses(MISSING_EXTENSION, "no key_share", client().without(ExtensionType.KEY_SHARE))
                .refuses(MISSING_EXTENSION, "no supported_groups", client().without(ExtensionType.SUPPORTED_GROUPS))
                .refuses(
                        MISSING_EXTENSION,
                        "neither key_share nor supported_groups",
                        client().without(ExtensionType.KEY_SHARE).without(ExtensionType.SUPPORTED_GROUPS))
                .refuses(
                        MISSING_EXTENSION,
                        "no signature_algorithms",
                        client().without(ExtensionType.SIGNATURE_ALGORITHMS))
                .refuses(
                        MISSING_EXTENSION,
                        "signature_algorithms_cert alone",
                        client().without(ExtensionType.SIGNATURE_ALGORITHMS)
                                .add(ExtensionType.SIGNATURE_ALGORITHMS_CERT, bytes("0002 0403")))
                .refuses(
                        MISSING_EXTENSION,
                        "pre_shared_key without psk_key_exchange_modes",
                        client().without(ExtensionType.PSK_KEY_EXCHANGE_MODES)
                                .add(ExtensionType.PRE_SHARED_KEY, preSharedKey(1, 1)))
                .refuses(MISSING_EXTENSION, "supported_versions only", only(ExtensionType.SUPPORTED_VERSIONS))
                .accepts("no psk_key_exchange_modes", client().without(ExtensionType.PSK_KEY_EXCHANGE_MODES))
                .accepts(
                        "no server_name, no ALPN",
                        client().without(ExtensionType.SERVER_NAME).without(ExtensionType.ALPN));
    }

    private static HelloBytes only(int type) {
        HelloBytes hello = client();
        hello.extensions.removeIf(extension -> extension.type() != type);
        return hello;
    }

    private static byte[] preSharedKey(int identities, int binders) {
        byte[] identity = join(vector(2, filled(20, 1)), new byte[4]);
        byte[] binder = vector(1, filled(32, 2));
        return join(vector(2, repeated(identity, identities)), vector(2, repeated(binder, binders)));
    }

    private static byte[] repeated(byte[] bytes, int times) {
        byte[] all = {};
        for (int i = 0; i < times; i++) {
            all = join(all, bytes);
        }
        return all;
    }

    /** RFC 8446 4.2.8. */
    private static void keyShares13(HelloCase.Table table) {
        byte[] x25519 = join(number(2, 0x001D), vector(2, filled(32, 9)));
        byte[] p256 = join(number(2, 0x0017), vector(2, HelloBytes.P256_SHARE));
        table.refuses(ILLEGAL_PARAMETER, "two key shares for a group", shares(join(x25519, x25519)))
                .refuses(
                        ILLEGAL_PARAMETER,
                        "a key share for a group that is not listed",
                        client().with(ExtensionType.SUPPORTED_GROUPS, bytes("0002 0017")))
                .refuses(
                        ILLEGAL_PARAMETER,
                        "a key share for x25519 of 31 bytes",
                        client().with(ExtensionType.KEY_SHARE, keyShares(0x001D, new byte[31])))
                .refuses(
                        ILLEGAL_PARAMETER,
                        "a key share for x25519 of 33 bytes",
                        client().with(ExtensionType.KEY_SHARE, keyShares(0x001D, new byte[33])))
                .refuses(
                        ILLEGAL_PARAMETER,
                        "a key share for secp256r1 of 64 bytes",
                        client().with(ExtensionType.KEY_SHARE, keyShares(0x0017, filled(64, 4))))
                .refuses(
                        ILLEGAL_PARAMETER,
                        "a compressed key share",
                        client().with(ExtensionType.KEY_SHARE, keyShares(0x0017, join(bytes("02"), filled(64, 4)))))
                .refuses(
                        ILLEGAL_PARAMETER,
                        "the second of two shares too short",
                        shares(join(x25519, bytes("0017 0001 04"))))
                .refuses(DECODE_ERROR, "an empty key share", shares(bytes("001D 0000")))
                .accepts("no key share yet", client().with(ExtensionType.KEY_SHARE, bytes("0000")))
                .accepts("key shares in another order than the groups", shares(join(p256, x25519)))
                .accepts(
                        "a key share of an unknown group",
                        client().with(ExtensionType.SUPPORTED_GROUPS, bytes("0006 001D 0017 4242"))
                                .with(ExtensionType.KEY_SHARE, vector(2, join(bytes("4242 0003 010203"), x25519))));
    }

    private static HelloBytes shares(byte[] entries) {
        return client().with(ExtensionType.KEY_SHARE, vector(2, entries));
    }

    /** Extensions that are well-formed but have forbidden values or combinations. */
    private static void extensions(HelloCase.Table table) {
        for (HelloBytes.Extension extension : client().extensions) {
            table.refuses(
                    ILLEGAL_PARAMETER,
                    "twice: " + ExtensionType.name(extension.type()),
                    client().add(extension.type(), extension.body()));
        }
        table.refuses(
                        ILLEGAL_PARAMETER,
                        "an unknown extension twice",
                        client().add(0x7777, bytes("01")).add(0x7777, bytes("01")))
                .refuses(
                        ILLEGAL_PARAMETER,
                        "an unknown extension twice among many",
                        many(100).add(0x4000, new byte[0]))
                .refuses(
                        ILLEGAL_PARAMETER,
                        "pre_shared_key before the end",
                        client().add(ExtensionType.PRE_SHARED_KEY, preSharedKey(1, 1))
                                .add(0x7777, new byte[0]))
                .refuses(
                        ILLEGAL_PARAMETER,
                        "fewer binders than identities",
                        client().add(ExtensionType.PRE_SHARED_KEY, preSharedKey(2, 1)))
                .refuses(
                        ILLEGAL_PARAMETER,
                        "more binders than identities",
                        client().add(ExtensionType.PRE_SHARED_KEY, preSharedKey(1, 2)))
                .refuses(
                        ILLEGAL_PARAMETER,
                        "oid_filters, which belong into a CertificateRequest",
                        client().add(ExtensionType.OID_FILTERS, bytes("0000")))
                .refuses(
                        ILLEGAL_PARAMETER,
                        "two host names",
                        client().with(ExtensionType.SERVER_NAME, vector(2, bytes("00 0001 61 00 0001 62"))))
                .accepts(
                        "a name of another type beside the host name",
                        client().with(ExtensionType.SERVER_NAME, vector(2, bytes("07 0001 61 00 0001 62"))))
                .refuses(
                        ILLEGAL_PARAMETER,
                        "a host name with a null byte",
                        client().with(ExtensionType.SERVER_NAME, serverName("a\0b.test")))
                .refuses(
                        ILLEGAL_PARAMETER,
                        "a host name with an escape sequence",
                        client().with(ExtensionType.SERVER_NAME, serverName("a\u001B[31mb")))
                .refuses(
                        ILLEGAL_PARAMETER,
                        "a host name that is not ASCII",
                        client().with(ExtensionType.SERVER_NAME, serverName("\u00E4.test")))
                // C13
                .accepts(
                        "TLS 1.3 with compressed points only",
                        client().with(ExtensionType.EC_POINT_FORMATS, bytes("01 01")))
                .refuses(
                        ILLEGAL_PARAMETER,
                        "TLS 1.2 with compressed points only",
                        client12().with(ExtensionType.EC_POINT_FORMATS, bytes("01 01")))
                .accepts("TLS 1.2 without ec_point_formats", client12().without(ExtensionType.EC_POINT_FORMATS))
                .refuses(
                        HANDSHAKE_FAILURE,
                        "TLS 1.2 with a renegotiation_info that is not empty",
                        client12().with(ExtensionType.RENEGOTIATION_INFO, bytes("01 00")))
                .accepts(
                        "TLS 1.3 with a renegotiation_info that is not empty",
                        client().with(ExtensionType.RENEGOTIATION_INFO, bytes("01 00")))
                .refuses(
                        ILLEGAL_PARAMETER,
                        "max_fragment_length 0",
                        client().with(ExtensionType.MAX_FRAGMENT_LENGTH, bytes("00")))
                .refuses(
                        ILLEGAL_PARAMETER,
                        "max_fragment_length 5",
                        client().with(ExtensionType.MAX_FRAGMENT_LENGTH, bytes("05")))
                .refuses(
                        ILLEGAL_PARAMETER,
                        "record_size_limit 63",
                        client().with(ExtensionType.RECORD_SIZE_LIMIT, bytes("003F")))
                .refuses(
                        ILLEGAL_PARAMETER,
                        "heartbeat of an unknown mode",
                        client().with(ExtensionType.HEARTBEAT, bytes("03")))
                .refuses(
                        ILLEGAL_PARAMETER,
                        "padding that is not zero",
                        client().with(ExtensionType.PADDING, bytes("0001")));
    }

    /** C7: malformed extensions. Each known extension has test cases. */
    private static void forms(HelloCase.Table table) {
        Map<Integer, String[]> malformed = new TreeMap<>();
        String[] notEmpty = {"00", "0000", "0001 00"};
        String[] list16 = {"", "00", "0000", "0001 04", "0003 0403 04", "0004 0403", "0002 0403 00"};
        malformed.put(ExtensionType.SERVER_NAME, new String[] {
            "",
            "00",
            "0000",
            "0001 00",
            "0003 00 0000",
            "0004 00 0001",
            "0004 00 0002 61",
            "0004 00 0001 61 00",
            "0005 00 0001 61 00",
            "FFFFFFFF"
        });
        malformed.put(ExtensionType.MAX_FRAGMENT_LENGTH, new String[] {"", "01 00"});
        malformed.put(ExtensionType.STATUS_REQUEST, new String[] {
            "",
            "01",
            "01 00",
            "01 0000",
            "01 0000 00",
            "01 0000 0001",
            "01 0000 0000 00",
            "01 0002 0000 0000",
            "01 0003 0001 0000",
            "01 FFFF 0000"
        });
        malformed.put(
                ExtensionType.STATUS_REQUEST_V2,
                new String[] {"", "0000", "0001 02", "0003 02 0001", "0007 02 0004 0000 0000 00"});
        malformed.put(ExtensionType.SUPPORTED_GROUPS, list16);
        malformed.put(ExtensionType.EC_POINT_FORMATS, new String[] {"", "00", "02 00", "01 00 00"});
        malformed.put(ExtensionType.SIGNATURE_ALGORITHMS, list16);
        malformed.put(ExtensionType.SIGNATURE_ALGORITHMS_CERT, list16);
        malformed.put(ExtensionType.USE_SRTP, new String[] {"", "0002 0001", "0002 0001 01", "0003 000100 00"});
        malformed.put(ExtensionType.HEARTBEAT, new String[] {"", "01 00"});
        malformed.put(ExtensionType.ALPN, new String[] {
            "",
            "00",
            "0000",
            "0001 00",
            "0001 02",
            "0002 02 68",
            "0003 03 68 32",
            "0003 02 68 32 00",
            "0004 02 68 32 00",
            "0004 02 68 32"
        });
        malformed.put(ExtensionType.SIGNED_CERTIFICATE_TIMESTAMP, notEmpty);
        malformed.put(ExtensionType.CLIENT_CERTIFICATE_TYPE, new String[] {"", "00", "02 00", "01 00 00"});
        malformed.put(ExtensionType.SERVER_CERTIFICATE_TYPE, new String[] {"", "00", "02 00", "01 00 00"});
        malformed.put(ExtensionType.ENCRYPT_THEN_MAC, notEmpty);
        malformed.put(ExtensionType.EXTENDED_MASTER_SECRET, notEmpty);
        malformed.put(ExtensionType.TRUNCATED_HMAC, notEmpty);
        malformed.put(
                ExtensionType.COMPRESS_CERTIFICATE,
                new String[] {"", "00", "01 00", "03 000200", "04 0002", "02 0002 00"});
        malformed.put(ExtensionType.RECORD_SIZE_LIMIT, new String[] {"", "40", "4000 00"});
        malformed.put(ExtensionType.EARLY_DATA, notEmpty);
        malformed.put(ExtensionType.POST_HANDSHAKE_AUTH, notEmpty);
        malformed.put(
                ExtensionType.SUPPORTED_VERSIONS,
                new String[] {"", "00", "01 03", "03 0304 03", "04 0304", "02 0304 00", "FF 0304"});
        malformed.put(ExtensionType.COOKIE, new String[] {"", "00", "0000", "0002 01", "0001 01 02"});
        malformed.put(ExtensionType.PSK_KEY_EXCHANGE_MODES, new String[] {"", "00", "02 01", "01 01 00"});
        malformed.put(
                ExtensionType.CERTIFICATE_AUTHORITIES,
                new String[] {"", "0000", "0002 0000", "0003 0002 30", "0004 0001 30 00", "0003 0001 30 00"});
        malformed.put(ExtensionType.KEY_SHARE, new String[] {
            "",
            "00",
            "0001 00",
            "0003 001D 00",
            "0004 001D 0000",
            "0005 001D 0002 09",
            "0006 001D 0001 09 00",
            "0000 00",
            "0024 001D 0020 09"
        });
        malformed.put(ExtensionType.PRE_SHARED_KEY, new String[] {
            "",
            "0000",
            "0000 0000",
            "0007 0001 01 00000000 0000",
            "0007 0001 01 00000000 0002 0100",
            "0006 0000 00000000"
        });
        malformed.put(ExtensionType.RENEGOTIATION_INFO, new String[] {"", "01", "00 00", "02 00"});
        malformed.forEach((type, bodies) -> {
            for (String body : bodies) {
                String name = ExtensionType.name(type) + " is '" + body + "'";
                table.refuses(DECODE_ERROR, name, client().with(type, bytes(body)));
            }
        });
    }
}
