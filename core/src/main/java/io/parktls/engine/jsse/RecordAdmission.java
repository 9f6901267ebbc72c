package io.parktls.engine.jsse;

import io.parktls.TlsAlert;
import io.parktls.TlsHandshakeException;
import io.parktls.TlsLimits;
import io.parktls.TlsVersion;
import io.parktls.record.HandshakeRecords;
import io.parktls.record.RecordFormat;
import io.parktls.wire.FirstBytes;
import io.parktls.wire.HandshakeAlerts;
import io.parktls.wire.SkippedEarlyData;
import java.nio.ByteBuffer;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * Judges records by their headers, before the SSLEngine sees them: another protocol, records too long, floods of alerts in the
 * handshake and renegotiation are refused. Used by the reader, and by the handshake before that.
 */
final class RecordAdmission {
    private static final int HEADER = RecordFormat.HEADER;
    private static final int APPLICATION_DATA = RecordFormat.APPLICATION_DATA;

    /** Bytes of the shortest fragment under keys: a record in TLS 1.2 has a tag (RFC 5246 6.2.3.3). */
    private static final int SHORTEST_UNDER_KEYS = 16;

    /** What becomes of a connection whose peer sent such a thing. */
    interface Refusal {
        /** Queues the alert, and says what to throw. */
        SSLException of(TlsAlert alert, String what);
    }

    private final boolean server;
    private final TlsLimits limits;
    private final Refusal refusal;
    private final PlaintextHandshake hello;
    private final HandshakeAlerts alerts = new HandshakeAlerts();

    /** The longest record, header included, that the SSLEngine takes without asking for larger buffers. */
    private int longestRecord;

    private final HandshakeRecords recordsSeen;

    private boolean firstRecordSeen;

    /** Null until the handshake is done. */
    private @Nullable TlsVersion negotiated;

    /** Alerts in a row, before the handshake is done. */
    private int alertsInARow;

    /** @param hello what the hellos say as they go by */
    RecordAdmission(boolean server, TlsLimits limits, PlaintextHandshake hello, int longestRecord, Refusal refusal) {
        this.server = server;
        this.limits = limits;
        this.hello = hello;
        this.recordsSeen = new HandshakeRecords(limits);
        this.longestRecord = longestRecord;
        this.refusal = refusal;
    }

    /** The handshake is done: other rules hold from here on. */
    void established(TlsVersion version, int longest) {
        negotiated = version;
        longestRecord = longest;
    }

    /** Whether close_notify came in the clear, before the handshake was done. */
    boolean isCloseNotifyReceived() {
        return alerts.isCloseNotifyReceived();
    }

    int longestRecord() {
        return longestRecord;
    }

    /**
     * Judges the next record by its header.
     *
     * @return its length, header included; 0 if it is not here as a whole, or if close_notify came in its place
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
            if (server && type == RecordFormat.HANDSHAKE) {
                requireModestHello(in, HEADER + fragment);
            }
            if (type == RecordFormat.ALERT) {
                if (++alertsInARow > limits.recordsWithoutData()) {
                    throw refusal.of(TlsAlert.UNEXPECTED_MESSAGE, alertsInARow + " alerts in a row");
                }
                if (fragment >= SHORTEST_UNDER_KEYS) {
                    return HEADER + fragment;
                }
                judgeAlert(in, at + HEADER, fragment);
            } else if (!isDroppedChangeCipherSpec(in, at, fragment)) {
                firstRecordSeen = true;
                alertsInARow = 0;
                alerts.otherRecord();
                if (!isSkippedEarlyData(type, fragment)) {
                    return HEADER + fragment;
                }
            }
            in.position(at + HEADER + fragment);
            if (isCloseNotifyReceived()) {
                return 0;
            }
        }
    }

    /** The very first record: of what may be no TLS at all. */
    private void admitFirst(ByteBuffer in, int type) throws SSLException {
        try {
            FirstBytes.check(in);
        } catch (TlsHandshakeException e) {
            throw refusal.of(e.alert().orElse(TlsAlert.UNEXPECTED_MESSAGE), String.valueOf(e.getMessage()));
        }
        if (type != RecordFormat.HANDSHAKE && (server || type != RecordFormat.ALERT)) {
            throw refusal.of(TlsAlert.UNEXPECTED_MESSAGE, "a handshake cannot start with a record of type " + type);
        }
    }

    /** A stranger's first message need not be as long as a certificate chain. */
    private void requireModestHello(ByteBuffer in, int length) throws SSLException {
        int helloLength = recordsSeen.firstMessageLength(in.array(), in.arrayOffset() + in.position(), length);
        if (helloLength > limits.clientHelloSize()) {
            throw refusal.of(TlsAlert.ILLEGAL_PARAMETER, "a ClientHello of " + helloLength + " bytes");
        }
    }

    /** The SSLEngine does not get alerts in the clear: SunJSSE ignores some of the errors, and fails at some of the warnings. */
    private void judgeAlert(ByteBuffer in, int at, int length) throws SSLException {
        try {
            alerts.accept(in.array(), in.arrayOffset() + at, length, hello.version());
        } catch (TlsHandshakeException e) {
            if (e.isAlertReceived()) {
                throw e;
            }
            throw refusal.of(e.alert().orElse(TlsAlert.UNEXPECTED_MESSAGE), String.valueOf(e.getMessage()));
        }
    }

    /** RFC 8446 5: TLS 1.3 drops it, however often it comes. SunJSSE accepts it only once. */
    private boolean isDroppedChangeCipherSpec(ByteBuffer in, int at, int fragment) {
        return hello.version() == TlsVersion.TLS_1_3
                && in.get(at) == RecordFormat.CHANGE_CIPHER_SPEC
                && fragment == 1
                && in.get(at + HEADER) == 1;
    }

    /**
     * RFC 8446 4.2.10: early data behind a ClientHello that a HelloRetryRequest answers. Early data behind any other only an
     * SSLEngine can tell from the records that it has the keys for, and SunJSSE does not.
     */
    private boolean isSkippedEarlyData(int type, int fragment) throws SSLException {
        SkippedEarlyData earlyData = server && type == APPLICATION_DATA ? hello.earlyDataBeforeSecondHello() : null;
        if (earlyData == null) {
            return false;
        }
        if (!earlyData.skip(fragment)) {
            throw refusal.of(
                    TlsAlert.UNEXPECTED_MESSAGE, "more than " + SkippedEarlyData.LIMIT + " bytes of early data");
        }
        return true;
    }
}
