package io.parktls;

import java.security.cert.X509Certificate;
import java.util.List;

/**
 * Supplies the OCSP responses that a server staples to its certificates (RFC 6066 8, RFC 8446 4.4.2.1), for
 * {@link TlsIdentity#withStapler}. {@code io.parktls.sockets.OcspStapler} fetches them from the responder that the
 * certificate names.
 *
 * {@snippet :
 * TlsStapler fromCache = chain -> {
 *     byte[] response = cache.get(chain.getFirst().getSerialNumber());
 *     return response == null ? List.of() : List.of(response);
 * };
 * }
 *
 * <p>Thread-safe: handshakes call the stapler concurrently.
 */
@FunctionalInterface
public interface TlsStapler {
    /**
     * Returns the current responses for a chain. Each handshake in which a client asks for a response calls this method,
     * so it must return at once: it waits neither for the network nor for a file. An exception that it throws is
     * logged, and the handshake continues without a response.
     *
     * <p>Before a response is stapled, ParkTLS checks that it is for the certificate, that its status is good and that
     * it has not expired; other responses are left out. The results of the check are kept as long as the stapler returns
     * the same arrays, which it must not modify.
     *
     * @param chain the certificates in the order in which the server sends them
     * @return the DER encodings of OCSP responses (RFC 6960 4.2.1), in the order of the chain, with empty arrays for
     *     certificates without a response; the list may be shorter than the chain. TLS 1.2 uses only the first
     */
    List<byte[]> responses(List<X509Certificate> chain);
}
