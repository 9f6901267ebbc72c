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
import java.time.InstantSource;
import java.util.List;
import java.util.function.Function;
import javax.net.ssl.X509TrustManager;
import javax.security.auth.x500.X500Principal;
import org.jspecify.annotations.Nullable;

/**
 * Decides whether a peer's certificates prove its identity.
 *
 * {@snippet :
 * TlsTrust system = TlsTrust.system();                              // public authorities, as the JDK trusts them
 * TlsTrust internal = TlsTrust.pem(Path.of("company-ca.pem"));      // the authorities in a file
 * WatchedTrust renewed = TlsTrust.watch(Path.of("company-ca.pem")); // the same, renewed when the file changes
 * TlsTrust pinned = TlsTrust.only(certificate);                     // exactly this certificate
 * }
 *
 * <p>Immutable and thread-safe. Creating a trust is expensive; create it once and reuse it.
 */
public final class TlsTrust {
    private final String description;

    /** Null if every peer is trusted. */
    private final @Nullable PeerVerifier verifier;

    private TlsTrust(String description, @Nullable PeerVerifier verifier) {
        this.description = description;
        this.verifier = verifier;
    }

    /**
     * {@return the trust of the JDK: the store that {@code javax.net.ssl.trustStore} names, or the JDK's
     * {@code cacerts} if the property is not set or the store cannot be found} The store is loaded at its first use.
     */
    public static TlsTrust system() {
        return SystemTrust.INSTANCE;
    }

    /**
     * Trusts the certificates in a PEM file and every certificate that they issue. Usually the file holds root
     * authorities; a server's own certificate is also possible. The text may take the forms that
     * {@link TlsIdentity#pem(Path, Path)} accepts.
     *
     * @param certificates the PEM file
     * @return the trust
     * @throws IOException if the file cannot be read
     * @throws IllegalArgumentException if the file holds no certificate or a malformed one; the message names the file
     */
    public static TlsTrust pem(Path certificates) throws IOException {
        return of(Pem.read(certificates));
    }

    /**
     * Trusts the certificates in a PEM text, as {@link #pem(Path)} does for a file.
     *
     * @param certificates the PEM text
     * @return the trust
     * @throws IllegalArgumentException if the text holds no certificate or a malformed one
     */
    public static TlsTrust pemText(String certificates) {
        return of(Pem.of("the text of the certificates", certificates));
    }

    /**
     * Trusts the certificates in a key store and every certificate that they issue.
     *
     * @param anchors the loaded key store
     * @return the trust
     * @throws IllegalArgumentException if the store holds no certificate or is not loaded
     */
    public static TlsTrust of(KeyStore anchors) {
        return new TlsTrust("key store", PkixVerifier.of(anchors));
    }

    /**
     * Trusts the certificates in a PEM file as {@link #pem(Path)} does, and loads them again when the content of the file
     * changes, see {@link Watched}. Contexts that are built with the result renew themselves. The file is checked every 3
     * seconds.
     *
     * @param certificates the PEM file
     * @return the trust, which the caller closes when it is not needed any more
     * @throws IOException if the file cannot be read
     * @throws IllegalArgumentException as {@link #pem(Path)}
     */
    public static WatchedTrust watch(Path certificates) throws IOException {
        return watch(certificates, WatchOptions.DEFAULT);
    }

    /**
     * Watches a PEM file as {@link #watch(Path)} does, with other settings.
     *
     * @param certificates the PEM file
     * @param options the settings
     * @return the trust, which the caller closes when it is not needed any more
     * @throws IOException if the file cannot be read
     * @throws IllegalArgumentException as {@link #pem(Path)}
     */
    public static WatchedTrust watch(Path certificates, WatchOptions options) throws IOException {
        return WatchedTrust.open(TrustFile.pem(certificates), options, InstantSource.system());
    }

    /**
     * Watches a PKCS#12 or JKS file with trusted certificates, as {@link #watch(Path)} watches a PEM file.
     *
     * @param file the key store
     * @param password the password of the store. A copy is kept until the watch is closed
     * @param options the settings
     * @return the trust, which the caller closes when it is not needed any more
     * @throws IOException if the file cannot be read
     * @throws IllegalArgumentException if the file is not a key store, the password is wrong, or the store holds no
     *     certificate to trust
     */
    public static WatchedTrust watchKeyStore(Path file, char[] password, WatchOptions options) throws IOException {
        return WatchedTrust.open(TrustFile.keyStore(file, password), options, InstantSource.system());
    }

    /**
     * Trusts the chains that a trust manager accepts. The host name is checked in addition, so the manager does not
     * need to check it.
     *
     * <p>The manager may block, for instance to query a directory; this delays only the handshake that called it. It is
     * interrupted when the handshake's deadline passes or the connection is closed. Any exception or {@link Error} that
     * it throws fails that handshake with an alert.
     *
     * @param manager the trust manager
     * @return the trust
     */
    public static TlsTrust of(X509TrustManager manager) {
        return new TlsTrust("manager " + manager.getClass().getName(), new ManagerVerifier(manager));
    }

    /**
     * Trusts only peers that present one of the given certificates, regardless of the issuer. The validity period is
     * still checked, and so is the host name unless the context disables that check.
     *
     * @param pinned the certificates to accept
     * @return the trust
     * @throws IllegalArgumentException if no certificate is given
     */
    public static TlsTrust only(X509Certificate... pinned) {
        return new TlsTrust(pinned.length + " pinned certificates", new PinVerifier(List.of(pinned)));
    }

    /**
     * Trusts every peer. Connections are encrypted but not authenticated: neither certificates nor host names are
     * checked, so anyone can impersonate the peer.
     *
     * @return the trust
     */
    public static TlsTrust insecure() {
        return InsecureTrust.INSTANCE;
    }

    /**
     * {@return whether verification may wait: a trust manager of the application may query a directory, and the JDK's
     * path validation fetches revocation data and issuers over the network if its properties enable that} See
     * {@link io.parktls.engine.ForeignCode}.
     */
    public boolean mayWait() {
        return verifier != null && verifier.mayWait();
    }

    /**
     * Verifies a server's chain on behalf of a client.
     *
     * @param chain the chain that the server sent, its own certificate first
     * @param authType the key exchange algorithm, as in {@link X509TrustManager#checkServerTrusted}
     * @param host the host that the client connects to; null to skip the check of the host name
     * @throws TlsPeerUnverifiedException if the chain is not trusted; it carries the alert to send
     */
    public void verifyServer(List<X509Certificate> chain, String authType, @Nullable String host)
            throws TlsPeerUnverifiedException {
        verifyServer(chain, authType, host, ForeignCodeBoundary.NONE);
    }

    /**
     * Verifies a server as {@link #verifyServer(List, String, String)} does. For engines.
     *
     * @param chain the chain that the server sent, its own certificate first
     * @param authType the key exchange algorithm, as in {@link X509TrustManager#checkServerTrusted}
     * @param host the host that the client connects to; null to skip the check of the host name
     * @param boundary notified before and after the verification if it {@linkplain #mayWait may wait}
     * @throws TlsPeerUnverifiedException if the chain is not trusted; it carries the alert to send
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
     * Verifies a client's chain on behalf of a server.
     *
     * @param chain the chain that the client sent, its own certificate first
     * @param authType the type of the client's key, as in {@link X509TrustManager#checkClientTrusted}
     * @throws TlsPeerUnverifiedException if the chain is not trusted; it carries the alert to send
     */
    public void verifyClient(List<X509Certificate> chain, String authType) throws TlsPeerUnverifiedException {
        verifyClient(chain, authType, ForeignCodeBoundary.NONE);
    }

    /**
     * Verifies a client as {@link #verifyClient(List, String)} does. For engines.
     *
     * @param chain the chain that the client sent, its own certificate first
     * @param authType the type of the client's key, as in {@link X509TrustManager#checkClientTrusted}
     * @param boundary notified before and after the verification if it {@linkplain #mayWait may wait}
     * @throws TlsPeerUnverifiedException if the chain is not trusted; it carries the alert to send
     */
    public void verifyClient(List<X509Certificate> chain, String authType, ForeignCodeBoundary boundary)
            throws TlsPeerUnverifiedException {
        verify(chain, authType, PeerVerifier.Peer.CLIENT, boundary);
    }

    /**
     * {@return the authorities that a server names when it asks for a certificate (RFC 8446 4.2.4)} If empty, the
     * server names none and the client chooses a certificate without this help.
     */
    public List<X500Principal> authorities() {
        return authorities(ForeignCodeBoundary.NONE);
    }

    /**
     * {@return the authorities as {@link #authorities()} does} For engines.
     *
     * @param boundary notified before and after the call if it {@linkplain #mayWait may wait}
     */
    public List<X500Principal> authorities(ForeignCodeBoundary boundary) {
        return query(PeerVerifier::authorities, boundary);
    }

    /**
     * {@return the certificates of the {@link #authorities}, in the same order, with one certificate for each subject}
     * For engines that need certificates instead of names.
     *
     * @param boundary notified before and after the call if it {@linkplain #mayWait may wait}
     */
    public List<X509Certificate> authorityCertificates(ForeignCodeBoundary boundary) {
        return query(PeerVerifier::authorityCertificates, boundary);
    }

    private <T> List<T> query(Function<PeerVerifier, List<T>> query, ForeignCodeBoundary boundary) {
        if (verifier == null) {
            return List.of();
        }
        if (!verifier.mayWait()) {
            return query.apply(verifier);
        }
        boundary.beforeForeignCode();
        try {
            return query.apply(verifier);
        } finally {
            boundary.afterForeignCode();
        }
    }

    @Override
    public String toString() {
        return "TlsTrust[" + description + "]";
    }

    /** Returns the trust in a key store that was loaded from a file; exceptions name the file. */
    static TlsTrust of(String file, KeyStore anchors) {
        try {
            return new TlsTrust(file, PkixVerifier.of(anchors));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(file + ": " + e.getMessage(), e);
        }
    }

    static TlsTrust of(Pem pem) {
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

    private static final class SystemTrust {
        static final TlsTrust INSTANCE = new TlsTrust("system", new SystemVerifier());
    }

    private static final class InsecureTrust {
        static final TlsTrust INSTANCE = new TlsTrust("insecure", null);
    }
}
