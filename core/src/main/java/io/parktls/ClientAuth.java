package io.parktls;

/** Specifies whether a server asks its clients for a certificate. */
public enum ClientAuth {
    /** The server does not ask for a certificate. */
    NONE,
    /**
     * The server asks for a certificate and also accepts clients that send none. A certificate that is sent must
     * verify.
     */
    WANTED,
    /**
     * The server asks for a certificate. It refuses a client that sends none with {@link TlsAlert#CERTIFICATE_REQUIRED}
     * or, in TLS 1.2, with {@link TlsAlert#HANDSHAKE_FAILURE}.
     */
    REQUIRED
}
