package io.parktls;

import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a handshake negotiated: an immutable snapshot that outlives the connection.
 *
 * @param engine the engine that negotiated it, for instance {@code BouncyCastle}
 * @param server whether this end is the server
 * @param protocol the version
 * @param cipherSuite the suite
 * @param group the key exchange group, in TLS 1.2 that of ECDHE; null if the engine does not tell, as it is for a session of
 *     TLS 1.2 that was resumed, which has no key exchange
 * @param signatureScheme the scheme with which the server signed, null if the engine does not tell
 * @param applicationProtocol what ALPN chose (RFC 7301), null if nothing
 * @param serverName the name the client asked for by SNI (RFC 6066 3), null if none
 * @param peerCertificates the peer's chain, its own certificate first; empty if it sent none
 * @param localCertificates the chain that this end sent, its own certificate first; empty if none
 * @param resumed whether an earlier session was resumed
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
        boolean resumed) {
    public TlsSession {
        peerCertificates = List.copyOf(peerCertificates);
        localCertificates = List.copyOf(localCertificates);
    }

    /** The peer's own certificate, if it sent one. */
    public Optional<X509Certificate> peerCertificate() {
        return peerCertificates.stream().findFirst();
    }

    /** One line: protocol, suite, group, and what else was agreed on. */
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
