package io.parktls.wire;

import io.parktls.TlsHandshakeException;
import io.parktls.TlsVersion;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A syntactically valid ClientHello (RFC 8446 4.1.2, RFC 5246 7.4.1.2). Immutable; it holds a copy of the message. Each
 * method decodes its value from that copy on demand, so unused values cost nothing.
 */
public final class ClientHello {
    static final String NAME = "ClientHello";

    /** Signals that the client retries with a lower version after a higher one failed (RFC 7507). */
    static final int TLS_FALLBACK_SCSV = 0x5600;

    /** Equivalent to an empty renegotiation_info (RFC 5746 3.3). */
    static final int TLS_EMPTY_RENEGOTIATION_INFO_SCSV = 0x00FF;

    private static final int RANDOM = 2;
    private static final int SESSION_ID = RANDOM + 32;
    private static final int HOST_NAME = 0;

    private final byte[] bytes;
    private final int suites;
    private final int suitesLength;
    private final int compression;
    private final int compressionLength;
    private final Extensions extensions;

    private ClientHello(byte[] bytes) throws TlsHandshakeException {
        this.bytes = bytes;
        WireReader in = new WireReader(bytes, 0, bytes.length, NAME);
        in.u16("legacy_version");
        in.skip(32, "random");
        in.opaque8("legacy_session_id", 0, 32);
        this.suites = in.position() + 2;
        in.list16("cipher_suites", 2);
        this.suitesLength = in.position() - suites;
        this.compression = in.position() + 1;
        in.opaque8("legacy_compression_methods", 1, 255);
        this.compressionLength = in.position() - compression;
        // Before TLS 1.3 a ClientHello may omit the extensions (RFC 5246 7.4.1.2).
        this.extensions = in.hasRemaining() ? Extensions.read(in, 0, ClientExtensionSyntax::check) : Extensions.none();
        in.requireEnd("the extensions");
        requirePreSharedKeyLast(in);
    }

    /**
     * Parses the body of a ClientHello.
     *
     * @param offset the index of the body, after the message type and length
     * @throws TlsHandshakeException with decode_error if a length is wrong or a field is out of its range, and with
     *     illegal_parameter if a value contradicts another
     */
    public static ClientHello parse(byte[] bytes, int offset, int length) throws TlsHandshakeException {
        return new ClientHello(Arrays.copyOfRange(bytes, offset, offset + length));
    }

    /** RFC 8446 4.2.11: the binders cover everything before them, so the extension must be the last one. */
    private void requirePreSharedKeyLast(WireReader in) throws TlsHandshakeException {
        int index = extensions.indexOf(ExtensionType.PRE_SHARED_KEY);
        if (index >= 0 && index != extensions.count() - 1) {
            throw in.illegal("pre_shared_key is not the last extension");
        }
    }

    // ---- fields

    /** Returns {@code legacy_version}, which is {@code client_version} before TLS 1.3. */
    public int legacyVersion() {
        return WireReader.u16(bytes, 0);
    }

    /** Returns a copy of the 32 bytes of {@code random}. */
    public byte[] random() {
        return Arrays.copyOfRange(bytes, RANDOM, SESSION_ID);
    }

    /** Returns a copy of {@code legacy_session_id}, 0 to 32 bytes. */
    public byte[] sessionId() {
        return Arrays.copyOfRange(bytes, SESSION_ID + 1, SESSION_ID + 1 + bytes[SESSION_ID]);
    }

    /** Returns the cipher suites in the client's order of preference, including reserved and signalling values. */
    public int[] cipherSuites() {
        return WireReader.values16(bytes, suites, suitesLength);
    }

    boolean offersCipherSuite(int suite) {
        return WireReader.contains16(bytes, suites, suitesLength, suite);
    }

    /** Returns a copy of {@code legacy_compression_methods}. */
    public byte[] compressionMethods() {
        return Arrays.copyOfRange(bytes, compression, compression + compressionLength);
    }

    // ---- extensions

    Extensions extensions() {
        return extensions;
    }

    /** Returns the types of the extensions, in wire order. */
    public int[] extensionTypes() {
        int[] types = new int[extensions.count()];
        Arrays.setAll(types, extensions::type);
        return types;
    }

    /** Returns whether there is an extension of that type. */
    public boolean hasExtension(int type) {
        return extensions.has(type);
    }

    /** Returns a copy of the body of that extension; an empty array if the extension is absent. */
    public byte[] extension(int type) {
        return extensions.body(type);
    }

    /** Returns the host name that the client asks for (RFC 6066 3); null if it names none. */
    public @Nullable String serverName() {
        int index = extensions.indexOf(ExtensionType.SERVER_NAME);
        if (index < 0) {
            return null;
        }
        int end = extensions.offset(index) + extensions.length(index);
        for (int at = extensions.offset(index) + 2; at < end; ) {
            int length = WireReader.u16(bytes, at + 1);
            if (bytes[at] == HOST_NAME) {
                return new String(bytes, at + 3, length, StandardCharsets.US_ASCII);
            }
            at += 3 + length;
        }
        return null;
    }

    /** Returns the application protocols that the client offers (RFC 7301), in its order of preference. */
    public List<String> applicationProtocols() {
        List<String> names = new ArrayList<>();
        int index = extensions.indexOf(ExtensionType.ALPN);
        if (index >= 0) {
            int end = extensions.offset(index) + extensions.length(index);
            for (int at = extensions.offset(index) + 2; at < end; at += 1 + (bytes[at] & 0xFF)) {
                names.add(new String(bytes, at + 1, bytes[at] & 0xFF, StandardCharsets.UTF_8));
            }
        }
        return names;
    }

    /** Returns whether the client offers the application protocol with the given name. */
    boolean offersProtocolName(byte[] name, int offset, int length) {
        int index = extensions.indexOf(ExtensionType.ALPN);
        if (index < 0) {
            return false;
        }
        int end = extensions.offset(index) + extensions.length(index);
        for (int at = extensions.offset(index) + 2; at < end; at += 1 + (bytes[at] & 0xFF)) {
            if (Arrays.equals(bytes, at + 1, at + 1 + (bytes[at] & 0xFF), name, offset, offset + length)) {
                return true;
            }
        }
        return false;
    }

    /** Returns the versions in supported_versions (RFC 8446 4.2.1); an empty array if the extension is absent. */
    public int[] supportedVersions() {
        return extensions.values(ExtensionType.SUPPORTED_VERSIONS, 1);
    }

    /**
     * Returns whether the client offers that version, in supported_versions or, if that is absent, in legacy_version
     * (RFC 8446 4.2.1).
     */
    public boolean offers(TlsVersion version) {
        if (extensions.has(ExtensionType.SUPPORTED_VERSIONS)) {
            return extensions.lists(ExtensionType.SUPPORTED_VERSIONS, 1, version.code());
        }
        // legacy_version never offers TLS 1.3, but a value above TLS 1.2 still offers TLS 1.2 (RFC 5246 E.1).
        return version == TlsVersion.TLS_1_2 && legacyVersion() >= version.code();
    }

    /** Returns the groups in supported_groups (RFC 8446 4.2.7), in the client's order of preference. */
    public int[] supportedGroups() {
        return extensions.values(ExtensionType.SUPPORTED_GROUPS, 2);
    }

    boolean offersGroup(int group) {
        return extensions.lists(ExtensionType.SUPPORTED_GROUPS, 2, group);
    }

    /** Returns the groups that have a key share (RFC 8446 4.2.8), in wire order. */
    public int[] keyShareGroups() {
        int[] groups = new int[keyShareCount()];
        for (int i = 0, at = firstKeyShare(); i < groups.length; i++, at += keyShareLength(at)) {
            groups[i] = WireReader.u16(bytes, at);
        }
        return groups;
    }

    boolean hasKeyShare(int group) {
        for (int i = keyShareCount(), at = firstKeyShare(); i > 0; i--, at += keyShareLength(at)) {
            if (WireReader.u16(bytes, at) == group) {
                return true;
            }
        }
        return false;
    }

    private int keyShareCount() {
        int index = extensions.indexOf(ExtensionType.KEY_SHARE);
        int count = 0;
        if (index >= 0) {
            int end = extensions.offset(index) + extensions.length(index);
            for (int at = firstKeyShare(); at < end; at += keyShareLength(at)) {
                count++;
            }
        }
        return count;
    }

    private int firstKeyShare() {
        int index = extensions.indexOf(ExtensionType.KEY_SHARE);
        return index < 0 ? 0 : extensions.offset(index) + 2;
    }

    private int keyShareLength(int at) {
        return 4 + WireReader.u16(bytes, at + 2);
    }

    /** Returns the schemes in signature_algorithms (RFC 8446 4.2.3), in the client's order of preference. */
    public int[] signatureSchemes() {
        return extensions.values(ExtensionType.SIGNATURE_ALGORITHMS, 2);
    }

    /** Returns the schemes in signature_algorithms_cert (RFC 8446 4.2.3); an empty array if the extension is absent. */
    public int[] certificateSignatureSchemes() {
        return extensions.values(ExtensionType.SIGNATURE_ALGORITHMS_CERT, 2);
    }

    boolean offersSignatureScheme(int scheme) {
        return extensions.lists(ExtensionType.SIGNATURE_ALGORITHMS, 2, scheme);
    }

    /** Returns whether the client offers early data (RFC 8446 4.2.10). */
    public boolean offersEarlyData() {
        return extensions.has(ExtensionType.EARLY_DATA);
    }

    /** Returns whether the client offers extended_master_secret (RFC 7627). */
    public boolean offersExtendedMasterSecret() {
        return extensions.has(ExtensionType.EXTENDED_MASTER_SECRET);
    }

    /**
     * Returns whether the client offers secure renegotiation, by the extension or by the signalling suite (RFC 5746
     * 3.4).
     */
    public boolean offersSecureRenegotiation() {
        return extensions.has(ExtensionType.RENEGOTIATION_INFO) || offersCipherSuite(TLS_EMPTY_RENEGOTIATION_INFO_SCSV);
    }

    /** Returns whether the client requests a stapled OCSP response (RFC 6066 8). */
    public boolean requestsStatus() {
        return extensions.has(ExtensionType.STATUS_REQUEST);
    }

    /** Returns how many pre-shared keys the client offers (RFC 8446 4.2.11). */
    int preSharedKeyCount() {
        int index = extensions.indexOf(ExtensionType.PRE_SHARED_KEY);
        if (index < 0) {
            return 0;
        }
        int at = extensions.offset(index);
        int end = at + 2 + WireReader.u16(bytes, at);
        int count = 0;
        for (at += 2; at < end; at += 2 + WireReader.u16(bytes, at) + 4) {
            count++;
        }
        return count;
    }

    /** Returns whether the client offers that PskKeyExchangeMode (RFC 8446 4.2.9). */
    public boolean offersPskMode(int mode) {
        int index = extensions.indexOf(ExtensionType.PSK_KEY_EXCHANGE_MODES);
        if (index < 0) {
            return false;
        }
        int end = extensions.offset(index) + extensions.length(index);
        for (int at = extensions.offset(index) + 1; at < end; at++) {
            if (bytes[at] == mode) {
                return true;
            }
        }
        return false;
    }

    // ---- comparisons

    byte[] bytes() {
        return bytes;
    }

    /** Returns whether all fields before the extensions are equal. */
    boolean sameFields(ClientHello other) {
        int end = compression + compressionLength;
        return end == other.compression + other.compressionLength && Arrays.equals(bytes, 0, end, other.bytes, 0, end);
    }

    @Override
    public String toString() {
        return NAME + " of " + bytes.length + " bytes";
    }
}
