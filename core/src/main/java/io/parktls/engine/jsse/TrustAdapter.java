package io.parktls.engine.jsse;

import io.parktls.TlsAlert;
import io.parktls.TlsContext;
import io.parktls.TlsPeerUnverifiedException;
import io.parktls.TlsTrust;
import io.parktls.engine.CertificateAuthorities;
import io.parktls.engine.ForeignCodeBoundary;
import io.parktls.pki.DisabledAlgorithms;
import java.net.Socket;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertPathValidatorException.BasicReason;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.List;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;

/**
 * A JSSE trust manager for the {@link TlsTrust} of a context. It also verifies the host name: the one that the SSLEngine
 * was created for, unless the context names another. So all engines of ParkTLS apply the same rules.
 */
final class TrustAdapter extends X509ExtendedTrustManager {
    private final TlsContext context;
    private final TlsTrust trust;
    private final DisabledAlgorithms disabled;

    /**
     * Creates a trust manager.
     *
     * @param disabled the algorithms to refuse: SunJSSE leaves this check to an extended trust manager
     */
    TrustAdapter(TlsContext context, DisabledAlgorithms disabled) {
        this.context = context;
        this.trust = context.trust();
        this.disabled = disabled;
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType, @Nullable SSLEngine engine)
            throws CertificateException {
        if (engine == null) {
            throw noEngine();
        }
        String host = context.nameToVerify(engine.getPeerHost());
        if (context.verifyHost() && host == null) {
            throw new CertificateException("no host to verify: the SSLEngine was created without a peer host");
        }
        try {
            trust.verifyServer(
                    List.of(chain),
                    authType,
                    host,
                    StapledResponses.of(engine.getHandshakeSession(), chain.length),
                    HandshakeStep.currentBoundary());
            disabled.check(List.of(chain), true);
        } catch (TlsPeerUnverifiedException e) {
            throw refused(e);
        }
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType, @Nullable SSLEngine engine)
            throws CertificateException {
        try {
            trust.verifyClient(List.of(chain), authType, HandshakeStep.currentBoundary());
            disabled.check(List.of(chain), false);
        } catch (TlsPeerUnverifiedException e) {
            throw refused(e);
        }
    }

    /**
     * Returns an exception that makes JSSE send the alert. JSSE derives the alert from the reason of a
     * {@link CertPathValidatorException} if that is the cause, and otherwise sends certificate_unknown. No reason makes
     * it send unknown_ca.
     */
    private static CertificateException refused(TlsPeerUnverifiedException e) {
        BasicReason reason = switch (e.alert().orElse(TlsAlert.CERTIFICATE_UNKNOWN)) {
            case BAD_CERTIFICATE -> BasicReason.INVALID_SIGNATURE;
            case CERTIFICATE_EXPIRED -> BasicReason.EXPIRED;
            case CERTIFICATE_REVOKED -> BasicReason.REVOKED;
            case BAD_CERTIFICATE_STATUS_RESPONSE -> BasicReason.UNDETERMINED_REVOCATION_STATUS;
            case UNSUPPORTED_CERTIFICATE -> BasicReason.ALGORITHM_CONSTRAINED;
            default -> null;
        };
        Throwable cause = reason == null ? e : new CertPathValidatorException(e.getMessage(), e, null, -1, reason);
        return new CertificateException(e.getMessage(), cause);
    }

    /**
     * Returns the authorities that a server names in its CertificateRequest (RFC 8446 4.2.4); none if there are more
     * than a message can hold, which providers do not check.
     */
    @Override
    public X509Certificate[] getAcceptedIssuers() {
        ForeignCodeBoundary boundary = HandshakeStep.currentBoundary();
        return CertificateAuthorities.sendable(trust.authorities(boundary)).isEmpty()
                ? new X509Certificate[0]
                : trust.authorityCertificates(boundary).toArray(X509Certificate[]::new);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType, Socket socket)
            throws CertificateException {
        throw noEngine();
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType) throws CertificateException {
        throw noEngine();
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType, Socket socket)
            throws CertificateException {
        throw noEngine();
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType) throws CertificateException {
        throw noEngine();
    }

    private static CertificateException noEngine() {
        return new CertificateException("this trust manager verifies the peer host of an SSLEngine, and got none");
    }
}
