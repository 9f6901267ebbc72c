package io.parktls.engine.bouncycastle;

import io.parktls.TlsAlert;
import org.bouncycastle.tls.AlertLevel;
import org.jspecify.annotations.Nullable;

/**
 * Records the fatal alert that Bouncy Castle raises, as reported to the callbacks of {@link ClientCallbacks} and
 * {@link ServerCallbacks}. Alerts from the peer are not recorded, because the handshake guard handles them first.
 */
final class RaisedAlert {
    private int code = -1;
    private @Nullable String message;
    private @Nullable Throwable cause;

    void raise(short level, short description, @Nullable String text, @Nullable Throwable reason) {
        if (level == AlertLevel.fatal && code < 0) {
            code = description & 0xFF;
            message = text;
            cause = reason;
        }
    }

    /** Returns whether Bouncy Castle has ended the handshake with a fatal alert. */
    boolean isRaised() {
        return code >= 0;
    }

    @Nullable
    TlsAlert alert() {
        return code < 0 ? null : TlsAlert.of(code).orElse(null);
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
