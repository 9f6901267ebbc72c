package io.parktls.wire;

import io.parktls.TlsHandshakeException;

/**
 * Checks the syntax of each extension of a ClientHello, independently of the negotiated version. Extensions of unknown
 * types, including the reserved ones of RFC 8701, are ignored (RFC 8446 4.1.2).
 */
final class ClientExtensionSyntax {
    private static final int HOST_NAME = 0;
    private static final int OCSP = 1;

    private ClientExtensionSyntax() {}

    static void check(int type, WireReader in) throws TlsHandshakeException {
        switch (type) {
            case ExtensionType.SERVER_NAME -> serverName(in);
            case ExtensionType.MAX_FRAGMENT_LENGTH -> maxFragmentLength(in);
            case ExtensionType.STATUS_REQUEST -> statusRequest(in);
            case ExtensionType.STATUS_REQUEST_V2 -> statusRequestV2(in);
            case ExtensionType.SUPPORTED_GROUPS -> in.list16("named_group_list", 2);
            case ExtensionType.EC_POINT_FORMATS -> in.opaque8("ec_point_format_list", 1, 255);
            case ExtensionType.SIGNATURE_ALGORITHMS, ExtensionType.SIGNATURE_ALGORITHMS_CERT ->
                in.list16("supported_signature_algorithms", 2);
            case ExtensionType.USE_SRTP -> useSrtp(in);
            case ExtensionType.HEARTBEAT -> heartbeat(in);
            case ExtensionType.ALPN -> protocolNames(in);
            case ExtensionType.CLIENT_CERTIFICATE_TYPE, ExtensionType.SERVER_CERTIFICATE_TYPE ->
                in.opaque8("certificate_types", 1, 255);
            case ExtensionType.PADDING -> padding(in);
            case ExtensionType.COMPRESS_CERTIFICATE -> in.list8("algorithms", 2, 254);
            case ExtensionType.RECORD_SIZE_LIMIT -> recordSizeLimit(in);
            case ExtensionType.PRE_SHARED_KEY -> preSharedKey(in);
            case ExtensionType.SUPPORTED_VERSIONS -> in.list8("versions", 2, 254);
            case ExtensionType.COOKIE -> in.opaque16("cookie", 1, 0xFFFF);
            case ExtensionType.PSK_KEY_EXCHANGE_MODES -> in.opaque8("ke_modes", 1, 255);
            case ExtensionType.CERTIFICATE_AUTHORITIES -> authorities(in, 3);
            case ExtensionType.KEY_SHARE -> keyShares(in);
            case ExtensionType.RENEGOTIATION_INFO -> in.opaque8("renegotiated_connection", 0, 255);
            // RFC 8446 4.2: oid_filters is specified for CertificateRequest only.
            case ExtensionType.OID_FILTERS -> throw in.illegal("not allowed in a ClientHello");
            case ExtensionType.CLIENT_CERTIFICATE_URL,
                    ExtensionType.TRUNCATED_HMAC,
                    ExtensionType.SIGNED_CERTIFICATE_TIMESTAMP,
                    ExtensionType.ENCRYPT_THEN_MAC,
                    ExtensionType.EXTENDED_MASTER_SECRET,
                    ExtensionType.EARLY_DATA,
                    ExtensionType.POST_HANDSHAKE_AUTH -> {
                // These are empty; leaveExtension checks that.
            }
            default -> in.skipRest();
        }
    }

    /** RFC 6066 3. */
    private static void serverName(WireReader in) throws TlsHandshakeException {
        int outer = in.enter16("server_name_list", 1, 0xFFFF);
        boolean named = false;
        while (in.hasRemaining()) {
            if (in.u8("name_type") != HOST_NAME) {
                // Names of other types begin with their length, so they can be skipped.
                in.opaque16("server_name", 0, 0xFFFF);
                continue;
            }
            int rest = in.enter16("host_name", 1, 0xFFFF);
            if (named) {
                throw in.illegal("it has more than one host_name");
            }
            named = true;
            while (in.hasRemaining()) {
                int character = in.u8("host_name");
                if (character <= ' ' || character > '~') {
                    throw in.illegal("the host_name contains the byte " + character + ", which is not allowed");
                }
            }
            in.leave(rest, "host_name");
        }
        in.leave(outer, "server_name_list");
    }

    /** RFC 6066 4. */
    static void maxFragmentLength(WireReader in) throws TlsHandshakeException {
        int code = in.u8("max_fragment_length");
        if (code < 1 || code > 4) {
            throw in.illegal("max_fragment_length is " + code + ", not 1 to 4");
        }
    }

    /** RFC 6066 8. The syntax of requests of other types than OCSP is unknown, so they are skipped. */
    private static void statusRequest(WireReader in) throws TlsHandshakeException {
        if (in.u8("status_type") == OCSP) {
            ocspRequest(in);
        } else {
            in.skipRest();
        }
    }

    private static void ocspRequest(WireReader in) throws TlsHandshakeException {
        int outer = in.enter16("responder_id_list", 0, 0xFFFF);
        while (in.hasRemaining()) {
            in.opaque16("responder_id", 1, 0xFFFF);
        }
        in.leave(outer, "responder_id_list");
        in.opaque16("request_extensions", 0, 0xFFFF);
    }

    /** RFC 6961 2.2. */
    private static void statusRequestV2(WireReader in) throws TlsHandshakeException {
        int outer = in.enter16("certificate_status_req_list", 1, 0xFFFF);
        while (in.hasRemaining()) {
            in.u8("status_type");
            in.opaque16("request", 0, 0xFFFF);
        }
        in.leave(outer, "certificate_status_req_list");
    }

    /** RFC 5764 4.1.1. */
    private static void useSrtp(WireReader in) throws TlsHandshakeException {
        in.list16("SRTPProtectionProfiles", 2);
        in.opaque8("srtp_mki", 0, 255);
    }

    /** RFC 6520 2. */
    static void heartbeat(WireReader in) throws TlsHandshakeException {
        int mode = in.u8("mode");
        if (mode != 1 && mode != 2) {
            throw in.illegal("the heartbeat mode is " + mode + ", not 1 or 2");
        }
    }

    /** RFC 7301 3.1. */
    private static void protocolNames(WireReader in) throws TlsHandshakeException {
        int outer = in.enter16("protocol_name_list", 2, 0xFFFF);
        while (in.hasRemaining()) {
            in.opaque8("protocol_name", 1, 255);
        }
        in.leave(outer, "protocol_name_list");
    }

    /** RFC 7685 3: all bytes are zero. */
    private static void padding(WireReader in) throws TlsHandshakeException {
        while (in.hasRemaining()) {
            if (in.u8("padding") != 0) {
                throw in.illegal("a byte of the padding is not zero");
            }
        }
    }

    /** RFC 8449 4. */
    static void recordSizeLimit(WireReader in) throws TlsHandshakeException {
        int limit = in.u16("record_size_limit");
        if (limit < 64) {
            throw in.illegal("record_size_limit is " + limit + ", less than 64");
        }
    }

    /** RFC 8446 4.2.11. */
    private static void preSharedKey(WireReader in) throws TlsHandshakeException {
        int identities = 0;
        int outer = in.enter16("identities", 7, 0xFFFF);
        for (; in.hasRemaining(); identities++) {
            in.opaque16("identity", 1, 0xFFFF);
            in.skip(4, "obfuscated_ticket_age");
        }
        in.leave(outer, "identities");
        int binders = 0;
        outer = in.enter16("binders", 33, 0xFFFF);
        for (; in.hasRemaining(); binders++) {
            in.opaque8("binder", 32, 255);
        }
        in.leave(outer, "binders");
        if (identities != binders) {
            throw in.illegal("it has " + identities + " identities, but " + binders + " binders");
        }
    }

    /** RFC 8446 4.2.4, RFC 5246 7.4.4. */
    static void authorities(WireReader in, int min) throws TlsHandshakeException {
        int outer = in.enter16("authorities", min, 0xFFFF);
        while (in.hasRemaining()) {
            in.opaque16("DistinguishedName", 1, 0xFFFF);
        }
        in.leave(outer, "authorities");
    }

    /** RFC 8446 4.2.8. A client may send an empty list to request a HelloRetryRequest. */
    private static void keyShares(WireReader in) throws TlsHandshakeException {
        int outer = in.enter16("client_shares", 0, 0xFFFF);
        while (in.hasRemaining()) {
            in.u16("group");
            in.opaque16("key_exchange", 1, 0xFFFF);
        }
        in.leave(outer, "client_shares");
    }
}
