package io.parktls.engine.bouncycastle;

import io.parktls.CipherSuite;
import io.parktls.TlsVersion;
import io.parktls.engine.ApplicationProtocolNames;
import io.parktls.engine.PendingSession;
import io.parktls.session.ClientSession;
import java.security.cert.X509Certificate;
import java.util.List;
import javax.net.ssl.SNIServerName;
import org.bouncycastle.tls.ProtocolName;
import org.bouncycastle.tls.SecurityParameters;
import org.bouncycastle.tls.TlsUtils;
import org.jspecify.annotations.Nullable;

/** Describes the state of Bouncy Castle's handshake. */
final class PendingSessions {
    private PendingSessions() {}

    /** Describes the session that a client is about to offer. */
    static PendingSession of(ClientSession session, List<SNIServerName> serverNames) {
        return new PendingSession(
                session.protocol(),
                session.cipherSuite(),
                List.of(),
                serverNames,
                session.applicationProtocol(),
                session.peerCertificates(),
                session.localCertificates(),
                List.of());
    }

    static PendingSession of(
            SecurityParameters security,
            @Nullable List<Integer> peerSignatureSchemes,
            List<SNIServerName> serverNames,
            List<X509Certificate> peer,
            List<X509Certificate> local,
            List<byte[]> stapled) {
        int suite = security.getCipherSuite();
        ProtocolName protocol = security.getApplicationProtocol();
        return new PendingSession(
                TlsUtils.isTLSv13(security.getNegotiatedVersion()) ? TlsVersion.TLS_1_3 : TlsVersion.TLS_1_2,
                suite == 0 ? null : CipherSuite.of(suite),
                peerSignatureSchemes == null ? List.of() : peerSignatureSchemes,
                serverNames,
                protocol == null ? null : ApplicationProtocolNames.of(protocol.getBytes()),
                peer,
                local,
                stapled);
    }
}
