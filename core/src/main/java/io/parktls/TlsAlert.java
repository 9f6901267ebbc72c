package io.parktls;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** The alert descriptions of TLS (RFC 8446 6, RFC 5246 7.2, RFC 7301). */
public enum TlsAlert {
    CLOSE_NOTIFY(0),
    UNEXPECTED_MESSAGE(10),
    BAD_RECORD_MAC(20),
    /** Reserved: TLS 1.0 and below (RFC 8446 6). */
    DECRYPTION_FAILED(21),
    RECORD_OVERFLOW(22),
    /** Reserved: TLS 1.2 and below (RFC 8446 6). */
    DECOMPRESSION_FAILURE(30),
    HANDSHAKE_FAILURE(40),
    /** Reserved: SSL 3.0 (RFC 8446 6). */
    NO_CERTIFICATE(41),
    BAD_CERTIFICATE(42),
    UNSUPPORTED_CERTIFICATE(43),
    CERTIFICATE_REVOKED(44),
    CERTIFICATE_EXPIRED(45),
    CERTIFICATE_UNKNOWN(46),
    ILLEGAL_PARAMETER(47),
    UNKNOWN_CA(48),
    ACCESS_DENIED(49),
    DECODE_ERROR(50),
    DECRYPT_ERROR(51),
    /** Reserved: TLS 1.0 and below (RFC 8446 6). */
    EXPORT_RESTRICTION(60),
    PROTOCOL_VERSION(70),
    INSUFFICIENT_SECURITY(71),
    INTERNAL_ERROR(80),
    INAPPROPRIATE_FALLBACK(86),
    USER_CANCELED(90),
    NO_RENEGOTIATION(100),
    MISSING_EXTENSION(109),
    UNSUPPORTED_EXTENSION(110),
    /** Reserved: RFC 6066 5. */
    CERTIFICATE_UNOBTAINABLE(111),
    UNRECOGNIZED_NAME(112),
    BAD_CERTIFICATE_STATUS_RESPONSE(113),
    /** Reserved: RFC 6066 5. */
    BAD_CERTIFICATE_HASH_VALUE(114),
    UNKNOWN_PSK_IDENTITY(115),
    CERTIFICATE_REQUIRED(116),
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

    /** Returns the {@code AlertDescription} on the wire. */
    public int code() {
        return code;
    }

    /** Returns the name in the RFCs, for instance {@code bad_record_mac}. */
    public String standardName() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Returns the alert with that code; empty if there is none. */
    public static Optional<TlsAlert> of(int code) {
        return Arrays.stream(values()).filter(alert -> alert.code == code).findFirst();
    }

    @Override
    public String toString() {
        return standardName() + "(" + code + ")";
    }
}
