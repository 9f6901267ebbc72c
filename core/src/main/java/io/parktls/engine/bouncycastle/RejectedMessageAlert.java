package io.parktls.engine.bouncycastle;

import io.parktls.TlsAlert;
import io.parktls.TlsHandshakeException;
import org.bouncycastle.tls.TlsFatalAlert;

/**
 * Carries the exception for a message that ParkTLS's own reader rejects through Bouncy Castle, which sends the alert
 * and rethrows this exception.
 */
final class RejectedMessageAlert extends TlsFatalAlert {
    private static final long serialVersionUID = 1L;

    private final transient TlsHandshakeException reason;

    RejectedMessageAlert(TlsHandshakeException reason) {
        super((short) reason.alert().orElse(TlsAlert.INTERNAL_ERROR).code(), reason.getMessage());
        this.reason = reason;
    }

    TlsHandshakeException reason() {
        return reason;
    }
}
