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
 * Checks records by their headers before the SSLEngine processes them. Refuses other protocols, oversized records,
 * floods of alerts during the handshake, and renegotiation. Used by the thread that runs the handshake, then by the
 * reader.
 */
final class RecordAdmission {
    private static final int HEADER = RecordFormat.HEADER;
    private static final int APPLICATION_DATA = RecordFormat.APPLICATION_DATA;

    /** The minimum length of an encrypted fragment, in bytes. In TLS 1.2 it includes a tag (RFC 5246 6.2.3.3). */
    private static final int SHORTEST_ENCRYPTED = 16;

    /** Ends a connection because of a record that the peer sent. */
    interface Refusal {
        /** Queues an alert, and returns the exception to throw. */
        SSLException of(TlsAlert alert, String what);
    }

    private final boolean server;
    private final TlsLimits limits;
    private final Refusal refusal;
    private final PlaintextHandshake messages;
    private final HandshakeAlerts alerts = new HandshakeAlerts();

    /** The length of the longest record, header included, that the SSLEngine accepts without larger buffers. */
    private int longestRecord;

    private final HandshakeRecords recordsSeen;

    private boolean firstRecordSeen;

    /** The negotiated version; null until the handshake is done. */
    private @Nullable TlsVersion negotiated;

    /** The number of consecutive alerts before the handshake is done. */
    private int alertsInARow;

    /**
     * Creates the checks of one connection.
     *
     * @param messages the connection's unencrypted handshake messages
     */
    RecordAdmission(boolean server, TlsLimits limits, PlaintextHandshake messages, int longestRecord, Refusal refusal) {
        this.server = server;
        this.limits = limits;
        this.messages = messages;
        this.recordsSeen = new HandshakeRecords(limits);
        this.longestRecord = longestRecord;
        this.refusal = refusal;
    }

    /** Ends the handshake. Different rules apply afterwards. */
    void established(TlsVersion version, int longest) {
        negotiated = version;
        longestRecord = longest;
    }

    /** Returns whether an unencrypted close_notify was received before the handshake was done. */
    boolean isCloseNotifyReceived() {
        return alerts.isCloseNotifyReceived();
    }

    int longestRecord() {
        return longestRecord;
    }

    /**
     * Checks the next record.
     *
     * @return the length of the record, header included; 0 if it is not complete, or if close_notify was received
     *     instead
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
                // RFC 8446 5.2, RFC 5246 6.2.3.3: the version of an encrypted record is authenticated. SunJSSE does not
                // check it.
                throw refusal.of(TlsAlert.BAD_RECORD_MAC, "the version of an encrypted record is not TLS 1.2 (0x0303)");
            }
            if (HEADER + fragment > longestRecord) {
                throw refusal.of(
                        TlsAlert.RECORD_OVERFLOW,
                        "a record of " + fragment + " bytes exceeds the limit of " + (longestRecord - HEADER));
            }
            if (in.remaining() < HEADER + fragment) {
                return 0;
            }
            if (negotiated != null) {
                if (type == RecordFormat.HANDSHAKE && negotiated == TlsVersion.TLS_1_2) {
                    throw refusal.of(
                            TlsAlert.NO_RENEGOTIATION,
                            "the peer requested a renegotiation, which ParkTLS does not support");
                }
                return HEADER + fragment;
            }
            String tooMany = recordsSeen.refuse(type);
            if (tooMany != null) {
                throw refusal.of(TlsAlert.UNEXPECTED_MESSAGE, tooMany);
            }
            if (server && type == RecordFormat.HANDSHAKE) {
                checkHelloLength(in, HEADER + fragment);
            }
            if (type == RecordFormat.ALERT) {
                if (++alertsInARow > limits.recordsWithoutData()) {
                    throw refusal.of(TlsAlert.UNEXPECTED_MESSAGE, alertsInARow + " alerts in a row");
                }
                if (fragment >= SHORTEST_ENCRYPTED) {
                    return HEADER + fragment;
                }
                handleAlert(in, at + HEADER, fragment);
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

    /** Checks the first record, which may belong to another protocol than TLS. */
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

    /** Limits the length of the ClientHello, which need not be as long as a certificate chain. */
    private void checkHelloLength(ByteBuffer in, int length) throws SSLException {
        int helloLength = recordsSeen.firstMessageLength(in.array(), in.arrayOffset() + in.position(), length);
        if (helloLength > limits.clientHelloSize()) {
            throw refusal.of(
                    TlsAlert.ILLEGAL_PARAMETER,
                    "a ClientHello of " + helloLength + " bytes exceeds the limit of " + limits.clientHelloSize());
        }
    }

    /**
     * Handles an unencrypted alert. The SSLEngine does not receive it, because SunJSSE ignores some fatal alerts and
     * fails on some warnings.
     */
    private void handleAlert(ByteBuffer in, int at, int length) throws SSLException {
        try {
            alerts.accept(in.array(), in.arrayOffset() + at, length, messages.version());
        } catch (TlsHandshakeException e) {
            if (e.isAlertReceived()) {
                throw e;
            }
            throw refusal.of(e.alert().orElse(TlsAlert.UNEXPECTED_MESSAGE), String.valueOf(e.getMessage()));
        }
    }

    /** RFC 8446 5: TLS 1.3 drops every change_cipher_spec. SunJSSE accepts only one. */
    private boolean isDroppedChangeCipherSpec(ByteBuffer in, int at, int fragment) {
        return messages.version() == TlsVersion.TLS_1_3
                && in.get(at) == RecordFormat.CHANGE_CIPHER_SPEC
                && fragment == 1
                && in.get(at + HEADER) == 1;
    }

    /**
     * RFC 8446 4.2.10: skips early data after a ClientHello that was answered by a HelloRetryRequest. After any other
     * ClientHello only the SSLEngine can distinguish early data from records for which it has keys, and SunJSSE does
     * not do so.
     */
    private boolean isSkippedEarlyData(int type, int fragment) throws SSLException {
        SkippedEarlyData earlyData = server && type == APPLICATION_DATA ? messages.earlyDataBeforeSecondHello() : null;
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
