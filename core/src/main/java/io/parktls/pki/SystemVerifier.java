package io.parktls.pki;

import io.parktls.TlsAlert;
import io.parktls.TlsPeerUnverifiedException;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import javax.security.auth.x500.X500Principal;
import org.jspecify.annotations.Nullable;

/**
 * Trusts the certificates that the JDK trusts by default. The trust store is loaded on first use, so that a program
 * that does not need it does not spend time and memory on it.
 */
public final class SystemVerifier implements PeerVerifier {
    private final ReentrantLock loading = new ReentrantLock();

    /** Written once under {@link #loading}, read by any thread. */
    private volatile @Nullable PkixVerifier loaded;

    @Override
    public void verify(List<X509Certificate> chain, String authType, Peer peer) throws TlsPeerUnverifiedException {
        verifier().verify(chain, authType, peer);
    }

    @Override
    public CertificationPath path(List<X509Certificate> chain) throws TlsPeerUnverifiedException {
        return verifier().path(chain);
    }

    /**
     * Whether verification may block. The first one may, because it loads the store from a file or a provider's token.
     */
    @Override
    public boolean mayWait() {
        PkixVerifier verifier = loaded;
        return verifier == null || verifier.mayWait();
    }

    /**
     * Returns an empty list, because a list of all public authorities does not help clients to choose a certificate.
     */
    @Override
    public List<X500Principal> authorities() {
        return List.of();
    }

    private PkixVerifier verifier() throws TlsPeerUnverifiedException {
        PkixVerifier verifier = loaded;
        if (verifier != null) {
            return verifier;
        }
        loading.lock();
        try {
            verifier = loaded;
            if (verifier == null) {
                verifier = PkixVerifier.ofSystem();
                loaded = verifier;
            }
            return verifier;
        } catch (GeneralSecurityException e) {
            throw new TlsPeerUnverifiedException(
                    "the system's trust store cannot be used: " + Printable.reasons(e)
                            + ". Set javax.net.ssl.trustStore, or use TlsTrust.pem",
                    TlsAlert.INTERNAL_ERROR,
                    e);
        } finally {
            loading.unlock();
        }
    }
}
