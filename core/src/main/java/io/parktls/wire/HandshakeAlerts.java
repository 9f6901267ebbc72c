package io.parktls.wire;

import io.parktls.TlsAlert;
import io.parktls.TlsHandshakeException;
import io.parktls.TlsVersion;
import org.jspecify.annotations.Nullable;

/** Processes the alerts that a peer sends before the handshake is done (RFC 8446 6, RFC 5246 7.2). Not thread-safe. */
public final class HandshakeAlerts {
    /** How many warnings in a row are ignored; libssl has the same limit. */
    private static final int MAX_WARNINGS = 4;

    private boolean closeNotifyReceived;
    private int warnings;

    /** Returns whether close_notify has been received. */
    public boolean isCloseNotifyReceived() {
        return closeNotifyReceived;
    }

    /** Records that the peer sent a record other than an alert, which ends a row of warnings. */
    public void otherRecord() {
        warnings = 0;
    }

    /**
     * Processes the content of an alert record. Returns normally if the alert is close_notify or can be ignored.
     *
     * @param version the negotiated version; null before it is known
     * @throws TlsHandshakeException if the alert reports an error ({@link TlsHandshakeException#isAlertReceived()} is
     *     true), or if the record is malformed
     */
    public void accept(byte[] bytes, int at, int length, @Nullable TlsVersion version) throws TlsHandshakeException {
        if (length < 2) {
            // RFC 8446 5.1: alerts are not fragmented, and alert records are not empty.
            throw refused("the peer sent an alert of " + length + " bytes, not 2", TlsAlert.UNEXPECTED_MESSAGE);
        }
        if (length > 2) {
            throw refused("the peer sent an alert of " + length + " bytes, not 2", TlsAlert.DECODE_ERROR);
        }
        int level = bytes[at] & 0xFF;
        int code = bytes[at + 1] & 0xFF;
        if (level != TlsAlert.LEVEL_WARNING && level != TlsAlert.LEVEL_FATAL) {
            throw refused("the peer sent an alert of level " + level + ", not 1 or 2", TlsAlert.ILLEGAL_PARAMETER);
        }
        if (code == TlsAlert.CLOSE_NOTIFY.code()) {
            closeNotifyReceived = true;
        } else if (isError(level, code, version)) {
            throw TlsAlert.of(code)
                    .map(TlsHandshakeException::received)
                    .orElseGet(() -> TlsHandshakeException.received(code));
        } else if (code == TlsAlert.NO_RENEGOTIATION.code()) {
            throw refused(
                    "the peer sent the warning " + TlsAlert.NO_RENEGOTIATION + " in its first handshake",
                    TlsAlert.HANDSHAKE_FAILURE);
        } else if (++warnings > MAX_WARNINGS) {
            throw refused("the peer sent " + warnings + " warning alerts in a row", TlsAlert.UNEXPECTED_MESSAGE);
        }
    }

    /**
     * Returns whether the alert reports an error. In TLS 1.3 the level is ignored, and all alerts except the closure
     * alerts are errors (RFC 8446 6). Before the version is known the rules of TLS 1.2 apply, as in libssl, because TLS
     * 1.2 servers may send the warning unrecognized_name before their ServerHello.
     */
    private static boolean isError(int level, int code, @Nullable TlsVersion version) {
        return version == TlsVersion.TLS_1_3 ? code != TlsAlert.USER_CANCELED.code() : level == TlsAlert.LEVEL_FATAL;
    }

    private static TlsHandshakeException refused(String what, TlsAlert alert) {
        return new TlsHandshakeException(what, alert, null);
    }
}
