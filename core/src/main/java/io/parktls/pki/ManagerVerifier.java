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
 * Delegates the verification to an {@link X509TrustManager} of the application.
 *
 * <p>An {@link javax.net.ssl.X509ExtendedTrustManager} is called without a socket or engine, because a connection may
 * have neither. A trust manager needs them only to check the host name, and ParkTLS checks it separately.
 */
public final class ManagerVerifier implements PeerVerifier {
    private final X509TrustManager manager;

    /** Null if the manager verifies the signatures itself. */
    private final @Nullable VerifiedSignatures signatures;

    /** Creates a verifier that delegates to a trust manager. */
    public ManagerVerifier(X509TrustManager manager) {
        this(manager, null);
    }

    /**
     * Creates a verifier that delegates to a trust manager of the JDK, but remembers valid signatures.
     *
     * @param signatures the signatures that are known to be valid; null for none, as for all other managers
     */
    public ManagerVerifier(X509TrustManager manager, @Nullable VerifiedSignatures signatures) {
        this.manager = manager;
        this.signatures = signatures;
    }

    @Override
    @SuppressWarnings("CatchingUnchecked")
    public void verify(List<X509Certificate> chain, String authType, Peer peer) throws TlsPeerUnverifiedException {
        try {
            X509Certificate[] certificates =
                    signatures == null ? chain.toArray(X509Certificate[]::new) : signatures.memoized(chain);
            switch (peer) {
                case SERVER -> manager.checkServerTrusted(certificates, authType);
                case CLIENT -> manager.checkClientTrusted(certificates, authType);
            }
        } catch (CertificateException e) {
            throw VerificationFailures.of(chain, e);
        } catch (Exception | Error e) {
            // A manager that fails has not accepted the peer, so the handshake ends with an alert. This includes an
            // Error, or a checked exception that the manager does not declare: each ends only this handshake.
            throw new TlsPeerUnverifiedException(
                    "the trust manager failed on certificate " + Printable.subject(chain.getFirst()) + ": "
                            + e.getClass().getSimpleName() + ": " + Printable.reasons(e),
                    TlsAlert.INTERNAL_ERROR,
                    e);
        }
    }

    /**
     * Returns the path to one of the manager's accepted issuers. If the manager accepts no issuers, as one that decides
     * by other means, only the peer's own certificate counts as verified.
     */
    @Override
    @SuppressWarnings("CatchingUnchecked")
    public CertificationPath path(List<X509Certificate> chain) throws TlsPeerUnverifiedException {
        List<X509Certificate> anchors;
        try {
            anchors = Stream.ofNullable(manager.getAcceptedIssuers())
                    .flatMap(Arrays::stream)
                    .filter(Objects::nonNull)
                    .toList();
        } catch (Exception | Error e) {
            throw new TlsPeerUnverifiedException(
                    "the trust manager failed to return its accepted issuers: "
                            + e.getClass().getSimpleName() + ": " + Printable.reasons(e),
                    TlsAlert.INTERNAL_ERROR,
                    e);
        }
        return anchors.isEmpty()
                ? CertificationPath.ofLeaf(chain.getFirst())
                : CertificationPath.build(chain, chain.toArray(X509Certificate[]::new), anchors);
    }

    /** Returns true, because a trust manager may query a directory or a database. */
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
        } catch (Exception | Error e) {
            // A trust manager may throw any exception, declared or not.
            throw new IllegalStateException("the trust manager failed to return its accepted issuers: " + e, e);
        }
    }

    /** Returns the first certificate of each subject, in the given order. */
    static List<X509Certificate> oneOfEachSubject(X509Certificate @Nullable [] issuers) {
        Map<X500Principal, X509Certificate> bySubject = new LinkedHashMap<>();
        // The contract of trust managers does not allow null, but managers that accept all peers often return it.
        Stream.ofNullable(issuers)
                .flatMap(Arrays::stream)
                .filter(Objects::nonNull)
                .forEach(issuer -> bySubject.putIfAbsent(issuer.getSubjectX500Principal(), issuer));
        return List.copyOf(bySubject.values());
    }
}
