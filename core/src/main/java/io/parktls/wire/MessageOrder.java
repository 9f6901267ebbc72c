package io.parktls.wire;

import static io.parktls.wire.HandshakeType.CERTIFICATE;
import static io.parktls.wire.HandshakeType.CERTIFICATE_REQUEST;
import static io.parktls.wire.HandshakeType.CERTIFICATE_STATUS;
import static io.parktls.wire.HandshakeType.CERTIFICATE_VERIFY;
import static io.parktls.wire.HandshakeType.CLIENT_HELLO;
import static io.parktls.wire.HandshakeType.CLIENT_KEY_EXCHANGE;
import static io.parktls.wire.HandshakeType.COMPRESSED_CERTIFICATE;
import static io.parktls.wire.HandshakeType.ENCRYPTED_EXTENSIONS;
import static io.parktls.wire.HandshakeType.FINISHED;
import static io.parktls.wire.HandshakeType.NEW_SESSION_TICKET;
import static io.parktls.wire.HandshakeType.SERVER_HELLO;
import static io.parktls.wire.HandshakeType.SERVER_HELLO_DONE;
import static io.parktls.wire.HandshakeType.SERVER_KEY_EXCHANGE;

import io.parktls.TlsVersion;
import java.util.StringJoiner;

/**
 * The order of messages in a handshake (RFC 8446 2 and 4.1.1, RFC 5246 7.3, RFC 5077 3.1): for each message, the set of
 * messages that may follow. An engine may be stricter, for instance because it knows whether a certificate was requested.
 *
 * <pre>
 *   from the server, TLS 1.3   [HelloRetryRequest] ServerHello | EncryptedExtensions [CertificateRequest] Certificate
 *                              CertificateVerify Finished
 *   from the client, TLS 1.3   ClientHello [ClientHello] | [Certificate [CertificateVerify]] Finished
 *   from the server, TLS 1.2   ServerHello Certificate [CertificateStatus] ServerKeyExchange [CertificateRequest]
 *                              ServerHelloDone [NewSessionTicket] change_cipher_spec | Finished
 *   from the client, TLS 1.2   ClientHello [Certificate] ClientKeyExchange [CertificateVerify] change_cipher_spec |
 *                              Finished
 * </pre>
 *
 * <p>In TLS 1.3 a server may send a CompressedCertificate instead of a Certificate (RFC 8879). If a session is resumed:
 *
 * <pre>
 *   from the server, TLS 1.3   [HelloRetryRequest] ServerHello | EncryptedExtensions Finished
 *   from the client, TLS 1.3   ClientHello [ClientHello] | Finished
 *   from the server, TLS 1.2   ServerHello [NewSessionTicket] change_cipher_spec | Finished
 *   from the client, TLS 1.2   ClientHello change_cipher_spec | Finished
 * </pre>
 *
 * <p>The bar marks a change of keys.
 */
final class MessageOrder {
    /**
     * The member of a set for a change_cipher_spec record of TLS 1.2, which is not a handshake message (RFC 5246 7.1).
     */
    static final int CHANGE_CIPHER_SPEC = 31;

    static final int NOTHING = 0;

    /** RFC 8879 4: a CompressedCertificate takes the place of a Certificate, if the client has offered that. */
    private static final int ANY_CERTIFICATE = 1 << CERTIFICATE | 1 << COMPRESSED_CERTIFICATE;

    private MessageOrder() {}

    /** Returns the set with one message type. */
    static int only(int type) {
        return 1 << type;
    }

    private static int either(int type, int other) {
        return 1 << type | 1 << other;
    }

    static boolean contains(int set, int type) {
        return type < Integer.SIZE - 1 && (set >>> type & 1) != 0;
    }

    /** Returns the first message that the peer may send. */
    static int first(boolean server) {
        return only(server ? CLIENT_HELLO : SERVER_HELLO);
    }

    /**
     * Returns the messages that a server may send after a message of that type.
     *
     * @param resumed whether the ServerHello resumes a session or selects a pre-shared key
     */
    static int afterServers(TlsVersion version, int type, boolean resumed) {
        return version == TlsVersion.TLS_1_3 ? afterServers13(type, resumed) : afterServers12(type, resumed);
    }

    private static int afterServers13(int type, boolean resumed) {
        return switch (type) {
            case SERVER_HELLO -> only(ENCRYPTED_EXTENSIONS);
            // RFC 8446 4.4: without a pre-shared key, every server must send a certificate.
            case ENCRYPTED_EXTENSIONS -> resumed ? only(FINISHED) : only(CERTIFICATE_REQUEST) | ANY_CERTIFICATE;
            case CERTIFICATE_REQUEST -> ANY_CERTIFICATE;
            case CERTIFICATE, COMPRESSED_CERTIFICATE -> only(CERTIFICATE_VERIFY);
            case CERTIFICATE_VERIFY -> only(FINISHED);
            default -> NOTHING;
        };
    }

    private static int afterServers12(int type, boolean resumed) {
        return switch (type) {
            // All supported suites authenticate by certificate and exchange keys by ECDHE (RFC 8422 2).
            case SERVER_HELLO -> resumed ? either(NEW_SESSION_TICKET, CHANGE_CIPHER_SPEC) : only(CERTIFICATE);
            case CERTIFICATE -> either(CERTIFICATE_STATUS, SERVER_KEY_EXCHANGE);
            case CERTIFICATE_STATUS -> only(SERVER_KEY_EXCHANGE);
            case SERVER_KEY_EXCHANGE -> either(CERTIFICATE_REQUEST, SERVER_HELLO_DONE);
            case CERTIFICATE_REQUEST -> only(SERVER_HELLO_DONE);
            case SERVER_HELLO_DONE -> either(NEW_SESSION_TICKET, CHANGE_CIPHER_SPEC);
            case NEW_SESSION_TICKET -> only(CHANGE_CIPHER_SPEC);
            default -> NOTHING;
        };
    }

    /** Returns the messages that a client may send after the server's flight that answers its ClientHello. */
    static int afterClientHello(TlsVersion version, boolean resumed) {
        if (resumed) {
            return only(version == TlsVersion.TLS_1_3 ? FINISHED : CHANGE_CIPHER_SPEC);
        }
        return version == TlsVersion.TLS_1_3 ? either(CERTIFICATE, FINISHED) : either(CERTIFICATE, CLIENT_KEY_EXCHANGE);
    }

    /**
     * Returns the messages that a client may send after a message of that type, which is not a ClientHello.
     *
     * @param certified whether the client has sent a certificate, so that CertificateVerify must follow (RFC 8446
     *     4.4.3, RFC 5246 7.4.8)
     */
    static int afterClients(TlsVersion version, int type, boolean certified) {
        return version == TlsVersion.TLS_1_3 ? afterClients13(type, certified) : afterClients12(type, certified);
    }

    private static int afterClients13(int type, boolean certified) {
        return switch (type) {
            case CERTIFICATE -> only(certified ? CERTIFICATE_VERIFY : FINISHED);
            case CERTIFICATE_VERIFY -> only(FINISHED);
            default -> NOTHING;
        };
    }

    private static int afterClients12(int type, boolean certified) {
        return switch (type) {
            case CERTIFICATE -> only(CLIENT_KEY_EXCHANGE);
            case CLIENT_KEY_EXCHANGE -> only(certified ? CERTIFICATE_VERIFY : CHANGE_CIPHER_SPEC);
            case CERTIFICATE_VERIFY -> only(CHANGE_CIPHER_SPEC);
            default -> NOTHING;
        };
    }

    /** Returns the names of the set's messages, for exception messages. */
    static String names(int set) {
        if (set == NOTHING) {
            return "no handshake message";
        }
        StringJoiner names = new StringJoiner(" or ");
        for (int type = 0; type < CHANGE_CIPHER_SPEC; type++) {
            if (contains(set, type)) {
                names.add(HandshakeType.name(type));
            }
        }
        return (set & only(CHANGE_CIPHER_SPEC)) == 0
                ? names.toString()
                : names.add("change_cipher_spec").toString();
    }
}
