package io.parktls.engine.bouncycastle;

import io.parktls.TlsAlert;
import io.parktls.TlsPeerUnverifiedException;
import org.bouncycastle.tls.AlertDescription;
import org.bouncycastle.tls.TlsFatalAlert;

/**
 * Carries a {@link TlsPeerUnverifiedException} through Bouncy Castle, which sends the alert and rethrows this
 * exception.
 */
final class PeerUnverifiedAlert extends TlsFatalAlert {
    private static final long serialVersionUID = 1L;

    private final transient TlsPeerUnverifiedException reason;

    private PeerUnverifiedAlert(short description, TlsPeerUnverifiedException reason) {
        super(description, reason.getMessage(), reason);
        this.reason = reason;
    }

    static PeerUnverifiedAlert of(TlsPeerUnverifiedException reason) {
        int code = reason.alert().orElse(TlsAlert.CERTIFICATE_UNKNOWN).code();
        return new PeerUnverifiedAlert((short) code, reason);
    }

    static PeerUnverifiedAlert noCertificate(String message) {
        return new PeerUnverifiedAlert(
                AlertDescription.bad_certificate,
                new TlsPeerUnverifiedException(message, TlsAlert.BAD_CERTIFICATE, null));
    }

    /**
     * Returns the alert for a missing certificate. TLS 1.3 has a dedicated alert (RFC 8446 4.4.2.4), TLS 1.2 does not.
     */
    static PeerUnverifiedAlert certificateRequired(boolean is13) {
        TlsAlert alert = is13 ? TlsAlert.CERTIFICATE_REQUIRED : TlsAlert.HANDSHAKE_FAILURE;
        return of(new TlsPeerUnverifiedException("the client sent no certificate, but one is required", alert, null));
    }

    TlsPeerUnverifiedException reason() {
        return reason;
    }
}
