package io.parktls;

import java.util.Optional;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * Thrown when the stream ends without close_notify. The data read so far may be incomplete, because an attacker can
 * close a TCP connection (RFC 8446 6.1).
 */
public final class TlsTruncatedException extends SSLException implements TlsFailure {
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
    public TlsTruncatedException(String message, @Nullable TlsAlert alert, @Nullable Throwable cause) {
        super(message);
        initCause(cause);
        this.alert = alert;
    }

    @Override
    public Optional<TlsAlert> alert() {
        return Optional.ofNullable(alert);
    }

    /** Returns false: a peer that only ends the stream has sent no alert. */
    @Override
    public boolean isAlertReceived() {
        return false;
    }
}
