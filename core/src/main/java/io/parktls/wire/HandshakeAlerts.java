package io.parktls.wire;

import io.parktls.TlsAlert;
import io.parktls.TlsHandshakeException;
import io.parktls.TlsVersion;
import org.jspecify.annotations.Nullable;

/** Judges the alerts that a peer sends before the handshake is done (RFC 8446 6, RFC 5246 7.2). Not thread-safe. */
public final class HandshakeAlerts {
    /** As many warnings in a row as libssl ignores. */
    private static final int MAX_WARNINGS = 4;

    private boolean closeNotifyReceived;
    private int warnings;

    public boolean isCloseNotifyReceived() {
        return closeNotifyReceived;
    }

    /** A record came that holds no alert. */
    public void otherRecord() {
        warnings = 0;
    }

    /**
     * Judges the content of an alert record. It returns if the alert was close_notify, or one to ignore.
     *
     * @param version null as long as none is negotiated
     * @throws TlsHandshakeException if the alert is an error, which then was received; or if the record is malformed
     */
    public void accept(byte[] bytes, int at, int length, @Nullable TlsVersion version) throws TlsHandshakeException {
        if (length < 2) {
            // RFC 8446 5.1: alerts are not fragmented, and no record of them is empty.
            throw refused(length == 0 ? "an empty alert record" : "half an alert", TlsAlert.UNEXPECTED_MESSAGE);
        }
        if (length > 2) {
            throw refused("an alert of " + length + " bytes", TlsAlert.DECODE_ERROR);
        }
        int level = bytes[at] & 0xFF;
        int code = bytes[at + 1] & 0xFF;
        if (level != TlsAlert.LEVEL_WARNING && level != TlsAlert.LEVEL_FATAL) {
            throw refused("an alert of level " + level, TlsAlert.ILLEGAL_PARAMETER);
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
            throw refused("too many warning alerts: " + warnings + " in a row", TlsAlert.UNEXPECTED_MESSAGE);
        }
    }

    /**
     * RFC 8446 6: in TLS 1.3 the level means nothing, and all but the closure alerts are errors. Before the version is known the
     * rules of TLS 1.2 hold, as in libssl: servers of TLS 1.2 send the warning unrecognized_name in front of their ServerHello.
     */
    private static boolean isError(int level, int code, @Nullable TlsVersion version) {
        return version == TlsVersion.TLS_1_3 ? code != TlsAlert.USER_CANCELED.code() : level == TlsAlert.LEVEL_FATAL;
    }

    private static TlsHandshakeException refused(String what, TlsAlert alert) {
        return new TlsHandshakeException(what, alert, null);
    }
}
