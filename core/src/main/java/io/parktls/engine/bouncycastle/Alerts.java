package io.parktls.engine.bouncycastle;

import io.parktls.TlsAlert;
import org.bouncycastle.tls.AlertLevel;
import org.jspecify.annotations.Nullable;

/** The fatal alert that Bouncy Castle sends, as it tells its peers' callbacks of it. Alerts of the peer it never gets. */
final class Alerts {
    private int raised = -1;
    private @Nullable String message;
    private @Nullable Throwable cause;

    void raise(short level, short description, @Nullable String text, @Nullable Throwable reason) {
        if (level == AlertLevel.fatal && raised < 0) {
            raised = description & 0xFF;
            message = text;
            cause = reason;
        }
    }

    /** Whether Bouncy Castle has ended the handshake by a fatal alert. */
    boolean isRaised() {
        return raised >= 0;
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
