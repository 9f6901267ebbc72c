package io.parktls;

import java.util.Optional;

/**
 * Chooses the identity of a client when a server asks for a certificate: by the server, and by the authorities and
 * signature schemes that it accepts. The counterpart of OpenSSL's {@code SSL_CTX_set_client_cert_cb(3)} and of Go's
 * {@code GetClientCertificate}. Set it with {@link TlsContext.Builder#chooseIdentity}.
 *
 * {@snippet :
 * TlsContext client = TlsContext.builder()
 *         .chooseIdentity(request -> request.authorities().contains(partner) ? Optional.of(forPartner) : Optional.empty())
 *         .build();
 * }
 *
 * <p>An implementation must be thread-safe.
 */
@FunctionalInterface
public interface TlsIdentityChooser {
    /**
     * Chooses the identity. Not called if the server asks for no certificate, or if the handshake resumes a session,
     * because the server then remembers the identity of the session.
     *
     * <p>The call may wait, as {@link TlsChooser#choose} may.
     *
     * @param request the requirements of the server
     * @return the identity; empty to send no certificate. An identity that the server
     *     {@linkplain CertificateRequestInfo#canVerify cannot verify} is not sent either
     * @throws Exception if it fails for any reason; the handshake then ends with internal_error, and its exception has
     *     this one as its cause
     */
    Optional<TlsIdentity> choose(CertificateRequestInfo request) throws Exception;
}
