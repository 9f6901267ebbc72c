package io.parktls;

/** Whether a server asks its clients for a certificate. */
public enum ClientAuth {
    /** It does not ask. */
    NONE,
    /** It asks; a client without one is welcome. One that is sent must be good. */
    WANTED,
    /** It asks; a client without one is refused with {@link TlsAlert#CERTIFICATE_REQUIRED} or, in TLS 1.2, handshake_failure. */
    REQUIRED
}
