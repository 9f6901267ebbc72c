package io.parktls;

import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The result of a handshake: an immutable snapshot that remains valid after the connection is closed.
 *
 * @param engine the name of the engine that performed the handshake, for instance {@code BouncyCastle}
 * @param server whether this end is the server
 * @param protocol the negotiated version
 * @param cipherSuite the negotiated suite
 * @param group the key exchange group (in TLS 1.2, the ECDHE group); null if the engine does not report it, and for a
 *     resumed TLS 1.2 session, which has no key exchange
 * @param signatureScheme the scheme with which the server signed; null if the engine does not report it
 * @param applicationProtocol the protocol that ALPN selected (RFC 7301); null if none
 * @param serverName the host name that the client asked for by SNI (RFC 6066 3); null if none
 * @param peerCertificates the peer's chain, its own certificate first; empty if it sent none
 * @param localCertificates the chain that this end sent, its own certificate first; empty if it sent none
 * @param resumed whether the handshake resumed an earlier session; certificates and the identity of a pre-shared key
 *     are then those of its first handshake
 * @param pskIdentity the identity of the external pre-shared key that authenticated the peers, each character standing
 *     for one byte (ISO 8859-1); null if certificates did
 * @param stapledResponses the OCSP responses that the server stapled (RFC 6066 8, RFC 8446 4.4.2.1), one per certificate
 *     of the peer; empty if there are none, and if the session is resumed. They are verified only as far as the
 *     client's {@link TlsTrust} does
 */
public record TlsSession(
        String engine,
        boolean server,
        TlsVersion protocol,
        CipherSuite cipherSuite,
        @Nullable NamedGroup group,
        @Nullable SignatureScheme signatureScheme,
        @Nullable String applicationProtocol,
        @Nullable String serverName,
        List<X509Certificate> peerCertificates,
        List<X509Certificate> localCertificates,
        boolean resumed,
        @Nullable String pskIdentity,
        List<byte[]> stapledResponses) {
    /** Copies the lists and the responses. */
    public TlsSession {
        peerCertificates = List.copyOf(peerCertificates);
        localCertificates = List.copyOf(localCertificates);
        stapledResponses = copies(stapledResponses);
    }

    /**
     * {@return the OCSP responses that the server stapled, as DER (RFC 6960 4.2.1), in the order of
     * {@link #peerCertificates()}} A certificate without a response has an empty array. The list is empty if there is
     * no response at all, on servers, and for resumed sessions. The arrays are copies.
     */
    @Override
    public List<byte[]> stapledResponses() {
        return copies(stapledResponses);
    }

    private static List<byte[]> copies(List<byte[]> arrays) {
        return arrays.stream().map(byte[]::clone).toList();
    }

    /** {@return the peer's own certificate; empty if it sent none} */
    public Optional<X509Certificate> peerCertificate() {
        return peerCertificates.stream().findFirst();
    }

    /** Returns a one-line description: protocol, suite, group, and the other negotiated values. */
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder();
        text.append(protocol).append(' ').append(cipherSuite);
        if (group != null) {
            text.append(' ').append(group);
        }
        if (signatureScheme != null) {
            text.append(' ').append(signatureScheme);
        }
        if (serverName != null) {
            text.append(" sni=").append(serverName);
        }
        if (applicationProtocol != null) {
            text.append(" alpn=").append(applicationProtocol);
        }
        peerCertificate()
                .ifPresent(certificate -> text.append(" peer=")
                        .append(certificate.getSubjectX500Principal().getName()));
        return text.append(resumed ? " resumed" : "")
                .append(" (")
                .append(engine)
                .append(')')
                .toString();
    }
}
