package io.parktls;

import java.util.Optional;
import javax.net.ssl.SSLPeerUnverifiedException;
import org.jspecify.annotations.Nullable;

/**
 * The peer did not prove to be who it should be: no certificate, one that does not verify, or one for another name.
 */
public final class TlsPeerUnverifiedException extends SSLPeerUnverifiedException implements TlsFailure {
    private static final long serialVersionUID = 1L;

    private final @Nullable TlsAlert alert;

    /**
     * A failure that this end found.
     *
     * @param alert the fatal alert sent for it, null if none was
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

    /** False: only this end can tell that it does not believe the peer. */
    @Override
    public boolean isAlertReceived() {
        return false;
    }
}
