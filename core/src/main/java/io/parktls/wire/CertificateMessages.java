package io.parktls.wire;

import io.parktls.TlsHandshakeException;
import io.parktls.TlsVersion;
import java.util.function.IntPredicate;

/** Parsers of the messages that carry certificates, signatures, keys and tickets. Each checks the whole message. */
final class CertificateMessages {
    private static final int NAMED_CURVE = 3;

    /** The first byte of the schemes of ML-DSA and SLH-DSA, which TLS 1.2 does not have. */
    private static final int POST_QUANTUM = 9;

    private CertificateMessages() {}

    // ---- Certificate

    /** Checks a Certificate of TLS 1.2 (RFC 5246 7.4.2). */
    static void certificate12(WireReader in, boolean fromServer) throws TlsHandshakeException {
        int outer = in.enter24("certificate_list", 0, 0xFFFFFF);
        requireCertificate(in, fromServer);
        while (in.hasRemaining()) {
            in.opaque24("ASN.1Cert", 1, 0xFFFFFF);
        }
        in.leave(outer, "certificate_list");
        in.requireEnd("certificate_list");
    }

    /**
     * Checks a Certificate of TLS 1.3 (RFC 8446 4.4.2).
     *
     * @param requested tests whether the receiver has asked for an extension of that type
     */
    static void certificate13(WireReader in, boolean fromServer, IntPredicate requested) throws TlsHandshakeException {
        int context = in.enter8("certificate_request_context", 0, 255);
        if (in.hasRemaining()) {
            // A server's Certificate answers no request, and during the handshake a CertificateRequest has an empty
            // context (RFC 8446 4.3.2), so both ends send an empty one.
            throw in.illegal("certificate_request_context has " + in.remaining() + " bytes, not 0");
        }
        in.leave(context, "certificate_request_context");
        int outer = in.enter24("certificate_list", 0, 0xFFFFFF);
        requireCertificate(in, fromServer);
        while (in.hasRemaining()) {
            in.opaque24("cert_data", 1, 0xFFFFFF);
            Extensions extensions = Extensions.read(in, 0, (type, body) -> entryExtension(type, body, requested));
            requireAllowedInEntry(extensions, in);
        }
        in.leave(outer, "certificate_list");
        in.requireEnd("certificate_list");
    }

    /** Requires a certificate from a server. A client may send none (RFC 8446 4.4.2.4). */
    private static void requireCertificate(WireReader in, boolean fromServer) throws TlsHandshakeException {
        if (fromServer && !in.hasRemaining()) {
            throw in.malformed("the server sent no certificate");
        }
    }

    private static void entryExtension(int type, WireReader in, IntPredicate requested) throws TlsHandshakeException {
        if (!requested.test(type)) {
            throw HandshakeErrors.unsupportedExtension("a certificate has the extension " + ExtensionType.name(type)
                    + ", which was not requested (RFC 8446 4.4.2)");
        }
        ServerExtensionSyntax.certificateEntry(type, in);
    }

    private static void requireAllowedInEntry(Extensions extensions, WireReader in) throws TlsHandshakeException {
        for (int i = 0; i < extensions.count(); i++) {
            int type = extensions.type(i);
            boolean allowed = type == ExtensionType.STATUS_REQUEST
                    || type == ExtensionType.SIGNED_CERTIFICATE_TIMESTAMP
                    || !ExtensionType.isKnown(type);
            if (!allowed) {
                throw in.illegal(ExtensionType.name(type) + " is not allowed in a CertificateEntry");
            }
        }
    }

    // ---- CertificateRequest

    /**
     * Parses a CertificateRequest of TLS 1.2 (RFC 5246 7.4.4).
     *
     * @return the signature schemes that the server accepts
     */
    static int[] certificateRequest12(WireReader in) throws TlsHandshakeException {
        in.opaque8("certificate_types", 1, 255);
        int from = in.position() + 2;
        in.list16("supported_signature_algorithms", 2);
        int[] schemes = WireReader.values16(in.bytes(), from, in.position() - from);
        ClientExtensionSyntax.authorities(in, 0);
        in.requireEnd("certificate_authorities");
        return schemes;
    }

    /** Parses a CertificateRequest of TLS 1.3 (RFC 8446 4.3.2) and returns its extensions. */
    static Extensions certificateRequest13(WireReader in) throws TlsHandshakeException {
        int context = in.enter8("certificate_request_context", 0, 255);
        if (in.hasRemaining()) {
            throw in.illegal("certificate_request_context has " + in.remaining() + " bytes, not 0");
        }
        in.leave(context, "certificate_request_context");
        Extensions extensions = Extensions.read(in, 2, ServerExtensionSyntax::certificateRequest);
        in.requireEnd("the extensions");
        for (int i = 0; i < extensions.count(); i++) {
            if (!isAllowedInRequest(extensions.type(i))) {
                throw in.illegal(ExtensionType.name(extensions.type(i)) + " is not allowed in a CertificateRequest");
            }
        }
        if (!extensions.has(ExtensionType.SIGNATURE_ALGORITHMS)) {
            throw HandshakeErrors.missingExtension(
                    "the CertificateRequest lacks signature_algorithms (RFC 8446 4.3.2)");
        }
        return extensions;
    }

    private static boolean isAllowedInRequest(int type) {
        return switch (type) {
            case ExtensionType.STATUS_REQUEST,
                    ExtensionType.SIGNATURE_ALGORITHMS,
                    ExtensionType.SIGNED_CERTIFICATE_TIMESTAMP,
                    ExtensionType.COMPRESS_CERTIFICATE,
                    ExtensionType.CERTIFICATE_AUTHORITIES,
                    ExtensionType.OID_FILTERS,
                    ExtensionType.SIGNATURE_ALGORITHMS_CERT -> true;
            default -> !ExtensionType.isKnown(type);
        };
    }

    // ---- signatures

    /**
     * Checks a CertificateVerify of either version (RFC 8446 4.4.3, RFC 5246 7.4.8).
     *
     * @param offered tests whether the receiver has offered that signature scheme
     */
    static void certificateVerify(WireReader in, TlsVersion version, IntPredicate offered)
            throws TlsHandshakeException {
        int scheme = signature(in, offered);
        if (!isFor(version, scheme)) {
            throw in.illegal("the signature scheme " + HandshakeErrors.hex(scheme) + " is not allowed in " + version
                    + " handshakes");
        }
    }

    /** Returns whether a version allows the scheme in handshakes. */
    static boolean isFor(TlsVersion version, int scheme) {
        return version == TlsVersion.TLS_1_3 ? !isForTls12Only(scheme) : scheme >>> 8 != POST_QUANTUM;
    }

    /**
     * Returns whether TLS 1.3 forbids the scheme in handshakes. PKCS #1 and SHA-1 are allowed only in certificates and
     * in TLS 1.2 (RFC 8446 4.2.3).
     */
    private static boolean isForTls12Only(int scheme) {
        int hash = scheme >>> 8;
        int signature = scheme & 0xFF;
        return hash <= 6 && (signature == 1 || signature == 2 || hash <= 3);
    }

    /** Checks the scheme and the signature at the end of a signed message, and returns the scheme. */
    private static int signature(WireReader in, IntPredicate offered) throws TlsHandshakeException {
        int scheme = in.u16("algorithm");
        in.opaque16("signature", 0, 0xFFFF);
        in.requireEnd("signature");
        if (!offered.test(scheme)) {
            throw in.illegal("the signature scheme " + HandshakeErrors.hex(scheme) + " was not offered");
        }
        return scheme;
    }

    // ---- key exchange of TLS 1.2

    /** Checks a ServerKeyExchange of an ECDHE suite (RFC 8422 5.4). */
    static void serverKeyExchange(WireReader in, ClientHello offered) throws TlsHandshakeException {
        int curveType = in.u8("curve_type");
        if (curveType != NAMED_CURVE) {
            throw in.illegal("curve_type is " + curveType + ", not 3 (named_curve)");
        }
        int group = in.u16("namedcurve");
        int rest = in.enter8("point", 1, 255);
        int point = in.position();
        int length = in.remaining();
        in.skipRest();
        in.leave(rest, "point");
        int scheme = signature(in, offered::offersSignatureScheme);
        if (!isFor(TlsVersion.TLS_1_2, scheme)) {
            throw in.illegal("the signature scheme " + HandshakeErrors.hex(scheme) + " is not allowed in TLS 1.2");
        }
        if (!offered.offersGroup(group)) {
            throw in.illegal("group " + HandshakeErrors.hex(group) + " was not offered in supported_groups");
        }
        KeyShares.check(group, false, point, length, in);
    }

    /** Checks a ClientKeyExchange of an ECDHE suite (RFC 8422 5.7). */
    static void clientKeyExchange(WireReader in) throws TlsHandshakeException {
        in.opaque8("ecdh_Yc", 1, 255);
        in.requireEnd("ecdh_Yc");
    }

    /** Checks a NewSessionTicket of TLS 1.2 (RFC 5077 3.3). */
    static void newSessionTicket12(WireReader in) throws TlsHandshakeException {
        in.skip(4, "ticket_lifetime_hint");
        in.opaque16("ticket", 0, 0xFFFF);
        in.requireEnd("ticket");
    }

    /** Checks a NewSessionTicket of TLS 1.3 (RFC 8446 4.6.1). */
    static void newSessionTicket13(WireReader in) throws TlsHandshakeException {
        in.skip(4, "ticket_lifetime");
        in.skip(4, "ticket_age_add");
        in.opaque8("ticket_nonce", 0, 255);
        in.opaque16("ticket", 1, 0xFFFF);
        Extensions.read(in, 0, ServerExtensionSyntax::newSessionTicket);
        in.requireEnd("the extensions");
    }
}
