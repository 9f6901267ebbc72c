package io.parktls.engine;

import io.parktls.CipherSuite;
import io.parktls.TlsVersion;
import java.security.cert.X509Certificate;
import java.util.List;
import javax.net.ssl.SNIServerName;
import org.jspecify.annotations.Nullable;

/**
 * The parameters that a handshake has negotiated so far. Immutable.
 *
 * @param protocol the negotiated version
 * @param cipherSuite the negotiated suite; null if it is not chosen yet
 * @param peerSignatureSchemes the codes of the schemes that the peer accepts in the chain of this end, in the peer's
 *     order: signature_algorithms_cert, or else signature_algorithms (RFC 8446 4.2.3); empty if the peer has sent none
 *     yet
 * @param serverNames the names that the client sends by SNI (RFC 6066 3), in the order sent; empty if it sends none
 * @param applicationProtocol the protocol that ALPN selected (RFC 7301); null if none is selected
 * @param peerCertificates the peer's chain, its own certificate first; empty if it has sent none yet
 * @param localCertificates the chain of this end, its own certificate first; empty if none is chosen yet
 * @param stapledResponses the OCSP responses that the server stapled, in the order of its chain, with empty arrays for
 *     certificates without one; empty if there are none. The arrays must not be modified
 */
public record PendingSession(
        TlsVersion protocol,
        @Nullable CipherSuite cipherSuite,
        List<Integer> peerSignatureSchemes,
        List<SNIServerName> serverNames,
        @Nullable String applicationProtocol,
        List<X509Certificate> peerCertificates,
        List<X509Certificate> localCertificates,
        List<byte[]> stapledResponses) {
    /** Copies the lists. */
    public PendingSession {
        stapledResponses = List.copyOf(stapledResponses);
        peerSignatureSchemes = CodeList.copyOf(peerSignatureSchemes);
        serverNames = List.copyOf(serverNames);
        peerCertificates = List.copyOf(peerCertificates);
        localCertificates = List.copyOf(localCertificates);
    }
}
