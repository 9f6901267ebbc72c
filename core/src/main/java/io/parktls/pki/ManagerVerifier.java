package io.parktls.pki;

import io.parktls.TlsAlert;
import io.parktls.TlsPeerUnverifiedException;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
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
    @SuppressWarnings("CatchingUnchecked")
    public void verify(List<X509Certificate> chain, String authType, Peer peer) throws TlsPeerUnverifiedException {
        X509Certificate[] certificates = chain.toArray(X509Certificate[]::new);
        try {
            switch (peer) {
                case SERVER -> manager.checkServerTrusted(certificates, authType);
                case CLIENT -> manager.checkClientTrusted(certificates, authType);
            }
        } catch (CertificateException e) {
            throw VerificationFailures.of(chain, e);
        } catch (Exception | Error e) {
            // A manager that fails has not accepted: the handshake must end, and the peer is to be told. An Error, or a
            // checked
            // exception that the manager does not declare, ends this handshake alone, too.
            throw new TlsPeerUnverifiedException(
                    "the trust manager failed on certificate " + Printable.subject(chain.getFirst()) + ": "
                            + e.getClass().getSimpleName() + ": " + Printable.reasons(e),
                    TlsAlert.INTERNAL_ERROR,
                    e);
        }
    }

    /** A trust manager may ask a directory or a database. */
    @Override
    public boolean mayWait() {
        return true;
    }

    @Override
    public List<X500Principal> authorities() {
        return authorityCertificates().stream()
                .map(X509Certificate::getSubjectX500Principal)
                .toList();
    }

    @Override
    @SuppressWarnings("CatchingUnchecked")
    public List<X509Certificate> authorityCertificates() {
        try {
            return oneOfEachSubject(manager.getAcceptedIssuers());
        } catch (Exception | Error e) { // whatever a manager throws, declared or not, is its own failure
            throw new IllegalStateException("the trust manager failed to name its issuers: " + e, e);
        }
    }

    /** The first certificate of each subject, in their order. */
    static List<X509Certificate> oneOfEachSubject(X509Certificate @Nullable [] issuers) {
        Map<X500Principal, X509Certificate> bySubject = new LinkedHashMap<>();
        // The contract of trust managers rules null out, but managers that accept everyone are rarely that careful.
        Stream.ofNullable(issuers)
                .flatMap(Arrays::stream)
                .filter(Objects::nonNull)
                .forEach(issuer -> bySubject.putIfAbsent(issuer.getSubjectX500Principal(), issuer));
        return List.copyOf(bySubject.values());
    }
}
