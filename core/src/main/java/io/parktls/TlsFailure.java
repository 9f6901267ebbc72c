package io.parktls;

import java.util.Optional;

/**
 * What every TLS failure of ParkTLS tells beyond its message. All of them are {@link javax.net.ssl.SSLException}s too, so
 * code written for JSSE catches them.
 */
public sealed interface TlsFailure
        permits TlsHandshakeException, TlsPeerUnverifiedException, TlsProtocolException, TlsTruncatedException {
    /** The fatal alert that went out or came in, if there was one. */
    Optional<TlsAlert> alert();

    /** Whether the peer sent the {@link #alert()}; false if this end did, or if there was none. */
    boolean isAlertReceived();
}
