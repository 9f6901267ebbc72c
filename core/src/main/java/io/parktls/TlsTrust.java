package io.parktls;

import io.parktls.engine.ForeignCodeBoundary;
import io.parktls.pki.CertificateNames;
import io.parktls.pki.CertificationPath;
import io.parktls.pki.KeyPins;
import io.parktls.pki.KeyVerifier;
import io.parktls.pki.ManagerVerifier;
import io.parktls.pki.PeerVerifier;
import io.parktls.pki.Pem;
import io.parktls.pki.PinVerifier;
import io.parktls.pki.PkixVerifier;
import io.parktls.pki.Printable;
import io.parktls.pki.SystemVerifier;
import io.parktls.revocation.RevocationChecks;
import io.parktls.revocation.RevocationPolicy;
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
 * TlsTrust strict = TlsTrust.system()
 *         .pins("sha256/r/mIkG3eEpVdm+u/ko/cwxzOMo1bk4TyHIlByibiA5E=", backupPin)
 *         .revocation(TlsRevocation.online())
 *         .alsoVerify(peer -> audit.record(peer.chain()));
 * }
 *
 * <p>{@link #pins}, {@link #revocation} and {@link #alsoVerify} return a trust with further checks. They follow the
 * built-in ones in this order: the chain, the host, the pins, the revocation status, the checks of the application.
 *
 * <p>Immutable and thread-safe. Creating a trust is expensive; create it once and reuse it.
 */
public final class TlsTrust {
    private final String description;

    /** Null if every peer is trusted. */
    private final @Nullable PeerVerifier verifier;

    private final AddedChecks added;

    private TlsTrust(String description, @Nullable PeerVerifier verifier) {
        this(description, verifier, AddedChecks.NONE);
    }

    private TlsTrust(String description, @Nullable PeerVerifier verifier, AddedChecks added) {
        this.description = description;
        this.verifier = verifier;
        this.added = added;
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
     * Trusts only peers with one of the given public keys, regardless of the issuer, for instance because the
     * certificates are self-signed. A certificate that is renewed with the same key remains trusted. The validity period
     * is still checked, and so is the host name unless the context disables that check. For keys that must match in
     * addition to a trusted chain, see {@link #pins}.
     *
     * @param pins the keys of the peers' own certificates, as for {@link #pins}
     * @return the trust
     * @throws IllegalArgumentException if no pin is given, or one is malformed
     */
    public static TlsTrust onlyKeys(String... pins) {
        return new TlsTrust(pins.length + " keys", new KeyVerifier(KeyPins.of(pins)));
    }

    /**
     * Returns the pin of a certificate's key: {@code sha256/} and the base64 of the SHA-256 hash of its
     * SubjectPublicKeyInfo (RFC 7469 2.4). The command
     * {@code openssl x509 -pubkey -noout | openssl pkey -pubin -outform der | openssl dgst -sha256 -binary | base64}
     * computes the same hash.
     *
     * @param certificate the certificate
     * @return the pin
     */
    public static String pin(X509Certificate certificate) {
        return KeyPins.pin(certificate);
    }

    // ---- further checks

    /**
     * Returns this trust with pins: it only accepts a peer if the key of at least one certificate of the verified chain
     * is pinned (RFC 7469 2.6). The chain is the one that was built up to the trust anchor, so a pinned certificate that
     * a peer merely sends along does not count. With {@link #only} and {@link #onlyKeys}, and with a trust manager that
     * accepts no issuers, only the peer's own certificate counts.
     *
     * <p>Give at least two pins: a back-up whose key is kept elsewhere, so that a lost key does not lock clients out. If
     * this method is called several times, the pins of each call must match.
     *
     * @param pins the pins, as {@link #pin} returns them, or the base64 of the hash alone; also in curl's notation with
     *     two slashes
     * @return a new trust
     * @throws IllegalArgumentException if no pin is given, or one is malformed
     * @throws IllegalStateException if this trust is {@link #insecure}
     */
    public TlsTrust pins(String... pins) {
        KeyPins parsed = KeyPins.of(pins);
        if (verifier == null) {
            throw new IllegalStateException("the insecure trust verifies no chain that pins could match:"
                    + " use TlsTrust.onlyKeys to accept keys without a chain");
        }
        return new TlsTrust(description + " with " + pins.length + " pins", verifier, added.with(parsed));
    }

    /**
     * Returns this trust with a policy that decides whether certificates have been revoked. It replaces the policy that
     * this trust has; the default is {@link TlsRevocation#off}. Clients then ask servers for stapled responses. The
     * returned trust keeps the responses and lists that the policy fetches, so create it once and reuse it.
     *
     * @param policy the policy
     * @return a new trust
     * @throws IllegalStateException if this trust is {@link #only}, {@link #onlyKeys} or {@link #insecure}, which know no
     *     issuers that could revoke a certificate
     */
    public TlsTrust revocation(TlsRevocation policy) {
        RevocationPolicy checked = policy.policy();
        if (checked == null) {
            return new TlsTrust(description, verifier, added.with((RevocationChecks) null));
        }
        if (verifier == null || !verifier.verifiesIssuers()) {
            throw new IllegalStateException("the trust of " + description + " verifies no issuers, and only the issuer"
                    + " of a certificate can revoke it: use TlsTrust.pem or TlsTrust.system, with pins(...) if need"
                    + " be");
        }
        return new TlsTrust(description, verifier, added.with(new RevocationChecks(checked)));
    }

    /**
     * Returns this trust with a check of the application, which runs after the built-in checks and those added before.
     *
     * @param check the check; it may block
     * @return a new trust
     */
    public TlsTrust alsoVerify(TlsPeerCheck check) {
        return new TlsTrust(description, verifier, added.with(check));
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
     * {@return whether verification may wait: a trust manager or check of the application may query a directory, a
     * {@link #revocation} policy may ask the network, and the JDK's path validation fetches revocation data and issuers
     * if its properties enable that} See
     * {@link io.parktls.engine.ForeignCode}.
     */
    public boolean mayWait() {
        return added.mayWait() || (verifier != null && verifier.mayWait());
    }

    /** {@return whether clients ask servers for stapled OCSP responses} True if there is a {@link #revocation} policy. */
    public boolean requestsStaples() {
        return added.revocation() != null;
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
        verifyServer(chain, authType, host, List.of(), boundary);
    }

    /**
     * Verifies a server as {@link #verifyServer(List, String, String)} does. For engines.
     *
     * @param chain the chain that the server sent, its own certificate first
     * @param authType the key exchange algorithm, as in {@link X509TrustManager#checkServerTrusted}
     * @param host the host that the client connects to; null to skip the check of the host name
     * @param stapledResponses the OCSP response that the server stapled to each certificate of the chain, an empty array
     *     for none; may be shorter
     * @param boundary notified before and after the verification if it {@linkplain #mayWait may wait}
     * @throws TlsPeerUnverifiedException if the chain is not trusted; it carries the alert to send
     */
    public void verifyServer(
            List<X509Certificate> chain,
            String authType,
            @Nullable String host,
            List<byte[]> stapledResponses,
            ForeignCodeBoundary boundary)
            throws TlsPeerUnverifiedException {
        verify(chain, authType, PeerVerifier.Peer.SERVER, host, stapledResponses, boundary);
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
        verify(chain, authType, PeerVerifier.Peer.CLIENT, null, List.of(), boundary);
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
            List<X509Certificate> chain,
            String authType,
            PeerVerifier.Peer peer,
            @Nullable String host,
            List<byte[]> staples,
            ForeignCodeBoundary boundary)
            throws TlsPeerUnverifiedException {
        if (verifier == null && added.isEmpty()) {
            return;
        }
        if (chain.isEmpty()) {
            throw new TlsPeerUnverifiedException(
                    "the peer sent no certificate, so it cannot be verified", TlsAlert.BAD_CERTIFICATE, null);
        }
        if (!mayWait()) {
            verify(chain, authType, peer, host, staples);
            return;
        }
        boundary.beforeForeignCode();
        try {
            verify(chain, authType, peer, host, staples);
        } finally {
            boundary.afterForeignCode();
        }
    }

    private void verify(
            List<X509Certificate> chain,
            String authType,
            PeerVerifier.Peer peer,
            @Nullable String host,
            List<byte[]> staples)
            throws TlsPeerUnverifiedException {
        if (verifier == null) {
            // The insecure trust checks no hosts, so there is none that has been verified.
            added.run(CertificationPath.ofLeaf(chain.getFirst()), chain, staples, peer, null);
            return;
        }
        verifier.verify(chain, authType, peer);
        if (host != null) {
            verifyHost(chain.getFirst(), host);
        }
        if (!added.isEmpty()) {
            added.run(verifier.path(chain), chain, staples, peer, host);
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
