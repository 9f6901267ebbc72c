package io.parktls.wire;

import static io.parktls.wire.WireBytes.bytes;
import static io.parktls.wire.WireBytes.join;
import static io.parktls.wire.WireBytes.number;
import static io.parktls.wire.WireBytes.vector;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Builds a ClientHello or ServerHello whose fields may have any value. */
public final class HelloBytes {
    /** An extension with its type and body. */
    public record Extension(int type, byte[] body) {}

    /** A key share for x25519, for which any 32 bytes are valid. */
    static final byte[] X25519_SHARE = filled(32, 9);

    /** A key share for secp256r1, which is the base point of the curve. */
    static final byte[] P256_SHARE = bytes("04"
            + "6B17D1F2E12C4247F8BCE6E563A440F277037D812DEB33A0F4A13945D898C296"
            + "4FE342E2FE1A7F9B8EE7EB4A7C0F9E162BCE33576B315ECECBB6406837BF51F5");

    /** Bytes with the length of a key share for secp384r1. */
    static final byte[] P384_SHARE = join(bytes("04"), filled(96, 1));

    private final int messageType;
    byte[] version = number(2, 0x0303);
    byte[] random = filled(32, 0x5A);
    byte[] sessionId = vector(1, filled(32, 0x11));
    byte[] suites = bytes("0006 1301 1302 C02B");
    byte[] compression = bytes("01 00");
    final List<Extension> extensions = new ArrayList<>();

    /** Whether the hello has extensions and their length field. */
    boolean hasExtensions = true;

    /** Additional bytes after the extensions. */
    byte[] trailing = {};

    /** The difference between the length field of the extensions and their actual length. */
    int extensionsLengthError;

    private HelloBytes(int messageType) {
        this.messageType = messageType;
    }

    /** Returns the hello of a client with both versions, similar to that of OpenSSL. */
    public static HelloBytes client() {
        return new HelloBytes(HandshakeType.CLIENT_HELLO)
                .with(ExtensionType.SERVER_NAME, serverName("example.test"))
                .with(ExtensionType.EC_POINT_FORMATS, bytes("03 00 01 02"))
                .with(ExtensionType.SUPPORTED_GROUPS, bytes("0006 001D 0017 0018"))
                .with(ExtensionType.SESSION_TICKET, new byte[0])
                .with(ExtensionType.ALPN, protocols("h2", "http/1.1"))
                .with(ExtensionType.EXTENDED_MASTER_SECRET, new byte[0])
                .with(ExtensionType.SIGNATURE_ALGORITHMS, bytes("0008 0403 0804 0401 0807"))
                .with(ExtensionType.RENEGOTIATION_INFO, bytes("00"))
                .with(ExtensionType.SUPPORTED_VERSIONS, bytes("04 0304 0303"))
                .with(ExtensionType.PSK_KEY_EXCHANGE_MODES, bytes("01 01"))
                .with(ExtensionType.KEY_SHARE, keyShares(0x001D, X25519_SHARE));
    }

    /** Returns the hello of a client with TLS 1.2 only. */
    public static HelloBytes client12() {
        HelloBytes hello = client();
        hello.extensions.removeIf(extension -> extension.type == ExtensionType.SUPPORTED_VERSIONS
                || extension.type == ExtensionType.PSK_KEY_EXCHANGE_MODES
                || extension.type == ExtensionType.KEY_SHARE);
        hello.suites = bytes("0004 C02B C02F");
        return hello;
    }

    /** Returns a server's answer to {@link #client} in TLS 1.3. */
    public static HelloBytes server13() {
        HelloBytes hello = new HelloBytes(HandshakeType.SERVER_HELLO)
                .with(ExtensionType.SUPPORTED_VERSIONS, number(2, 0x0304))
                .with(ExtensionType.KEY_SHARE, join(number(2, 0x001D), vector(2, X25519_SHARE)));
        hello.suites = number(2, 0x1301);
        hello.compression = bytes("00");
        return hello;
    }

    /** Returns a server's answer to {@link #client} or {@link #client12} in TLS 1.2. */
    public static HelloBytes server12() {
        HelloBytes hello = new HelloBytes(HandshakeType.SERVER_HELLO)
                .with(ExtensionType.RENEGOTIATION_INFO, bytes("00"))
                .with(ExtensionType.EXTENDED_MASTER_SECRET, new byte[0])
                .with(ExtensionType.EC_POINT_FORMATS, bytes("01 00"));
        hello.suites = number(2, 0xC02B);
        hello.compression = bytes("00");
        hello.sessionId = vector(1);
        return hello;
    }

    /** Returns a HelloRetryRequest that answers {@link #client}. */
    public static HelloBytes retry() {
        HelloBytes hello = server13();
        hello.random = bytes("CF21AD74E59A6111BE1D8C021E65B891C2A211167ABB8C5E079E09E2C8A8339C");
        return hello.with(ExtensionType.KEY_SHARE, number(2, 0x0018));
    }

    // ---- bodies of extensions

    static byte[] serverName(String name) {
        return vector(2, join(number(1, 0), vector(2, name.getBytes(StandardCharsets.ISO_8859_1))));
    }

    static byte[] protocols(String... names) {
        byte[][] list = Arrays.stream(names)
                .map(name -> vector(1, name.getBytes(StandardCharsets.ISO_8859_1)))
                .toArray(byte[][]::new);
        return vector(2, list);
    }

    static byte[] keyShares(int group, byte[] share) {
        return vector(2, join(number(2, group), vector(2, share)));
    }

    static byte[] filled(int length, int value) {
        byte[] bytes = new byte[length];
        Arrays.fill(bytes, (byte) value);
        return bytes;
    }

    // ---- changes

    /** Replaces the extension of the same type, or adds one if there is none. */
    public HelloBytes with(int type, byte[] body) {
        for (int i = 0; i < extensions.size(); i++) {
            if (extensions.get(i).type == type) {
                extensions.set(i, new Extension(type, body));
                return this;
            }
        }
        return add(type, body);
    }

    /** Adds an extension after the others. */
    public HelloBytes add(int type, byte[] body) {
        extensions.add(new Extension(type, body));
        return this;
    }

    public HelloBytes without(int type) {
        extensions.removeIf(extension -> extension.type == type);
        return this;
    }

    public HelloBytes version(int value) {
        version = number(2, value);
        return this;
    }

    public HelloBytes random(byte[] value) {
        random = value;
        return this;
    }

    /** Sets the session id, preceded by its length. */
    public HelloBytes sessionId(byte[] value) {
        sessionId = value;
        return this;
    }

    /** Sets the cipher suites, preceded by their length. */
    public HelloBytes suites(byte[] value) {
        suites = value;
        return this;
    }

    /** Sets the compression methods, preceded by their length. */
    public HelloBytes compression(byte[] value) {
        compression = value;
        return this;
    }

    public HelloBytes noExtensions() {
        hasExtensions = false;
        return this;
    }

    public HelloBytes trailing(byte[] value) {
        trailing = value;
        return this;
    }

    public HelloBytes extensionsLengthError(int value) {
        extensionsLengthError = value;
        return this;
    }

    // ---- bytes

    public int messageType() {
        return messageType;
    }

    public byte[] body() {
        byte[] fields = join(version, random, sessionId, suites, compression);
        if (!hasExtensions) {
            return join(fields, trailing);
        }
        byte[] block = join(extensions.stream()
                .map(extension -> join(number(2, extension.type), vector(2, extension.body)))
                .toArray(byte[][]::new));
        return join(fields, number(2, block.length + extensionsLengthError), block, trailing);
    }

    public byte[] message() {
        return WireBytes.message(messageType, body());
    }

    public byte[] record() {
        return WireBytes.records(22, message());
    }
}
