package io.parktls;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A failure of TLS, with the alert that belongs to it. Every implementation is a subclass of
 * {@link javax.net.ssl.SSLException}, so code written for JSSE catches it.
 *
 * {@snippet :
 * try {
 *     connection.doHandshake();
 * } catch (SSLException e) {
 *     if (e instanceof TlsFailure failure && failure.isAlertReceived()) {
 *         log.warn("the peer sent alert {}", failure.alert());
 *     }
 * }
 * }
 */
public sealed interface TlsFailure
        permits TlsHandshakeException, TlsPeerUnverifiedException, TlsProtocolException, TlsTruncatedException {
    /** {@return the fatal alert that this end or the peer sent; empty if there was none} */
    Optional<TlsAlert> alert();

    /** {@return the message of the exception} */
    @Nullable
    String getMessage();

    /** {@return whether the peer sent the {@link #alert()}; false if this end sent it or there was none} */
    boolean isAlertReceived();
}
