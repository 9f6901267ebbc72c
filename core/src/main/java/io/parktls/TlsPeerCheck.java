package io.parktls;

import java.security.cert.CertificateException;

/**
 * A check of the application, which follows the built-in checks of a {@link TlsTrust}. See
 * {@link TlsTrust#alsoVerify}. Must be thread-safe.
 */
@FunctionalInterface
public interface TlsPeerCheck {
    /**
     * Returns normally if the peer is accepted. May block, which delays only the handshake that called it; it is
     * interrupted when the handshake's deadline passes or the connection is closed.
     *
     * @param peer the peer, which the built-in checks have accepted
     * @throws CertificateException if the peer is refused: the handshake ends with bad_certificate, and the message
     *     becomes part of the failure's message
     * @throws TlsPeerUnverifiedException if the peer is refused with the alert of this exception, or bad_certificate if
     *     it has none
     */
    void verify(TlsVerifiedPeer peer) throws CertificateException, TlsPeerUnverifiedException;
}
