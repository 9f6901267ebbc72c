package io.parktls.engine.bouncycastle;

import io.parktls.CipherSuite;
import io.parktls.NamedGroup;
import io.parktls.SignatureScheme;
import io.parktls.TlsSession;
import io.parktls.TlsVersion;
import io.parktls.engine.ApplicationProtocolNames;
import java.security.cert.X509Certificate;
import java.util.List;
import org.bouncycastle.tls.ProtocolName;
import org.bouncycastle.tls.SecurityParameters;
import org.jspecify.annotations.Nullable;

/**
 * The results of a handshake. They are copied when Bouncy Castle reports that the handshake is complete, immediately
 * before it clears its own objects.
 *
 * @param session the negotiated parameters
 * @param exporter the exporter of keying material
 */
record Negotiated(TlsSession session, Exporter exporter) {
    static Negotiated of(ConnectionCrypto crypto, SecurityParameters security, TlsSession session) {
        crypto.logExporter(security);
        return new Negotiated(session, Exporter.of(crypto, security, session.protocol() == TlsVersion.TLS_1_3));
    }

    /**
     * Returns the negotiated parameters.
     *
     * @param scheme the scheme with which the server signed; null if it did not sign
     * @param stapled the responses that the server stapled, as received by a client
     */
    static TlsSession session(
            ConnectionCrypto crypto,
            SecurityParameters security,
            boolean server,
            @Nullable SignatureScheme scheme,
            @Nullable String serverName,
            List<X509Certificate> peer,
            List<X509Certificate> local,
            boolean resumed,
            @Nullable String pskIdentity,
            List<byte[]> stapled) {
        CipherSuite suite = CipherSuite.of(security.getCipherSuite());
        boolean is13 = suite.version() == TlsVersion.TLS_1_3;
        ProtocolName protocol = security.getApplicationProtocol();
        return new TlsSession(
                BouncyCastleEngineProvider.NAME,
                server,
                suite.version(),
                suite,
                NamedGroup.of(is13 ? group13(crypto, security) : crypto.lastGroup())
                        .orElse(null),
                scheme,
                protocol == null ? null : ApplicationProtocolNames.of(protocol.getBytes()),
                serverName,
                peer,
                local,
                resumed,
                pskIdentity,
                stapled);
    }

    private static int group13(ConnectionCrypto crypto, SecurityParameters security) {
        return crypto.serverShareGroup() >= 0 ? crypto.serverShareGroup() : security.getNegotiatedGroup();
    }
}
