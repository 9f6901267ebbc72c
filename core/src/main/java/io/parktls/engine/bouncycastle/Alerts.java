package io.parktls.engine.bouncycastle;

import io.parktls.TlsAlert;
import org.bouncycastle.tls.AlertDescription;
import org.bouncycastle.tls.AlertLevel;
import org.jspecify.annotations.Nullable;

/** The alerts of a handshake, as Bouncy Castle tells its peers' callbacks of them. */
final class Alerts {
    /** As many warnings in a row as libssl lets pass. */
    private static final int MAX_WARNINGS = 4;

    private int raised = -1;
    private @Nullable String message;
    private @Nullable Throwable cause;
    private int received = -1;
    private int warnings;
    private boolean closeNotify;

    void raise(short level, short description, @Nullable String text, @Nullable Throwable reason) {
        if (level == AlertLevel.fatal && raised < 0) {
            raised = description & 0xFF;
            message = text;
            cause = reason;
        }
    }

    void receive(short level, short description) {
        if (description == AlertDescription.close_notify) {
            closeNotify = true;
        } else if (level == AlertLevel.fatal) {
            received = description & 0xFF; // Bouncy Castle reads a signed byte.
        } else {
            warnings++;
        }
    }

    boolean areTooManyWarnings() {
        return warnings > MAX_WARNINGS;
    }

    boolean isCloseNotifyReceived() {
        return closeNotify;
    }

    boolean isFatalReceived() {
        return received >= 0;
    }

    int received() {
        return received;
    }

    @Nullable
    TlsAlert raised() {
        return raised < 0 ? null : TlsAlert.of(raised).orElse(null);
    }

    @Nullable
    String message() {
        return message;
    }

    @Nullable
    Throwable cause() {
        return cause;
    }
}
