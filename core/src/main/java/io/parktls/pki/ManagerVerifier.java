package io.parktls.pki;

import io.parktls.TlsAlert;
import io.parktls.TlsPeerUnverifiedException;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import javax.net.ssl.X509TrustManager;
import javax.security.auth.x500.X500Principal;
import org.jspecify.annotations.Nullable;

/**
 * Trusts what somebody's trust manager trusts.
 *
 * <p>An {@link javax.net.ssl.X509ExtendedTrustManager} is asked without its socket or engine: there may be none, and all
 * it would need one for, the host name, is checked elsewhere.
 */
public final class ManagerVerifier implements PeerVerifier {
    private final X509TrustManager manager;

    /** A verifier that asks that manager. */
    public ManagerVerifier(X509TrustManager manager) {
        this.manager = manager;
    }

    @Override
    public void verify(List<X509Certificate> chain, String authType, Peer peer) throws TlsPeerUnverifiedException {
        X509Certificate[] certificates = chain.toArray(X509Certificate[]::new);
        try {
            switch (peer) {
                case SERVER -> manager.checkServerTrusted(certificates, authType);
                case CLIENT -> manager.checkClientTrusted(certificates, authType);
            }
        } catch (CertificateException e) {
            throw Refusal.of(chain, e);
        } catch (RuntimeException e) {
            // A manager that fails has not accepted: the handshake must end, and the peer is to be told.
            throw new TlsPeerUnverifiedException(
                    "the trust manager failed on certificate " + Printable.subject(chain.getFirst()) + ": "
                            + e.getClass().getSimpleName() + ": " + Printable.reasons(e),
                    TlsAlert.INTERNAL_ERROR,
                    e);
        }
    }

    @Override
    public List<X500Principal> authorities() {
        // The contract rules null out, but managers that accept everyone are rarely that careful.
        X509Certificate @Nullable [] issuers = manager.getAcceptedIssuers();
        return Stream.ofNullable(issuers)
                .flatMap(Arrays::stream)
                .map(X509Certificate::getSubjectX500Principal)
                .distinct()
                .toList();
    }
}
