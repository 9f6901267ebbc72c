package io.parktls;

/**
 * How a call on a {@link TlsConnection} ended, if it did not fail.
 *
 * <p>The four outcomes are those of {@code SSL_do_handshake(3)}; failures are exceptions. {@link #returnCode()} and
 * {@link #sslError()} give the numbers that OpenSSL would: the return value of the call, and what
 * {@code SSL_get_error(3)} would then say.
 */
public enum TlsStatus {
    /** The operation did what was asked. */
    OK(1, 0, "SSL_ERROR_NONE"),

    /** The peer's close_notify has arrived: there is nothing more to read (RFC 8446 6.1). */
    CLOSED(0, 6, "SSL_ERROR_ZERO_RETURN"),

    /** Nothing more can happen until the pipe delivers bytes. Wait for that, then repeat the call. */
    WANT_READ(-1, 2, "SSL_ERROR_WANT_READ"),

    /** Nothing more can happen until the pipe takes bytes. Wait for that, then repeat the call. */
    WANT_WRITE(-1, 3, "SSL_ERROR_WANT_WRITE");

    private final int returnCode;
    private final int sslError;
    private final String sslErrorName;

    TlsStatus(int returnCode, int sslError, String sslErrorName) {
        this.returnCode = returnCode;
        this.sslError = sslError;
        this.sslErrorName = sslErrorName;
    }

    /** What {@code SSL_do_handshake(3)} would return: 1, 0 or -1. */
    public int returnCode() {
        return returnCode;
    }

    /** What {@code SSL_get_error(3)} would say of {@link #returnCode()}: 0, 6, 2 or 3. */
    public int sslError() {
        return sslError;
    }

    /** The name of {@link #sslError()} in OpenSSL's {@code ssl.h}. */
    public String sslErrorName() {
        return sslErrorName;
    }
}
