package io.parktls.wire;

import io.parktls.SignatureScheme;
import io.parktls.TlsAlert;
import io.parktls.TlsHandshakeException;
import io.parktls.TlsVersion;
import java.util.Arrays;
import java.util.Collection;
import java.util.stream.Collectors;

/** Checks a ClientHello for what the RFCs require beyond its syntax, given the versions that the server supports. */
final class ClientHelloRules {
    /** SSL 3.0, which a hello must not name even if another version is negotiated (RFC 8446 D.5). */
    private static final int SSL_3_0 = 0x0300;

    private static final int NULL_COMPRESSION = 0;
    private static final int UNCOMPRESSED = 0;

    /** How many entries of a client's list a message names; the list may be as long as the hello. */
    private static final int MAX_NAMED = 12;

    private final ClientHello hello;
    private final WireReader in;

    private ClientHelloRules(ClientHello hello) {
        this.hello = hello;
        this.in = new WireReader(hello.bytes(), 0, 0, ClientHello.NAME);
    }

    /**
     * Checks the first ClientHello of a connection.
     *
     * @return the negotiated version: the highest that both ends support
     */
    static TlsVersion check(ClientHello hello, Collection<TlsVersion> supported) throws TlsHandshakeException {
        ClientHelloRules rules = new ClientHelloRules(hello);
        TlsVersion version = rules.negotiate(supported);
        if (version == TlsVersion.TLS_1_3) {
            rules.check13();
        } else {
            rules.check12();
        }
        return version;
    }

    // ---- version

    private TlsVersion negotiate(Collection<TlsVersion> supported) throws TlsHandshakeException {
        if (hello.legacyVersion() <= SSL_3_0) {
            throw HandshakeErrors.protocolVersion(
                    "the client names version " + HandshakeErrors.hex(hello.legacyVersion())
                            + " in its ClientHello, which is SSL 3.0 or older (RFC 8446 D.5)");
        }
        TlsVersion highest = highest(supported);
        if (supported.contains(TlsVersion.TLS_1_3) && hello.offers(TlsVersion.TLS_1_3)) {
            return TlsVersion.TLS_1_3;
        }
        if (!supported.contains(TlsVersion.TLS_1_2) || !hello.offers(TlsVersion.TLS_1_2)) {
            throw HandshakeErrors.protocolVersion("no common version: the client offers " + offered()
                    + "; this server accepts "
                    + supported.stream().sorted().map(TlsVersion::standardName).collect(Collectors.joining(", ")));
        }
        if (highest == TlsVersion.TLS_1_3 && hello.offersCipherSuite(ClientHello.TLS_FALLBACK_SCSV)) {
            throw new TlsHandshakeException(
                    "the client falls back to " + TlsVersion.TLS_1_2 + ", although this server supports " + highest
                            + " (RFC 7507)",
                    TlsAlert.INAPPROPRIATE_FALLBACK,
                    null);
        }
        return TlsVersion.TLS_1_2;
    }

    private static TlsVersion highest(Collection<TlsVersion> supported) {
        return supported.contains(TlsVersion.TLS_1_3) ? TlsVersion.TLS_1_3 : TlsVersion.TLS_1_2;
    }

    private String offered() {
        int[] versions = hello.hasExtension(ExtensionType.SUPPORTED_VERSIONS)
                ? hello.supportedVersions()
                : new int[] {hello.legacyVersion()};
        return Arrays.stream(versions)
                .limit(MAX_NAMED)
                .mapToObj(ClientHelloRules::name)
                .collect(Collectors.joining(", "));
    }

    private static String name(int version) {
        return switch (version) {
            case 0x0300 -> "SSLv3";
            case 0x0301 -> "TLSv1.0";
            case 0x0302 -> "TLSv1.1";
            case 0x0303 -> "TLSv1.2";
            case 0x0304 -> "TLSv1.3";
            default -> HandshakeErrors.hex(version);
        };
    }

    // ---- TLS 1.2

    private void check12() throws TlsHandshakeException {
        boolean hasNull = false;
        for (byte method : hello.compressionMethods()) {
            hasNull |= method == NULL_COMPRESSION;
        }
        if (!hasNull) {
            // RFC 5246 7.4.1.2: every ClientHello must offer the null method.
            throw in.illegal("legacy_compression_methods lacks the null method");
        }
        if (!hello.hasExtension(ExtensionType.SIGNATURE_ALGORITHMS)) {
            throw HandshakeErrors.handshakeFailure(
                    "the client sends no signature_algorithms, so it accepts only SHA-1 signatures"
                            + " (RFC 5246 7.4.1.4.1), which this server does not support");
        }
        requireKnownScheme(TlsVersion.TLS_1_2);
        // RFC 8422 5.1.2: all supported suites use ECDHE, and only uncompressed points are supported.
        byte[] formats = hello.extension(ExtensionType.EC_POINT_FORMATS);
        if (formats.length > 0 && !contains(formats, 1, UNCOMPRESSED)) {
            throw in.illegal("ec_point_formats lacks the uncompressed format");
        }
        // RFC 5746 3.6: in the first handshake the extension must be empty.
        if (hello.extension(ExtensionType.RENEGOTIATION_INFO).length > 1) {
            throw HandshakeErrors.handshakeFailure(
                    "the first ClientHello has a renegotiation_info that is not empty (RFC 5746 3.6)");
        }
    }

    /**
     * RFC 8446 4.4.2.2, 4.4.3: a server refuses a client whose signature schemes it cannot use before the ServerHello.
     */
    private void requireKnownScheme(TlsVersion version) throws TlsHandshakeException {
        for (SignatureScheme scheme : SignatureScheme.all()) {
            if (CertificateMessages.isFor(version, scheme.code()) && hello.offersSignatureScheme(scheme.code())) {
                return;
            }
        }
        String offered = Arrays.stream(hello.signatureSchemes())
                .limit(MAX_NAMED)
                .mapToObj(HandshakeErrors::hex)
                .collect(Collectors.joining(", "));
        throw HandshakeErrors.handshakeFailure(
                "no common signature scheme for " + version + ": the client offers " + offered);
    }

    private static boolean contains(byte[] values, int from, int wanted) {
        for (int i = from; i < values.length; i++) {
            if (values[i] == wanted) {
                return true;
            }
        }
        return false;
    }

    // ---- TLS 1.3

    private void check13() throws TlsHandshakeException {
        // RFC 8446 4.1.2
        byte[] compression = hello.compressionMethods();
        if (compression.length != 1 || compression[0] != NULL_COMPRESSION) {
            throw in.illegal("legacy_compression_methods is not exactly the null method");
        }
        requireExtensions();
        if (!hello.hasExtension(ExtensionType.PRE_SHARED_KEY)) {
            requireKnownScheme(TlsVersion.TLS_1_3);
        }
        requireValidKeyShares();
    }

    /** RFC 8446 9.2, 4.2.9. */
    private void requireExtensions() throws TlsHandshakeException {
        if (hello.hasExtension(ExtensionType.PRE_SHARED_KEY)) {
            require(ExtensionType.PSK_KEY_EXCHANGE_MODES, "it offers pre_shared_key");
        } else {
            require(ExtensionType.SIGNATURE_ALGORITHMS, "it offers no pre_shared_key");
            require(ExtensionType.SUPPORTED_GROUPS, "it offers no pre_shared_key");
        }
        if (hello.hasExtension(ExtensionType.SUPPORTED_GROUPS)) {
            require(ExtensionType.KEY_SHARE, "it has supported_groups");
        }
        if (hello.hasExtension(ExtensionType.KEY_SHARE)) {
            require(ExtensionType.SUPPORTED_GROUPS, "it has key_share");
        }
    }

    private void require(int type, String because) throws TlsHandshakeException {
        if (!hello.hasExtension(type)) {
            throw HandshakeErrors.missingExtension(
                    "the ClientHello lacks " + ExtensionType.name(type) + ", although " + because + " (RFC 8446 9.2)");
        }
    }

    /** RFC 8446 4.2.8: a client sends at most one share for a group, and only for groups in its supported_groups. */
    private void requireValidKeyShares() throws TlsHandshakeException {
        Extensions extensions = hello.extensions();
        int index = extensions.indexOf(ExtensionType.KEY_SHARE);
        if (index < 0) {
            return;
        }
        WireReader shares = in.over(ExtensionType.KEY_SHARE, extensions.offset(index), extensions.length(index));
        int[] groups = hello.keyShareGroups();
        int[] sorted = groups.clone();
        Arrays.sort(sorted);
        for (int i = 1; i < sorted.length; i++) {
            if (sorted[i] == sorted[i - 1]) {
                throw shares.illegal("it has two key shares for group " + HandshakeErrors.hex(sorted[i]));
            }
        }
        int outer = shares.enter16("client_shares", 0, 0xFFFF);
        for (int group : groups) {
            if (!hello.offersGroup(group)) {
                throw shares.illegal("it has a key share for group " + HandshakeErrors.hex(group)
                        + ", which is not in supported_groups");
            }
            shares.u16("group");
            int rest = shares.enter16("key_exchange", 1, 0xFFFF);
            KeyShares.check(group, true, shares.position(), shares.remaining(), shares);
            shares.skipRest();
            shares.leave(rest, "key_exchange");
        }
        shares.leave(outer, "client_shares");
    }

    // ---- after a HelloRetryRequest

    /**
     * Checks the ClientHello that answers a HelloRetryRequest. It may differ from the first one only as RFC 8446 4.1.2
     * allows.
     *
     * @param retry the HelloRetryRequest
     */
    static void checkRetry(ClientHello first, ClientHello second, ServerHello retry) throws TlsHandshakeException {
        WireReader in = new WireReader(second.bytes(), 0, 0, "second " + ClientHello.NAME);
        if (!first.sameFields(second)) {
            throw in.illegal("a field before the extensions differs from the first ClientHello");
        }
        requireSameExtensions(first, second, retry, in);
        ClientHelloRules rules = new ClientHelloRules(second);
        rules.check13();
        int group = retry.keyShareGroup();
        if (group >= 0 && !Arrays.equals(second.keyShareGroups(), new int[] {group})) {
            throw in.illegal("key_share is not a single share for the requested group " + HandshakeErrors.hex(group));
        }
        if (!second.extensions().sameBody(ExtensionType.COOKIE, retry.extensions())) {
            throw in.illegal("cookie differs from that of the HelloRetryRequest");
        }
        if (second.offersEarlyData()) {
            throw in.illegal("it offers early_data after a HelloRetryRequest");
        }
    }

    private static void requireSameExtensions(ClientHello first, ClientHello second, ServerHello retry, WireReader in)
            throws TlsHandshakeException {
        Extensions before = first.extensions();
        Extensions after = second.extensions();
        for (int i = 0; i < after.count(); i++) {
            int type = after.type(i);
            if (!mayChange(type, retry) && !after.sameBody(type, before)) {
                throw in.illegal(ExtensionType.name(type) + " differs from the first ClientHello");
            }
        }
        for (int i = 0; i < before.count(); i++) {
            int type = before.type(i);
            if (!mayChange(type, retry) && !after.has(type)) {
                throw in.illegal(ExtensionType.name(type) + " of the first ClientHello is missing");
            }
        }
    }

    /**
     * Returns whether the extension may differ in the second ClientHello (RFC 8446 4.1.2). With encrypted_client_hello
     * the inner hello changes, so the extension that carries it changes too (RFC 9849 6.1.5).
     */
    private static boolean mayChange(int type, ServerHello retry) {
        return switch (type) {
            case ExtensionType.KEY_SHARE -> retry.keyShareGroup() >= 0;
            case ExtensionType.EARLY_DATA,
                    ExtensionType.COOKIE,
                    ExtensionType.PRE_SHARED_KEY,
                    ExtensionType.PADDING,
                    ExtensionType.ENCRYPTED_CLIENT_HELLO -> true;
            default -> false;
        };
    }
}
