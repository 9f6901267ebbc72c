package io.parktls;

import java.util.Optional;
import javax.net.ssl.SSLPeerUnverifiedException;
import org.jspecify.annotations.Nullable;

/**
 * Thrown when the peer's identity cannot be verified: it sent no certificate, a certificate that is not trusted, or one
 * for another host name.
 */
public final class TlsPeerUnverifiedException extends SSLPeerUnverifiedException implements TlsFailure {
    private static final long serialVersionUID = 1L;

    /** The fatal alert; null if there is none. */
    private final @Nullable TlsAlert alert;

    /**
     * Creates an exception for a failure that this end detected.
     *
     * @param message the detail message
     * @param alert the fatal alert to send to the peer, null if none is sent
     * @param cause the cause, null if there is none
     */
    public TlsPeerUnverifiedException(String message, @Nullable TlsAlert alert, @Nullable Throwable cause) {
        super(message);
        initCause(cause);
        this.alert = alert;
    }

    @Override
    public Optional<TlsAlert> alert() {
        return Optional.ofNullable(alert);
    }

    /** Returns false: this end detects the failure and sends the alert. */
    @Override
    public boolean isAlertReceived() {
        return false;
    }
}
