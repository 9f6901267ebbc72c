package io.parktls;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** The alert descriptions of TLS (RFC 8446 6, RFC 5246 7.2, RFC 7301). */
public enum TlsAlert {
    /** The sender sends no more data on this connection. */
    CLOSE_NOTIFY(0),
    /** The message is not allowed at this point of the protocol. */
    UNEXPECTED_MESSAGE(10),
    /** The record does not authenticate. */
    BAD_RECORD_MAC(20),
    /** Reserved: TLS 1.0 and below (RFC 8446 6). */
    DECRYPTION_FAILED(21),
    /** The record is longer than the protocol allows. */
    RECORD_OVERFLOW(22),
    /** Reserved: TLS 1.2 and below (RFC 8446 6). */
    DECOMPRESSION_FAILURE(30),
    /** The two ends have no acceptable parameters in common. */
    HANDSHAKE_FAILURE(40),
    /** Reserved: SSL 3.0 (RFC 8446 6). */
    NO_CERTIFICATE(41),
    /** The certificate is malformed, or a signature does not verify. */
    BAD_CERTIFICATE(42),
    /** The certificate is of an unsupported type. */
    UNSUPPORTED_CERTIFICATE(43),
    /** The certificate has been revoked. */
    CERTIFICATE_REVOKED(44),
    /** The certificate has expired or is not valid yet. */
    CERTIFICATE_EXPIRED(45),
    /** The certificate is not acceptable for another reason. */
    CERTIFICATE_UNKNOWN(46),
    /** A field of a handshake message is wrong or contradicts another field. */
    ILLEGAL_PARAMETER(47),
    /** The certificate chain does not lead to a trusted authority. */
    UNKNOWN_CA(48),
    /** The certificate is valid, but the sender does not allow the peer to connect. */
    ACCESS_DENIED(49),
    /** The message is malformed. */
    DECODE_ERROR(50),
    /** A signature, a Finished message or a PSK binder of the handshake does not verify. */
    DECRYPT_ERROR(51),
    /** Reserved: TLS 1.0 and below (RFC 8446 6). */
    EXPORT_RESTRICTION(60),
    /** The sender does not support the version that the peer offers. */
    PROTOCOL_VERSION(70),
    /** The server requires stronger parameters than the client supports. */
    INSUFFICIENT_SECURITY(71),
    /** The sender has an internal error, unrelated to the peer and the protocol. */
    INTERNAL_ERROR(80),
    /** The client retries with a lower version than both ends support (RFC 7507). */
    INAPPROPRIATE_FALLBACK(86),
    /** The sender cancels the handshake for a reason unrelated to the protocol. */
    USER_CANCELED(90),
    /** The sender does not renegotiate; only in TLS 1.2 (RFC 5246 7.2.2). */
    NO_RENEGOTIATION(100),
    /** A mandatory extension is missing. */
    MISSING_EXTENSION(109),
    /** The message contains an extension that is not allowed in it or was not offered. */
    UNSUPPORTED_EXTENSION(110),
    /** Reserved: RFC 6066 5. */
    CERTIFICATE_UNOBTAINABLE(111),
    /** The server has no identity for the host name that the client asks for (RFC 6066 3). */
    UNRECOGNIZED_NAME(112),
    /** The OCSP response is invalid or not acceptable (RFC 6066 8). */
    BAD_CERTIFICATE_STATUS_RESPONSE(113),
    /** Reserved: RFC 6066 5. */
    BAD_CERTIFICATE_HASH_VALUE(114),
    /** The server does not recognize the pre-shared key identity. */
    UNKNOWN_PSK_IDENTITY(115),
    /** The server requires a certificate, and the client sent none. */
    CERTIFICATE_REQUIRED(116),
    /** The server supports none of the application protocols that the client offers (RFC 7301 3.2). */
    NO_APPLICATION_PROTOCOL(120),
    /** RFC 9849 5. */
    ECH_REQUIRED(121);

    /** {@code AlertLevel.warning} on the wire. */
    public static final int LEVEL_WARNING = 1;

    /** {@code AlertLevel.fatal} on the wire. */
    public static final int LEVEL_FATAL = 2;

    private final int code;

    TlsAlert(int code) {
        this.code = code;
    }

    /** {@return the {@code AlertDescription} on the wire} */
    public int code() {
        return code;
    }

    /** {@return the name in the RFCs, for instance {@code bad_record_mac}} */
    public String standardName() {
        return name().toLowerCase(Locale.ROOT);
    }

    /**
     * {@return the alert with that code; empty if there is none}
     *
     * @param code the {@code AlertDescription} on the wire
     */
    public static Optional<TlsAlert> of(int code) {
        return Arrays.stream(values()).filter(alert -> alert.code == code).findFirst();
    }

    @Override
    public String toString() {
        return standardName() + "(" + code + ")";
    }
}
