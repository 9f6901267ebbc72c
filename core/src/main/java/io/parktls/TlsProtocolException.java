package io.parktls;

import java.util.Optional;
import javax.net.ssl.SSLProtocolException;
import org.jspecify.annotations.Nullable;

/**
 * Thrown when an established connection fails: a record does not authenticate, the peer violated the protocol, or it
 * sent a fatal alert.
 */
public final class TlsProtocolException extends SSLProtocolException implements TlsFailure {
    private static final long serialVersionUID = 1L;

    private final @Nullable TlsAlert alert;
    private final boolean alertReceived;

    /**
     * Creates an exception for a failure that this end detected.
     *
     * @param alert the fatal alert to send to the peer, null if none is sent
     */
    public TlsProtocolException(String message, @Nullable TlsAlert alert, @Nullable Throwable cause) {
        this(message, alert, false, cause);
    }

    TlsProtocolException(String message, @Nullable TlsAlert alert, boolean alertReceived, @Nullable Throwable cause) {
        super(message);
        initCause(cause);
        this.alert = alert;
        this.alertReceived = alertReceived;
    }

    /** Returns an exception for a fatal alert that the peer sent. */
    public static TlsProtocolException received(TlsAlert alert) {
        return new TlsProtocolException("the peer sent alert " + alert, alert, true, null);
    }

    /** Returns an exception for a fatal alert whose code no RFC defines. */
    public static TlsProtocolException received(int code) {
        return new TlsProtocolException("the peer sent alert " + code + ", which no RFC defines", null, true, null);
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
