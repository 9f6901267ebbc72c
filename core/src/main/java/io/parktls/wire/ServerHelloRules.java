package io.parktls.wire;

import io.parktls.TlsHandshakeException;
import io.parktls.TlsVersion;
import org.jspecify.annotations.Nullable;

/** Checks a ServerHello or HelloRetryRequest for what the RFCs require beyond its syntax, given the client's offer. */
final class ServerHelloRules {
    private static final int PSK_KE = 0;

    private final ClientHello offered;
    private final ServerHello hello;
    private final WireReader in;

    private ServerHelloRules(ClientHello offered, ServerHello hello) {
        this.offered = offered;
        this.hello = hello;
        this.in = new WireReader(hello.bytes(), 0, 0, hello.name());
    }

    /**
     * Checks a HelloRetryRequest or a ServerHello.
     *
     * @param offered the latest ClientHello of this client
     * @param retry the earlier HelloRetryRequest; null if there was none
     * @return the negotiated version
     */
    static TlsVersion check(ClientHello offered, ServerHello hello, @Nullable ServerHello retry)
            throws TlsHandshakeException {
        ServerHelloRules rules = new ServerHelloRules(offered, hello);
        TlsVersion version = rules.version();
        rules.requireAllowedExtensions(version);
        rules.checkFields(version);
        if (hello.isRetryRequest()) {
            rules.checkRetryRequest(retry);
        } else if (version == TlsVersion.TLS_1_3) {
            rules.check13(retry);
        } else {
            rules.check12(retry);
        }
        return version;
    }

    /** RFC 8446 4.2.1; RFC 5246 E.1. */
    private TlsVersion version() throws TlsHandshakeException {
        boolean extended = hello.extensions().has(ExtensionType.SUPPORTED_VERSIONS);
        if (hello.legacyVersion() <= 0x0300) {
            throw HandshakeErrors.protocolVersion(
                    "the server names version " + HandshakeErrors.hex(hello.legacyVersion()) + " in its " + hello.name()
                            + ", which is SSL 3.0 or older (RFC 8446 D.5)");
        }
        if (!extended && hello.isRetryRequest()) {
            throw HandshakeErrors.missingExtension("the HelloRetryRequest lacks supported_versions (RFC 8446 4.1.4)");
        }
        if (!extended) {
            if (hello.legacyVersion() != TlsVersion.TLS_1_2.code() || !offered.offers(TlsVersion.TLS_1_2)) {
                throw HandshakeErrors.protocolVersion("the server selected version "
                        + HandshakeErrors.hex(hello.legacyVersion()) + ", which was not offered");
            }
            return TlsVersion.TLS_1_2;
        }
        if (!hello.isTls13() || !offered.offers(TlsVersion.TLS_1_3)) {
            throw in.illegal("supported_versions selects version " + HandshakeErrors.hex(hello.selectedVersion())
                    + ", which was not offered there or is older than TLS 1.3");
        }
        if (hello.legacyVersion() != TlsVersion.TLS_1_2.code()) {
            throw in.illegal("legacy_version is " + HandshakeErrors.hex(hello.legacyVersion())
                    + ", not 0x0303 (RFC 8446 4.1.3)");
        }
        return TlsVersion.TLS_1_3;
    }

    private void checkFields(TlsVersion version) throws TlsHandshakeException {
        int suite = hello.cipherSuite();
        boolean suiteOf13 = suite >>> 8 == 0x13;
        boolean signal =
                suite == ClientHello.TLS_EMPTY_RENEGOTIATION_INFO_SCSV || suite == ClientHello.TLS_FALLBACK_SCSV;
        if (signal || !offered.offersCipherSuite(suite)) {
            throw in.illegal("the cipher suite " + HandshakeErrors.hex(suite) + " was not offered");
        }
        if (suiteOf13 != (version == TlsVersion.TLS_1_3)) {
            throw in.illegal("the cipher suite " + HandshakeErrors.hex(suite) + " does not belong to " + version);
        }
        if (hello.compressionMethod() != 0) {
            throw in.illegal("the compression method is " + hello.compressionMethod() + ", not 0");
        }
        if (version == TlsVersion.TLS_1_3 && !hello.echoesSessionOf(offered)) {
            throw in.illegal("legacy_session_id_echo differs from what the client sent");
        }
    }

    // ---- extensions

    private void requireAllowedExtensions(TlsVersion version) throws TlsHandshakeException {
        Extensions extensions = hello.extensions();
        for (int i = 0; i < extensions.count(); i++) {
            int type = extensions.type(i);
            if (!isAllowed(type, version)) {
                throw in.illegal(ExtensionType.name(type) + " is not allowed in a " + hello.name() + " of " + version);
            }
        }
    }

    private boolean isAllowed(int type, TlsVersion version) {
        if (hello.isRetryRequest()) {
            return type == ExtensionType.SUPPORTED_VERSIONS
                    || type == ExtensionType.KEY_SHARE
                    || type == ExtensionType.COOKIE
                    || !ExtensionType.isKnown(type);
        }
        if (version == TlsVersion.TLS_1_3) {
            return type == ExtensionType.SUPPORTED_VERSIONS
                    || type == ExtensionType.KEY_SHARE
                    || type == ExtensionType.PRE_SHARED_KEY
                    || !ExtensionType.isKnown(type);
        }
        return switch (type) {
            // RFC 8446 4.2. RFC 5246 7.4.1.4.1 forbids signature_algorithms in a ServerHello.
            case ExtensionType.SUPPORTED_VERSIONS,
                    ExtensionType.KEY_SHARE,
                    ExtensionType.PRE_SHARED_KEY,
                    ExtensionType.PSK_KEY_EXCHANGE_MODES,
                    ExtensionType.EARLY_DATA,
                    ExtensionType.COOKIE,
                    ExtensionType.CERTIFICATE_AUTHORITIES,
                    ExtensionType.OID_FILTERS,
                    ExtensionType.POST_HANDSHAKE_AUTH,
                    ExtensionType.SIGNATURE_ALGORITHMS,
                    ExtensionType.SIGNATURE_ALGORITHMS_CERT,
                    ExtensionType.COMPRESS_CERTIFICATE,
                    ExtensionType.PADDING -> false;
            // supported_groups is not allowed either, but some servers send it; it is ignored, as in OpenSSL.
            default -> true;
        };
    }

    // ---- HelloRetryRequest, RFC 8446 4.1.4

    private void checkRetryRequest(@Nullable ServerHello earlier) throws TlsHandshakeException {
        if (earlier != null) {
            throw HandshakeErrors.unexpectedMessage("the server sent a second HelloRetryRequest (RFC 8446 4.1.4)");
        }
        int group = hello.keyShareGroup();
        if (group < 0) {
            if (!hello.extensions().has(ExtensionType.COOKIE)) {
                throw in.illegal("it would not change the ClientHello");
            }
            return;
        }
        if (!offered.offersGroup(group)) {
            throw in.illegal("group " + HandshakeErrors.hex(group) + " was not offered in supported_groups");
        }
        if (hasShare(group)) {
            throw in.illegal("it requests a key share for group " + HandshakeErrors.hex(group)
                    + ", which the client has sent already");
        }
    }

    private boolean hasShare(int group) {
        return offered.hasKeyShare(group);
    }

    // ---- ServerHello

    private void check13(@Nullable ServerHello retry) throws TlsHandshakeException {
        if (retry != null && retry.cipherSuite() != hello.cipherSuite()) {
            throw in.illegal("the cipher suite " + HandshakeErrors.hex(hello.cipherSuite())
                    + " differs from that of the HelloRetryRequest, " + HandshakeErrors.hex(retry.cipherSuite()));
        }
        int identity = hello.extensions().firstU16(ExtensionType.PRE_SHARED_KEY);
        if (identity >= offered.preSharedKeyCount() && identity >= 0) {
            throw in.illegal("selected_identity is " + identity + ", but the client offered "
                    + offered.preSharedKeyCount() + " pre-shared keys");
        }
        int group = hello.keyShareGroup();
        if (group < 0) {
            if (identity < 0 || !offered.offersPskMode(PSK_KE)) {
                throw HandshakeErrors.missingExtension("the ServerHello lacks key_share (RFC 8446 9.2)");
            }
            return;
        }
        if (!hasShare(group)) {
            throw in.illegal(
                    "it has a key share for group " + HandshakeErrors.hex(group) + ", for which the client sent none");
        }
        if (retry != null && retry.keyShareGroup() >= 0 && retry.keyShareGroup() != group) {
            throw in.illegal("it has a key share for group " + HandshakeErrors.hex(group)
                    + ", but the HelloRetryRequest requested " + HandshakeErrors.hex(retry.keyShareGroup()));
        }
        Extensions extensions = hello.extensions();
        int index = extensions.indexOf(ExtensionType.KEY_SHARE);
        int offset = extensions.offset(index);
        KeyShares.check(
                group, false, offset + 4, extensions.length(index) - 4, in.over(ExtensionType.KEY_SHARE, offset, 0));
    }

    private void check12(@Nullable ServerHello retry) throws TlsHandshakeException {
        if (retry != null) {
            throw in.illegal("the server selected TLS 1.2 after a HelloRetryRequest (RFC 8446 4.1.4)");
        }
        if (hello.isMarkedAsDowngrade() && offered.offers(TlsVersion.TLS_1_3)) {
            throw in.illegal(
                    "the server selected TLS 1.2, although its random shows that it supports a later version, as this"
                            + " client does; an attacker may have modified the handshake (RFC 8446 4.1.3)");
        }
        Extensions extensions = hello.extensions();
        ServerExtensionRules.check(offered, extensions, in);
        byte[] renegotiation = extensions.body(ExtensionType.RENEGOTIATION_INFO);
        if (renegotiation.length > 1) {
            throw HandshakeErrors.handshakeFailure(
                    "the ServerHello has a renegotiation_info that is not empty (RFC 5746 3.4)");
        }
        byte[] formats = extensions.body(ExtensionType.EC_POINT_FORMATS);
        boolean uncompressed = formats.length == 0;
        for (int i = 1; i < formats.length; i++) {
            uncompressed |= formats[i] == 0;
        }
        if (!uncompressed) {
            // RFC 8422 5.2
            throw in.illegal("ec_point_formats lacks the uncompressed format");
        }
    }
}
