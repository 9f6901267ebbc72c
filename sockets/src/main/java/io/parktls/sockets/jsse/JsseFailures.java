package io.parktls.sockets.jsse;

import io.parktls.TlsAlert;
import io.parktls.TlsFailure;
import io.parktls.TlsHandshakeException;
import io.parktls.TlsPeerUnverifiedException;
import io.parktls.TlsProtocolException;
import io.parktls.TlsTruncatedException;
import java.io.EOFException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.channels.ClosedChannelException;
import java.security.cert.CertificateException;
import java.util.EnumSet;
import java.util.Set;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLHandshakeException;

/**
 * Converts the exceptions of ParkTLS to the types that callers of {@code SSLSocket} expect. The original exception,
 * with the alert, is the cause.
 */
final class JsseFailures {
    private static final Set<TlsAlert> NOT_OF_HANDSHAKE = EnumSet.of(
            TlsAlert.CLOSE_NOTIFY,
            TlsAlert.UNEXPECTED_MESSAGE,
            TlsAlert.BAD_RECORD_MAC,
            TlsAlert.RECORD_OVERFLOW,
            TlsAlert.INTERNAL_ERROR,
            TlsAlert.USER_CANCELED);

    private JsseFailures() {}

    /**
     * Converts an exception.
     *
     * @param handshaking whether the handshake was not done
     */
    static IOException convert(IOException failure, boolean handshaking) {
        return switch (failure) {
            case TlsPeerUnverifiedException e -> unverified(e);
            case TlsTruncatedException e when handshaking -> ended(e);
            // TlsContext.Builder.unsafeIgnoreTruncation reports the end of the stream like a close_notify.
            case TlsHandshakeException e when e.alert().isEmpty() && !e.isAlertReceived() -> ended(e);
            case TlsProtocolException e
            when e.isAlertReceived() && isOfHandshake(e) -> withCause(new SSLHandshakeException(e.getMessage()), e);
            case SSLException e -> e;
            case SocketTimeoutException e -> e;
            case InterruptedIOException e -> e;
            case SocketException e -> e;
            case ClosedChannelException e -> withCause(new SocketException("Socket is closed"), e);
            default -> withCause(new SocketException(failure.getMessage()), failure);
        };
    }

    /** Callers look for a {@link CertificateException} as the cause: OkHttp, for example, then does not try again. */
    private static SSLHandshakeException unverified(TlsPeerUnverifiedException e) {
        String alert = e.alert().map(sent -> "(" + sent.standardName() + ") ").orElse("");
        return withCause(
                new SSLHandshakeException(alert + e.getMessage()), new CertificateException(e.getMessage(), e));
    }

    private static SSLHandshakeException ended(SSLException e) {
        EOFException end = withCause(new EOFException("the peer closed the connection"), e);
        return withCause(
                new SSLHandshakeException("the peer closed the connection during the handshake: " + e.getMessage()),
                end);
    }

    /**
     * Returns whether an alert refuses the handshake, although this end had finished it: in TLS 1.3 a server verifies
     * the client's certificate only then.
     */
    private static boolean isOfHandshake(TlsFailure e) {
        return e.alert().filter(alert -> !NOT_OF_HANDSHAKE.contains(alert)).isPresent();
    }

    private static <T extends Exception> T withCause(T failure, Throwable cause) {
        failure.initCause(cause);
        return failure;
    }
}
