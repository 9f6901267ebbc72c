package io.parktls.engine.jsse;

import io.parktls.CipherSuite;
import io.parktls.TlsSession;
import io.parktls.TlsVersion;
import io.parktls.wire.HandshakeReader;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.List;
import javax.net.ssl.ExtendedSSLSession;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;

/** Describes the parameters that an SSLEngine has negotiated as a {@link TlsSession}. */
final class SessionDescription {
    private SessionDescription() {}

    /**
     * Returns the description.
     *
     * @param provider the name for {@link TlsSession#engine()}
     * @param seen the unencrypted handshake messages, for values that JSSE does not expose
     */
    static TlsSession of(SSLEngine ssl, String provider, HandshakeReader seen) {
        SSLSession negotiated = ssl.getSession();
        String chosen = ssl.getApplicationProtocol();
        List<X509Certificate> peer = peerCertificates(negotiated);
        boolean received = ssl.getUseClientMode() && !seen.isResumed();
        return new TlsSession(
                provider,
                !ssl.getUseClientMode(),
                TlsVersion.of(negotiated.getProtocol()),
                CipherSuite.of(negotiated.getCipherSuite()),
                seen.group(),
                seen.serverScheme(),
                chosen == null || chosen.isEmpty() ? null : AlpnNames.fromJsse(chosen),
                negotiated instanceof ExtendedSSLSession extended ? IdentityAdapter.serverName(extended) : null,
                peer,
                x509(negotiated.getLocalCertificates()),
                seen.isResumed(),
                null,
                received ? StapledResponses.of(negotiated, peer.size()) : List.of());
    }

    private static List<X509Certificate> peerCertificates(SSLSession negotiated) {
        try {
            return x509(negotiated.getPeerCertificates());
        } catch (SSLPeerUnverifiedException e) {
            return List.of();
        }
    }

    private static List<X509Certificate> x509(Certificate @Nullable [] chain) {
        return chain == null
                ? List.of()
                : Arrays.stream(chain).map(X509Certificate.class::cast).toList();
    }
}
