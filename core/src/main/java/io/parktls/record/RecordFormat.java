package io.parktls.record;

import io.parktls.TlsAlert;
import java.nio.ByteBuffer;

/** The layout of a record on the wire (RFC 8446 5.1, RFC 5246 6.2). */
public final class RecordFormat {
    /** The length of a record's header, which consists of type, version and length, in bytes. */
    public static final int HEADER = 5;

    /** The maximum length of a record's content in bytes: 2^14. */
    public static final int MAX_CONTENT = 1 << 14;

    /** The maximum number of bytes by which a TLS 1.3 fragment is longer than its content (RFC 8446 5.2). */
    public static final int MAX_EXPANSION_13 = 256;

    /** The maximum number of bytes by which a TLS 1.2 fragment is longer than its content (RFC 5246 6.2.3). */
    public static final int MAX_EXPANSION_12 = 2048;

    /** The maximum length of a record of either version in bytes, header included. */
    public static final int MAX_RECORD = HEADER + MAX_CONTENT + MAX_EXPANSION_12;

    /** The {@code ContentType} of a record with an alert. */
    public static final int ALERT = ContentType.ALERT;

    /** The {@code ContentType} of a record with handshake messages. */
    public static final int HANDSHAKE = ContentType.HANDSHAKE;

    /**
     * The {@code ContentType} of a record with application data; in TLS 1.3, of every protected record (RFC 8446 5.2).
     */
    public static final int APPLICATION_DATA = ContentType.APPLICATION_DATA;

    /** The {@code ContentType} of a record that announces a change of keys in TLS 1.2; it has no effect in TLS 1.3. */
    public static final int CHANGE_CIPHER_SPEC = ContentType.CHANGE_CIPHER_SPEC;

    /** The {@code legacy_record_version} of every protected record. */
    public static final int VERSION = 0x0303;

    private RecordFormat() {}

    /** Returns the length field of the header that starts at {@code offset}. */
    public static int fragmentLength(byte[] bytes, int offset) {
        return (bytes[offset + 3] & 0xFF) << 8 | (bytes[offset + 4] & 0xFF);
    }

    /** The length of an unprotected alert record in bytes. */
    public static final int PLAINTEXT_ALERT = HEADER + 2;

    /**
     * Writes an unprotected alert record. The level of close_notify and user_canceled is warning (RFC 5246 7.2.1, RFC
     * 8446 6.1); that of all other alerts is fatal.
     */
    public static void putPlaintextAlert(TlsAlert alert, ByteBuffer out) {
        out.put((byte) ContentType.ALERT)
                .putShort((short) VERSION)
                .putShort((short) 2)
                .put((byte) level(alert))
                .put((byte) alert.code());
    }

    static int level(TlsAlert alert) {
        return switch (alert) {
            case CLOSE_NOTIFY, USER_CANCELED -> TlsAlert.LEVEL_WARNING;
            default -> TlsAlert.LEVEL_FATAL;
        };
    }

    static void putHeader(byte[] bytes, int offset, int type, int fragmentLength) {
        bytes[offset] = (byte) type;
        bytes[offset + 1] = (byte) (VERSION >>> 8);
        bytes[offset + 2] = (byte) VERSION;
        bytes[offset + 3] = (byte) (fragmentLength >>> 8);
        bytes[offset + 4] = (byte) fragmentLength;
    }
}
