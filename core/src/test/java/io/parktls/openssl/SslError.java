package io.parktls.openssl;

/** The results of SSL_get_error(3). */
public enum SslError {
    NONE,
    SSL,
    WANT_READ,
    WANT_WRITE,
    WANT_X509_LOOKUP,
    SYSCALL,
    ZERO_RETURN,
    WANT_CONNECT,
    WANT_ACCEPT,
    WANT_ASYNC,
    WANT_ASYNC_JOB,
    WANT_CLIENT_HELLO_CB,
    WANT_RETRY_VERIFY;

    /** Returns the result with a number. */
    public static SslError of(int number) {
        return values()[number];
    }
}
