package io.parktls.engine.jsse;

import io.parktls.TlsAlert;
import io.parktls.TlsLimits;
import io.parktls.TlsVersion;
import io.parktls.engine.FirstBytes;
import io.parktls.record.HandshakeRecords;
import io.parktls.record.RecordFormat;
import java.nio.ByteBuffer;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * Judges records by their headers, before the SSLEngine sees them: another protocol, records too long, floods of alerts in the
 * handshake and renegotiation are refused. Used by the reader, and by the handshake before that.
 */
final class RecordAdmission {
    private static final int HEADER = RecordFormat.HEADER;
    private static final int APPLICATION_DATA = 23;

    /** As many warnings in a row as libssl lets pass in a handshake. */
    private static final int MAX_WARNINGS = 4;

    /** What becomes of a connection whose peer sent such a thing. */
    interface Refusal {
        /** Queues the alert, and says what to throw. */
        SSLException of(TlsAlert alert, String what);
    }

    private final boolean server;
    private final TlsLimits limits;
    private final Refusal refusal;

    /** The longest record, header included, that the SSLEngine takes without asking for larger buffers. */
    private int longestRecord;

    private final HandshakeRecords recordsSeen;

    private boolean firstRecordSeen;

    /** Null until the handshake is done. */
    private @Nullable TlsVersion negotiated;

    /** Alerts in a row, before the handshake is done. */
    private int alerts;

    /** Those among them that the SSLEngine does not get to see. */
    private int warnings;

    RecordAdmission(boolean server, TlsLimits limits, int longestRecord, Refusal refusal) {
        this.server = server;
        this.limits = limits;
        this.recordsSeen = new HandshakeRecords(limits);
        this.longestRecord = longestRecord;
        this.refusal = refusal;
    }

    /** The handshake is done: other rules hold from here on. */
    void established(TlsVersion version, int longest) {
        negotiated = version;
        longestRecord = longest;
    }

    boolean isFirstRecordSeen() {
        return firstRecordSeen;
    }

    int longestRecord() {
        return longestRecord;
    }

    /**
     * Judges the next record by its header.
     *
     * @return its length, header included; 0 if it is not here as a whole
     */
    int admit(ByteBuffer in) throws SSLException {
        for (; ; ) {
            if (in.remaining() < HEADER) {
                return 0;
            }
            int at = in.position();
            int type = in.get(at);
            int fragment = in.getShort(at + 3) & 0xFFFF;
            if (!firstRecordSeen) {
                admitFirst(in, type);
            }
            if (type == APPLICATION_DATA && in.getShort(at + 1) != TlsVersion.TLS_1_2.code()) {
                // RFC 8446 5.2, RFC 5246 6.2.3.3: the version of a protected record is authenticated; SunJSSE does not
                // look.
                throw refusal.of(TlsAlert.BAD_RECORD_MAC, "a protected record of another version");
            }
            if (HEADER + fragment > longestRecord) {
                throw refusal.of(TlsAlert.RECORD_OVERFLOW, "a record of " + fragment + " bytes");
            }
            if (in.remaining() < HEADER + fragment) {
                return 0;
            }
            if (negotiated != null) {
                if (type == RecordFormat.HANDSHAKE && negotiated == TlsVersion.TLS_1_2) {
                    throw refusal.of(
                            TlsAlert.NO_RENEGOTIATION, "the peer wants to renegotiate, which is not done here");
                }
                return HEADER + fragment;
            }
            String tooMany = recordsSeen.refuse(type);
            if (tooMany != null) {
                throw refusal.of(TlsAlert.UNEXPECTED_MESSAGE, tooMany);
            }
            firstRecordSeen = true;
            if (server && type == RecordFormat.HANDSHAKE) {
                requireModestHello(in, HEADER + fragment);
            }
            if (type != RecordFormat.ALERT) {
                alerts = 0;
                warnings = 0;
                return HEADER + fragment;
            }
            if (++alerts > limits.recordsWithoutData()) {
                throw refusal.of(TlsAlert.UNEXPECTED_MESSAGE, alerts + " alerts in a row");
            }
            if (!isIgnorable(in, at, fragment)) {
                return HEADER + fragment;
            }
            if (++warnings > MAX_WARNINGS) {
                throw refusal.of(TlsAlert.UNEXPECTED_MESSAGE, "too many warning alerts");
            }
            in.position(at + HEADER + fragment);
        }
    }

    /** The very first record: of what may be no TLS at all. */
    private void admitFirst(ByteBuffer in, int type) throws SSLException {
        FirstBytes.check(in);
        if (type != RecordFormat.HANDSHAKE && (server || type != RecordFormat.ALERT)) {
            throw refusal.of(TlsAlert.UNEXPECTED_MESSAGE, "a handshake cannot start with a record of type " + type);
        }
    }

    /** A stranger's first message need not be as long as a certificate chain. */
    private void requireModestHello(ByteBuffer in, int length) throws SSLException {
        int hello = recordsSeen.firstMessageLength(in.array(), in.arrayOffset() + in.position(), length);
        if (hello > limits.clientHelloSize()) {
            throw refusal.of(TlsAlert.ILLEGAL_PARAMETER, "a ClientHello of " + hello + " bytes");
        }
    }

    /**
     * Warnings in the clear mean nothing (RFC 8446 6, libssl passes over them), but SunJSSE would end the handshake at an
     * unrecognized_name.
     */
    private static boolean isIgnorable(ByteBuffer in, int at, int fragment) {
        if (fragment != 2 || in.get(at + HEADER) != TlsAlert.LEVEL_WARNING) {
            return false;
        }
        int code = in.get(at + HEADER + 1);
        return code != TlsAlert.CLOSE_NOTIFY.code() && code != TlsAlert.NO_RENEGOTIATION.code();
    }
}
