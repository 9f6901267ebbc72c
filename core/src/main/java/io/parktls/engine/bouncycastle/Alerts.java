package io.parktls.engine.bouncycastle;

import io.parktls.TlsAlert;
import org.bouncycastle.tls.AlertLevel;
import org.jspecify.annotations.Nullable;

/**
 * Records the fatal alert that Bouncy Castle raises, as reported to the callbacks of {@link ClientPeer} and
 * {@link ServerPeer}. Alerts from the peer are not recorded, because the handshake guard handles them first.
 */
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

    /** Returns whether Bouncy Castle has ended the handshake with a fatal alert. */
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
