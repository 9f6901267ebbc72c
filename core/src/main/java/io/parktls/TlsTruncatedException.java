package io.parktls;

import java.util.Optional;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * The stream ended without close_notify. What was read so far may be only a part of what the peer meant to say (RFC 8446
 * 6.1), so this is never reported as an ordinary end.
 */
public final class TlsTruncatedException extends SSLException implements TlsFailure {
    private static final long serialVersionUID = 1L;

    private final @Nullable TlsAlert alert;

    /**
     * A failure that this end found.
     *
     * @param alert the fatal alert sent for it, null if none was
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

    /** False: a peer that ends the stream says nothing. */
    @Override
    public boolean isAlertReceived() {
        return false;
    }
}
