package io.parktls;

/**
 * The outcome of an operation on a {@link TlsConnection}. Failures are exceptions instead.
 *
 * <p>The four outcomes are those of {@code SSL_do_handshake(3)}. {@link #returnCode()} and {@link #sslError()} return
 * the corresponding numbers of OpenSSL: the return value of the call, and the result of {@code SSL_get_error(3)} after
 * it.
 */
public enum TlsStatus {
    /** The operation is complete. */
    OK(1, 0, "SSL_ERROR_NONE"),

    /** The peer's close_notify has arrived, so there is no more data to read (RFC 8446 6.1). */
    CLOSED(0, 6, "SSL_ERROR_ZERO_RETURN"),

    /** The operation cannot continue until the pipe is readable. Wait for that, then repeat the call. */
    WANT_READ(-1, 2, "SSL_ERROR_WANT_READ"),

    /** The operation cannot continue until the pipe is writable. Wait for that, then repeat the call. */
    WANT_WRITE(-1, 3, "SSL_ERROR_WANT_WRITE");

    private final int returnCode;
    private final int sslError;
    private final String sslErrorName;

    TlsStatus(int returnCode, int sslError, String sslErrorName) {
        this.returnCode = returnCode;
        this.sslError = sslError;
        this.sslErrorName = sslErrorName;
    }

    /** {@return the value that {@code SSL_do_handshake(3)} would return: 1, 0 or -1} */
    public int returnCode() {
        return returnCode;
    }

    /** {@return the value that {@code SSL_get_error(3)} would return for {@link #returnCode()}: 0, 6, 2 or 3} */
    public int sslError() {
        return sslError;
    }

    /** {@return the name of {@link #sslError()} in OpenSSL's {@code ssl.h}} */
    public String sslErrorName() {
        return sslErrorName;
    }
}
