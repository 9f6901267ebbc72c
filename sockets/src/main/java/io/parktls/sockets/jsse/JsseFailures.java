package io.parktls.sockets.jsse;

import io.parktls.TlsPeerUnverifiedException;
import io.parktls.TlsTruncatedException;
import java.io.EOFException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.channels.ClosedChannelException;
import java.security.cert.CertificateException;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLHandshakeException;

/**
 * Converts the exceptions of ParkTLS to the types that callers of {@code SSLSocket} expect. The original exception,
 * with the alert, is the cause.
 */
final class JsseFailures {
    private JsseFailures() {}

    /**
     * Converts an exception.
     *
     * @param handshaking whether the handshake was not done
     */
    static IOException convert(IOException failure, boolean handshaking) {
        return switch (failure) {
            case TlsPeerUnverifiedException e -> unverified(e);
            case TlsTruncatedException e when handshaking -> truncated(e);
            case SSLException e -> e;
            case SocketTimeoutException e -> e;
            case InterruptedIOException e -> e;
            case SocketException e -> e;
            case ClosedChannelException e -> withCause(new SocketException("Socket is closed"), e);
            default -> withCause(new SocketException(failure.getMessage()), failure);
        };
    }

    /** Callers look for a {@link CertificateException} among the causes. */
    private static SSLHandshakeException unverified(TlsPeerUnverifiedException e) {
        boolean known = false;
        for (Throwable cause = e.getCause(); cause != null && !known; cause = cause.getCause()) {
            known = cause instanceof CertificateException;
        }
        Throwable cause = known ? e : new CertificateException(e.getMessage(), e);
        return withCause(new SSLHandshakeException(e.getMessage()), cause);
    }

    private static SSLHandshakeException truncated(TlsTruncatedException e) {
        EOFException end = withCause(new EOFException("the peer closed the connection"), e);
        return withCause(
                new SSLHandshakeException("the peer closed the connection during the handshake: " + e.getMessage()),
                end);
    }

    private static <T extends Exception> T withCause(T failure, Throwable cause) {
        failure.initCause(cause);
        return failure;
    }
}
