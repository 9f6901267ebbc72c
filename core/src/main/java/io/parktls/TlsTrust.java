package io.parktls;

import io.parktls.engine.ForeignCodeBoundary;
import io.parktls.pki.CertificateNames;
import io.parktls.pki.ManagerVerifier;
import io.parktls.pki.PeerVerifier;
import io.parktls.pki.Pem;
import io.parktls.pki.PinVerifier;
import io.parktls.pki.PkixVerifier;
import io.parktls.pki.Printable;
import io.parktls.pki.SystemVerifier;
import java.io.IOException;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.function.Function;
import javax.net.ssl.X509TrustManager;
import javax.security.auth.x500.X500Principal;
import org.jspecify.annotations.Nullable;

/**
 * Whom to trust: decides whether a peer's certificates prove that it is who it should be.
 *
 * <p>Immutable and thread-safe. It costs something to make; make it once.
 */
public final class TlsTrust {
    private final String description;

    /** Null to trust everyone. */
    private final @Nullable PeerVerifier verifier;

    private TlsTrust(String description, @Nullable PeerVerifier verifier) {
        this.description = description;
        this.verifier = verifier;
    }

    /**
     * What the JDK trusts: the store that {@code javax.net.ssl.trustStore} names, or else the JDK's {@code cacerts}, which
     * also stand in for a store that cannot be found. It is loaded at the first use.
     */
    public static TlsTrust system() {
        return OfSystem.TRUST;
    }

    /**
     * Whom the certificates in a PEM file vouch for; usually they are those of root authorities. A server's own
     * certificate may also stand for itself. The text may be as in {@link TlsIdentity#pem(Path, Path)}.
     *
     * @throws IOException if the file cannot be read
     * @throws IllegalArgumentException if it holds no certificate, or a broken one; the message names the file
     */
    public static TlsTrust pem(Path certificates) throws IOException {
        return of(Pem.read(certificates));
    }

    /**
     * {@link #pem(Path)} with the text at hand.
     *
     * @throws IllegalArgumentException if it holds no certificate, or a broken one
     */
    public static TlsTrust pemText(String certificates) {
        return of(Pem.of("the text of the certificates", certificates));
    }

    /**
     * Whom the certificates in that store vouch for.
     *
     * @throws IllegalArgumentException if it holds none, or is not loaded
     */
    public static TlsTrust of(KeyStore anchors) {
        return new TlsTrust("key store", PkixVerifier.of(anchors));
    }

    /**
     * Whatever a trust manager accepts. The host name is checked here besides, so the manager need not do it.
     *
     * <p>The manager may wait, for instance for a directory, which holds up the one handshake. It is interrupted when the handshake's deadline comes
     * or the connection is closed. Whatever it throws, be it an {@link Error}, ends the one handshake with an alert.
     */
    public static TlsTrust of(X509TrustManager manager) {
        return new TlsTrust("manager " + manager.getClass().getName(), new ManagerVerifier(manager));
    }

    /**
     * Only peers with one of these very certificates, whoever signed them. Their validity dates still count, and so
     * does the host name, unless the context says otherwise.
     *
     * @throws IllegalArgumentException if there are none
     */
    public static TlsTrust only(X509Certificate... pinned) {
        return new TlsTrust(pinned.length + " pinned certificates", new PinVerifier(List.of(pinned)));
    }

    /**
     * Everyone. Connections are encrypted, but to whom is anyone's guess: certificates are not looked at, and neither is
     * the host name.
     */
    public static TlsTrust insecure() {
        return Insecure.TRUST;
    }

    /**
     * Whether verifying may wait: a trust manager of the application's may ask a directory, and the JDK's path validation fetches revocation
     * data and issuers over the network if its properties say so. See {@link io.parktls.engine.ForeignCode}.
     */
    public boolean mayWait() {
        return verifier != null && verifier.mayWait();
    }

    /**
     * Verifies a server, for a client.
     *
     * @param chain what it sent, its own certificate first
     * @param authType the key exchange, as {@link X509TrustManager#checkServerTrusted} has it
     * @param host whom the client meant to reach; null if that is not to be checked
     * @throws TlsPeerUnverifiedException with the alert to send
     */
    public void verifyServer(List<X509Certificate> chain, String authType, @Nullable String host)
            throws TlsPeerUnverifiedException {
        verifyServer(chain, authType, host, ForeignCodeBoundary.NONE);
    }

    /**
     * {@link #verifyServer(List, String, String)} for an engine.
     *
     * @param boundary told before and after the call, if it {@linkplain #mayWait may wait}
     */
    public void verifyServer(
            List<X509Certificate> chain, String authType, @Nullable String host, ForeignCodeBoundary boundary)
            throws TlsPeerUnverifiedException {
        verify(chain, authType, PeerVerifier.Peer.SERVER, boundary);
        if (host != null && verifier != null) {
            verifyHost(chain.getFirst(), host);
        }
    }

    /**
     * Verifies a client, for a server.
     *
     * @param chain what it sent, its own certificate first
     * @param authType the type of its key, as {@link X509TrustManager#checkClientTrusted} has it
     * @throws TlsPeerUnverifiedException with the alert to send
     */
    public void verifyClient(List<X509Certificate> chain, String authType) throws TlsPeerUnverifiedException {
        verifyClient(chain, authType, ForeignCodeBoundary.NONE);
    }

    /**
     * {@link #verifyClient(List, String)} for an engine.
     *
     * @param boundary told before and after the call, if it {@linkplain #mayWait may wait}
     */
    public void verifyClient(List<X509Certificate> chain, String authType, ForeignCodeBoundary boundary)
            throws TlsPeerUnverifiedException {
        verify(chain, authType, PeerVerifier.Peer.CLIENT, boundary);
    }

    /**
     * The authorities that a server names when it asks for a certificate (RFC 8446 4.2.4). Empty if there is nothing
     * useful to say: then the client guesses.
     */
    public List<X500Principal> authorities() {
        return authorities(ForeignCodeBoundary.NONE);
    }

    /**
     * {@link #authorities()} for an engine.
     *
     * @param boundary told before and after the call, if it {@linkplain #mayWait may wait}
     */
    public List<X500Principal> authorities(ForeignCodeBoundary boundary) {
        return ask(PeerVerifier::authorities, boundary);
    }

    /**
     * The certificates of the {@link #authorities}, in the same order and without those whose subject is in it already: for engines
     * that want certificates instead of names.
     *
     * @param boundary told before and after the call, if it {@linkplain #mayWait may wait}
     */
    public List<X509Certificate> authorityCertificates(ForeignCodeBoundary boundary) {
        return ask(PeerVerifier::authorityCertificates, boundary);
    }

    private <T> List<T> ask(Function<PeerVerifier, List<T>> question, ForeignCodeBoundary boundary) {
        if (verifier == null) {
            return List.of();
        }
        if (!verifier.mayWait()) {
            return question.apply(verifier);
        }
        boundary.beforeForeignCode();
        try {
            return question.apply(verifier);
        } finally {
            boundary.afterForeignCode();
        }
    }

    @Override
    public String toString() {
        return "TlsTrust[" + description + "]";
    }

    private static TlsTrust of(Pem pem) {
        return new TlsTrust(pem.name(), PkixVerifier.of(pem.certificates()));
    }

    private void verify(
            List<X509Certificate> chain, String authType, PeerVerifier.Peer peer, ForeignCodeBoundary boundary)
            throws TlsPeerUnverifiedException {
        if (verifier == null) {
            return;
        }
        if (chain.isEmpty()) {
            throw new TlsPeerUnverifiedException(
                    "the peer sent no certificate, so it cannot be verified", TlsAlert.BAD_CERTIFICATE, null);
        }
        if (!verifier.mayWait()) {
            verifier.verify(chain, authType, peer);
            return;
        }
        boundary.beforeForeignCode();
        try {
            verifier.verify(chain, authType, peer);
        } finally {
            boundary.afterForeignCode();
        }
    }

    private static void verifyHost(X509Certificate leaf, String host) throws TlsPeerUnverifiedException {
        CertificateNames names = CertificateNames.of(leaf);
        if (!names.include(host)) {
            throw new TlsPeerUnverifiedException(
                    "certificate " + Printable.subject(leaf) + " " + names.mismatch(host),
                    TlsAlert.BAD_CERTIFICATE,
                    null);
        }
    }

    private static final class OfSystem {
        static final TlsTrust TRUST = new TlsTrust("system", new SystemVerifier());
    }

    private static final class Insecure {
        static final TlsTrust TRUST = new TlsTrust("insecure", null);
    }
}
