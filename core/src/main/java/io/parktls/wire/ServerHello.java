package io.parktls.wire;

import io.parktls.TlsHandshakeException;
import io.parktls.TlsVersion;
import java.util.Arrays;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * A ServerHello whose form is right, or a HelloRetryRequest, which is one with a certain random (RFC 8446 4.1.3, RFC 5246
 * 7.4.1.3). Immutable: it has a copy of the message.
 */
public final class ServerHello {
    static final String NAME = "ServerHello";
    static final String RETRY_NAME = "HelloRetryRequest";

    private static final int RANDOM = 2;
    private static final int SESSION_ID = RANDOM + 32;

    /** RFC 8446 4.1.3: SHA-256 of "HelloRetryRequest". */
    private static final byte[] RETRY_RANDOM =
            HexFormat.of().parseHex("cf21ad74e59a6111be1d8c021e65b891c2a211167abb8c5e079e09e2c8a8339c");

    /** The first seven of the last eight bytes of a random that says "I could speak a later version"; RFC 8446 4.1.3. */
    private static final byte[] DOWNGRADE = HexFormat.of().parseHex("444f574e475244");

    private final byte[] bytes;
    private final boolean retry;
    private final int suite;
    private final Extensions extensions;

    private ServerHello(byte[] bytes, @Nullable ClientHello offered) throws TlsHandshakeException {
        this.bytes = bytes;
        this.retry = bytes.length >= SESSION_ID
                && Arrays.equals(bytes, RANDOM, SESSION_ID, RETRY_RANDOM, 0, RETRY_RANDOM.length);
        WireReader in = new WireReader(bytes, 0, bytes.length, name());
        in.u16("legacy_version");
        in.skip(32, "random");
        in.opaque8("legacy_session_id_echo", 0, 32);
        this.suite = in.u16("cipher_suite");
        in.u8("legacy_compression_method");
        // Before TLS 1.3 a hello may end here (RFC 5246 7.4.1.3).
        this.extensions = in.hasRemaining()
                ? Extensions.read(in, 0, (type, body) -> checkExtension(type, body, offered))
                : Extensions.none();
        in.requireEnd("the extensions");
    }

    private void checkExtension(int type, WireReader in, @Nullable ClientHello offered) throws TlsHandshakeException {
        if (offered != null && !isRequested(type, offered)) {
            throw HandshakeErrors.unsupportedExtension("the server answers with " + ExtensionType.name(type)
                    + " in its " + name() + ", which the client did not ask for (RFC 8446 4.2)");
        }
        if (retry) {
            ServerExtensionSyntax.helloRetryRequest(type, in);
        } else {
            ServerExtensionSyntax.serverHello(type, in);
        }
    }

    private boolean isRequested(int type, ClientHello offered) {
        // RFC 8446 4.2: cookie is the one extension that a server sends unasked. A signalling suite asks for the other.
        return offered.hasExtension(type)
                || (type == ExtensionType.COOKIE && retry)
                || (type == ExtensionType.RENEGOTIATION_INFO && offered.offersSecureRenegotiation());
    }

    /**
     * Reads the body of a ServerHello.
     *
     * @param offset where the body begins, behind the type and the length of the message
     * @throws TlsHandshakeException with decode_error if a length is wrong or a field is out of its range, and with
     *     illegal_parameter if a value contradicts another
     */
    public static ServerHello parse(byte[] bytes, int offset, int length) throws TlsHandshakeException {
        return new ServerHello(Arrays.copyOfRange(bytes, offset, offset + length), null);
    }

    /** Reads the answer to that ClientHello: what that did not ask for is refused with unsupported_extension. */
    static ServerHello parse(byte[] bytes, int offset, int length, ClientHello offered) throws TlsHandshakeException {
        return new ServerHello(Arrays.copyOfRange(bytes, offset, offset + length), offered);
    }

    /** Whether it is a HelloRetryRequest. */
    public boolean isRetryRequest() {
        return retry;
    }

    /** The name of the message, for errors. */
    String name() {
        return retry ? RETRY_NAME : NAME;
    }

    /** {@code legacy_version}, {@code server_version} before TLS 1.3. */
    public int legacyVersion() {
        return WireReader.u16(bytes, 0);
    }

    /** The version in supported_versions, or else in legacy_version (RFC 8446 4.2.1). */
    public int selectedVersion() {
        int version = extensions.firstU16(ExtensionType.SUPPORTED_VERSIONS);
        return version < 0 ? legacyVersion() : version;
    }

    boolean isTls13() {
        return selectedVersion() == TlsVersion.TLS_1_3.code();
    }

    /** A copy of {@code legacy_session_id_echo}, {@code session_id} before TLS 1.3; 0 to 32 bytes. */
    public byte[] sessionId() {
        return Arrays.copyOfRange(bytes, SESSION_ID + 1, SESSION_ID + 1 + bytes[SESSION_ID]);
    }

    boolean hasSessionId() {
        return bytes[SESSION_ID] > 0;
    }

    /** Whether the session id is that of the ClientHello; both messages have it at the same place. */
    boolean echoesSessionOf(ClientHello offered) {
        byte[] other = offered.bytes();
        return Arrays.equals(
                bytes,
                SESSION_ID,
                SESSION_ID + 1 + bytes[SESSION_ID],
                other,
                SESSION_ID,
                SESSION_ID + 1 + other[SESSION_ID]);
    }

    /** The cipher suite that the server has chosen. */
    public int cipherSuite() {
        return suite;
    }

    int compressionMethod() {
        return bytes[SESSION_ID + 1 + bytes[SESSION_ID] + 2] & 0xFF;
    }

    /** The group of the server's key share, or that a HelloRetryRequest asks for; -1 if there is none. */
    public int keyShareGroup() {
        return extensions.firstU16(ExtensionType.KEY_SHARE);
    }

    /** Whether the random says that the server could speak a later version than the one it chose (RFC 8446 4.1.3). */
    boolean isMarkedAsDowngrade() {
        int from = SESSION_ID - 8;
        int last = bytes[SESSION_ID - 1];
        return (last == 0 || last == 1)
                && Arrays.equals(bytes, from, from + DOWNGRADE.length, DOWNGRADE, 0, DOWNGRADE.length);
    }

    Extensions extensions() {
        return extensions;
    }

    byte[] bytes() {
        return bytes;
    }

    @Override
    public String toString() {
        return name() + " of " + bytes.length + " bytes";
    }
}
