package io.parktls;

import java.util.Optional;
import javax.net.ssl.SSLHandshakeException;
import org.jspecify.annotations.Nullable;

/**
 * Thrown when the handshake fails: the ends have no common parameters, or one of them violated the protocol.
 */
public final class TlsHandshakeException extends SSLHandshakeException implements TlsFailure {
    private static final long serialVersionUID = 1L;

    /** The fatal alert; null if there is none. */
    private final @Nullable TlsAlert alert;
    /** Whether the peer sent the alert. */
    private final boolean alertReceived;

    /**
     * Creates an exception for a failure that this end detected.
     *
     * @param message the detail message
     * @param alert the fatal alert to send to the peer, null if none is sent
     * @param cause the cause, null if there is none
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

    /**
     * {@return an exception for a fatal alert that the peer sent}
     *
     * @param alert the alert
     */
    public static TlsHandshakeException received(TlsAlert alert) {
        return new TlsHandshakeException(ReceivedAlerts.message(alert), alert, true, null);
    }

    /**
     * {@return an exception for a fatal alert whose code no RFC defines}
     *
     * @param code the {@code AlertDescription} on the wire
     */
    public static TlsHandshakeException received(int code) {
        return new TlsHandshakeException("the peer sent alert " + code + ", which no RFC defines", null, true, null);
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
