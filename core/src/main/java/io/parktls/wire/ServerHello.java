package io.parktls.wire;

import io.parktls.TlsHandshakeException;
import io.parktls.TlsVersion;
import java.util.Arrays;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * A syntactically valid ServerHello, or a HelloRetryRequest, which is a ServerHello with a fixed random (RFC 8446
 * 4.1.3, RFC 5246 7.4.1.3). Immutable; it holds a copy of the message.
 */
public final class ServerHello {
    static final String NAME = "ServerHello";
    static final String RETRY_NAME = "HelloRetryRequest";

    private static final int RANDOM = 2;
    private static final int SESSION_ID = RANDOM + 32;

    /** The random of a HelloRetryRequest: SHA-256 of "HelloRetryRequest" (RFC 8446 4.1.3). */
    private static final byte[] RETRY_RANDOM =
            HexFormat.of().parseHex("cf21ad74e59a6111be1d8c021e65b891c2a211167abb8c5e079e09e2c8a8339c");

    /**
     * The first seven of the last eight bytes of the random of a server that supports a later version than it
     * negotiates (RFC 8446 4.1.3).
     */
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
        // Before TLS 1.3 a ServerHello may omit the extensions (RFC 5246 7.4.1.3).
        this.extensions = in.hasRemaining()
                ? Extensions.read(in, 0, (type, body) -> checkExtension(type, body, offered))
                : Extensions.none();
        in.requireEnd("the extensions");
    }

    private void checkExtension(int type, WireReader in, @Nullable ClientHello offered) throws TlsHandshakeException {
        if (offered != null && !isRequested(type, offered)) {
            throw HandshakeErrors.unsupportedExtension("the server answers with " + ExtensionType.name(type)
                    + " in its " + name() + ", which the client did not offer (RFC 8446 4.2)");
        }
        if (retry) {
            ServerExtensionSyntax.helloRetryRequest(type, in);
        } else {
            ServerExtensionSyntax.serverHello(type, in);
        }
    }

    private boolean isRequested(int type, ClientHello offered) {
        // A server may send cookie unrequested (RFC 8446 4.2). A signalling suite also requests renegotiation_info.
        return offered.hasExtension(type)
                || (type == ExtensionType.COOKIE && retry)
                || (type == ExtensionType.RENEGOTIATION_INFO && offered.offersSecureRenegotiation());
    }

    /**
     * Parses the body of a ServerHello.
     *
     * @param offset the index of the body, after the message type and length
     * @throws TlsHandshakeException with decode_error if a length is wrong or a field is out of its range, and with
     *     illegal_parameter if a value contradicts another
     */
    public static ServerHello parse(byte[] bytes, int offset, int length) throws TlsHandshakeException {
        return new ServerHello(Arrays.copyOfRange(bytes, offset, offset + length), null);
    }

    /**
     * Parses the answer to a ClientHello. Refuses extensions that the client did not offer with unsupported_extension.
     */
    static ServerHello parse(byte[] bytes, int offset, int length, ClientHello offered) throws TlsHandshakeException {
        return new ServerHello(Arrays.copyOfRange(bytes, offset, offset + length), offered);
    }

    /** Returns whether this is a HelloRetryRequest. */
    public boolean isRetryRequest() {
        return retry;
    }

    /** Returns the name of the message, for exception messages. */
    String name() {
        return retry ? RETRY_NAME : NAME;
    }

    /** Returns {@code legacy_version}, which is {@code server_version} before TLS 1.3. */
    public int legacyVersion() {
        return WireReader.u16(bytes, 0);
    }

    /** Returns the version in supported_versions or, if that is absent, in legacy_version (RFC 8446 4.2.1). */
    public int selectedVersion() {
        int version = extensions.firstU16(ExtensionType.SUPPORTED_VERSIONS);
        return version < 0 ? legacyVersion() : version;
    }

    boolean isTls13() {
        return selectedVersion() == TlsVersion.TLS_1_3.code();
    }

    /** Returns a copy of {@code legacy_session_id_echo}, which is {@code session_id} before TLS 1.3; 0 to 32 bytes. */
    public byte[] sessionId() {
        return Arrays.copyOfRange(bytes, SESSION_ID + 1, SESSION_ID + 1 + bytes[SESSION_ID]);
    }

    boolean hasSessionId() {
        return bytes[SESSION_ID] > 0;
    }

    /** Returns whether the session id equals that of the ClientHello. Both messages have it at the same offset. */
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

    /** Returns the cipher suite that the server selected. */
    public int cipherSuite() {
        return suite;
    }

    int compressionMethod() {
        return bytes[SESSION_ID + 1 + bytes[SESSION_ID] + 2] & 0xFF;
    }

    /**
     * Returns the group of the server's key share, or the group that a HelloRetryRequest requests; -1 if there is none.
     */
    public int keyShareGroup() {
        return extensions.firstU16(ExtensionType.KEY_SHARE);
    }

    /**
     * Returns whether the random indicates that the server supports a later version than it negotiates (RFC 8446
     * 4.1.3).
     */
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
