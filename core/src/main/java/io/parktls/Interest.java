package io.parktls;

/** The event that an operation waits for: the readiness of its pipe, or the end of a call of the application's code. */
public enum Interest {
    /** The pipe has bytes to read, or its stream has ended. */
    READ,
    /** The pipe accepts bytes. */
    WRITE,
    /** The pipe is ready to read or to write, whichever comes first. */
    READ_OR_WRITE,
    /**
     * A call of the application's code that runs in another thread has returned. The pipe does not matter;
     * {@link TlsConnection#answer()} tells when to repeat the operation. The counterpart of OpenSSL's
     * {@code SSL_ERROR_WANT_CLIENT_HELLO_CB} and {@code SSL_ERROR_WANT_X509_LOOKUP}. Only with
     * {@link TlsContext.Builder#callbackExecutor}, or if the {@link Waiting} ends steps after a choice.
     */
    ANSWER;

    /** {@return whether the wait ends when the pipe is ready to read} */
    public boolean includesRead() {
        return this == READ || this == READ_OR_WRITE;
    }

    /** {@return whether the wait ends when the pipe is ready to write} */
    public boolean includesWrite() {
        return this == WRITE || this == READ_OR_WRITE;
    }
}
