package io.parktls;

import java.util.Optional;
import javax.net.ssl.SSLHandshakeException;
import org.jspecify.annotations.Nullable;

/**
 * The handshake failed: the two ends could not agree, or one of them broke the protocol before it was done.
 */
public final class TlsHandshakeException extends SSLHandshakeException implements TlsFailure {
    private static final long serialVersionUID = 1L;

    private final @Nullable TlsAlert alert;
    private final boolean alertReceived;

    /**
     * A failure that this end found.
     *
     * @param alert the fatal alert sent for it, null if none was
     */
    public TlsHandshakeException(String message, @Nullable TlsAlert alert, @Nullable Throwable cause) {
        this(message, alert, false, cause);
    }

    TlsHandshakeException(String message, @Nullable TlsAlert alert, boolean alertReceived, @Nullable Throwable cause) {
        super(message);
        initCause(cause);
        this.alert = alert;
        this.alertReceived = alertReceived;
    }

    /** A failure that the peer reported by a fatal alert. */
    public static TlsHandshakeException received(TlsAlert alert) {
        return new TlsHandshakeException("the peer sent alert " + alert, alert, true, null);
    }

    /** A failure that the peer reported by a fatal alert of a code that no RFC names. */
    public static TlsHandshakeException received(int code) {
        return new TlsHandshakeException("the peer sent alert " + code + ", which no RFC names", null, true, null);
    }

    @Override
    public Optional<TlsAlert> alert() {
        return Optional.ofNullable(alert);
    }

    @Override
    public boolean isAlertReceived() {
        return alertReceived;
    }
}
