package io.parktls.wire;

import io.parktls.TlsHandshakeException;

/** Checks the syntax of the extensions that a server sends, with one method for each message that may contain them. */
final class ServerExtensionSyntax {
    private static final int OCSP = 1;

    private ServerExtensionSyntax() {}

    /** Checks an extension in a ServerHello of either version. */
    static void serverHello(int type, WireReader in) throws TlsHandshakeException {
        switch (type) {
            case ExtensionType.SUPPORTED_VERSIONS -> in.u16("selected_version");
            case ExtensionType.PRE_SHARED_KEY -> in.u16("selected_identity");
            case ExtensionType.KEY_SHARE -> {
                in.u16("group");
                in.opaque16("key_exchange", 1, 0xFFFF);
            }
            case ExtensionType.EC_POINT_FORMATS -> in.opaque8("ec_point_format_list", 1, 255);
            case ExtensionType.RENEGOTIATION_INFO -> in.opaque8("renegotiated_connection", 0, 255);
            case ExtensionType.SIGNED_CERTIFICATE_TIMESTAMP -> timestamps(in);
            case ExtensionType.TRUNCATED_HMAC,
                    ExtensionType.STATUS_REQUEST,
                    ExtensionType.STATUS_REQUEST_V2,
                    ExtensionType.CLIENT_CERTIFICATE_URL,
                    ExtensionType.ENCRYPT_THEN_MAC,
                    ExtensionType.EXTENDED_MASTER_SECRET,
                    ExtensionType.SESSION_TICKET -> {
                // These are empty; leaveExtension checks that.
            }
            default -> answer(type, in);
        }
    }

    /** Checks an extension in a HelloRetryRequest (RFC 8446 4.1.4). */
    static void helloRetryRequest(int type, WireReader in) throws TlsHandshakeException {
        switch (type) {
            case ExtensionType.SUPPORTED_VERSIONS -> in.u16("selected_version");
            case ExtensionType.KEY_SHARE -> in.u16("selected_group");
            case ExtensionType.COOKIE -> in.opaque16("cookie", 1, 0xFFFF);
            default -> in.skipRest();
        }
    }

    /** Checks an extension in EncryptedExtensions (RFC 8446 4.3.1). */
    static void encryptedExtensions(int type, WireReader in) throws TlsHandshakeException {
        if (type != ExtensionType.EARLY_DATA) {
            answer(type, in);
        }
    }

    /** Checks an extension that TLS 1.2 has in ServerHello and TLS 1.3 in EncryptedExtensions. */
    private static void answer(int type, WireReader in) throws TlsHandshakeException {
        switch (type) {
            case ExtensionType.SERVER_NAME -> {
                // RFC 6066 3: empty.
            }
            case ExtensionType.MAX_FRAGMENT_LENGTH -> ClientExtensionSyntax.maxFragmentLength(in);
            case ExtensionType.SUPPORTED_GROUPS -> in.list16("named_group_list", 2);
            case ExtensionType.HEARTBEAT -> ClientExtensionSyntax.heartbeat(in);
            case ExtensionType.ALPN -> protocolName(in);
            case ExtensionType.CLIENT_CERTIFICATE_TYPE, ExtensionType.SERVER_CERTIFICATE_TYPE ->
                in.u8("certificate_type");
            case ExtensionType.RECORD_SIZE_LIMIT -> ClientExtensionSyntax.recordSizeLimit(in);
            default -> in.skipRest();
        }
    }

    /**
     * RFC 7301 3.1: the list has exactly one name. For other counts the alert is decode_error, as in OpenSSL and
     * BoringSSL.
     */
    private static void protocolName(WireReader in) throws TlsHandshakeException {
        int outer = in.enter16("protocol_name_list", 2, 0xFFFF);
        in.opaque8("protocol_name", 1, 255);
        in.leave(outer, "the one protocol_name");
    }

    /** Checks an extension in a CertificateRequest of TLS 1.3 (RFC 8446 4.3.2). */
    static void certificateRequest(int type, WireReader in) throws TlsHandshakeException {
        switch (type) {
            case ExtensionType.SIGNATURE_ALGORITHMS, ExtensionType.SIGNATURE_ALGORITHMS_CERT ->
                in.list16("supported_signature_algorithms", 2);
            case ExtensionType.CERTIFICATE_AUTHORITIES -> ClientExtensionSyntax.authorities(in, 3);
            case ExtensionType.OID_FILTERS -> oidFilters(in);
            case ExtensionType.COMPRESS_CERTIFICATE -> in.list8("algorithms", 2, 254);
            // status_request and signed_certificate_timestamp are not checked: a server may send them empty or in the
            // form of a ClientHello (RFC 8446 4.4.2.1, RFC 6962 3.3.1).
            default -> in.skipRest();
        }
    }

    /** RFC 8446 4.2.5. */
    private static void oidFilters(WireReader in) throws TlsHandshakeException {
        int outer = in.enter16("filters", 0, 0xFFFF);
        while (in.hasRemaining()) {
            in.opaque8("certificate_extension_oid", 1, 255);
            in.opaque16("certificate_extension_values", 0, 0xFFFF);
        }
        in.leave(outer, "filters");
    }

    /** Checks an extension in a CertificateEntry of TLS 1.3, from either end (RFC 8446 4.4.2). */
    static void certificateEntry(int type, WireReader in) throws TlsHandshakeException {
        switch (type) {
            case ExtensionType.STATUS_REQUEST -> certificateStatus(in, false);
            case ExtensionType.SIGNED_CERTIFICATE_TIMESTAMP -> timestamps(in);
            default -> in.skipRest();
        }
    }

    /** Checks a CertificateStatus (RFC 6066 8, RFC 6961 2.2). */
    static void certificateStatus(WireReader in, boolean multiple) throws TlsHandshakeException {
        int type = in.u8("status_type");
        if (type == OCSP) {
            in.opaque24("OCSPResponse", 1, 0xFFFFFF);
        } else if (multiple && type == OCSP + 1) {
            int outer = in.enter24("ocsp_response_list", 1, 0xFFFFFF);
            while (in.hasRemaining()) {
                in.opaque24("OCSPResponse", 0, 0xFFFFFF);
            }
            in.leave(outer, "ocsp_response_list");
        } else {
            throw in.malformed("the status_type " + type + " is unknown");
        }
    }

    /** RFC 6962 3.3. */
    private static void timestamps(WireReader in) throws TlsHandshakeException {
        int outer = in.enter16("SignedCertificateTimestampList", 1, 0xFFFF);
        while (in.hasRemaining()) {
            in.opaque16("SerializedSCT", 1, 0xFFFF);
        }
        in.leave(outer, "SignedCertificateTimestampList");
    }

    /** Checks an extension in a NewSessionTicket of TLS 1.3 (RFC 8446 4.6.1). */
    static void newSessionTicket(int type, WireReader in) throws TlsHandshakeException {
        if (type == ExtensionType.EARLY_DATA) {
            in.skip(4, "max_early_data_size");
        } else {
            in.skipRest();
        }
    }
}
