package io.parktls;

import io.parktls.pki.BouncyCastleJars;
import io.parktls.pki.CertificateChains;
import io.parktls.pki.CertificateNames;
import io.parktls.pki.KeyFiles;
import io.parktls.pki.KeyStores;
import io.parktls.pki.Pem;
import io.parktls.pki.Printable;
import io.parktls.pki.SelfSigned;
import io.parktls.signer.SignerKey;
import java.io.IOException;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.time.InstantSource;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.WeakHashMap;
import org.jspecify.annotations.Nullable;

/**
 * A private key and the certificate chain that belongs to it, with which one end of a connection authenticates.
 *
 * {@snippet :
 * TlsIdentity fromFiles = TlsIdentity.pem(Path.of("chain.pem"), Path.of("key.pem"));
 * TlsIdentity fromStore = TlsIdentity.keyStore(Path.of("server.p12"), password);
 * TlsIdentity remote = TlsIdentity.of(signer, certificate, intermediate); // see TlsSigner
 * WatchedIdentity renewed = TlsIdentity.watch(Path.of("chain.pem"), Path.of("key.pem"));
 * TlsIdentity forTests = TlsIdentity.selfSigned("localhost");
 * }
 *
 * <p>Immutable and thread-safe. The key is decrypted once, when it is loaded, and is checked to match the certificate.
 * Keys may be RSA, RSASSA-PSS, ECDSA (P-256, P-384, P-521), Ed25519, Ed448 and, for TLS 1.3, ML-DSA (RFC 9881). ML-DSA
 * needs the Bouncy Castle engine.
 */
public final class TlsIdentity implements TlsIdentitySource {
    private static final String CHAIN_TEXT = "the text of the chain";
    private static final String KEY_TEXT = "the text of the key";

    private final PrivateKey privateKey;
    private final List<X509Certificate> chain;
    private final CertificateNames names;

    /**
     * The contexts with this identity in place of their own, by the context that each is derived from, whose
     * {@link TlsChooser} has answered this identity. They live as long as both. Null until the first one is needed.
     */
    private volatile @Nullable Map<TlsContext, TlsContext> derivedContexts;

    /** Null if nothing is stapled. */
    private final @Nullable TlsStapler stapler;

    private TlsIdentity(PrivateKey privateKey, List<X509Certificate> certificates) {
        this(CertificateChains.order(privateKey, certificates), privateKey);
    }

    private TlsIdentity(TlsSigner signer, List<X509Certificate> certificates) {
        this(CertificateChains.order(certificates), SignerKey.of(signer, certificates.getFirst()));
    }

    private TlsIdentity(List<X509Certificate> chain, PrivateKey privateKey) {
        this.privateKey = privateKey;
        this.chain = chain;
        this.names = CertificateNames.of(chain.getFirst());
        this.stapler = null;
    }

    private TlsIdentity(TlsIdentity original, TlsStapler stapler) {
        this.privateKey = original.privateKey;
        this.chain = original.chain;
        this.names = original.names;
        this.stapler = stapler;
    }

    /**
     * Loads an identity from PEM files (RFC 7468). The key may be encoded as PKCS#8, PKCS#1 or SEC 1, and the
     * certificates also as PKCS#7. Both arguments may name the same file.
     *
     * <p>Line breaks may be missing, or be written as {@code \n} or spaces, as is common in environment variables, JSON
     * and YAML. A file may be in UTF-8 or UTF-16, with or without a byte order mark. Text between the blocks and lines
     * that begin with {@code #} are ignored. A damaged block boundary is an error, and the message names its line.
     * Messages never repeat the text, so they are safe to log.
     *
     * @param chain the certificates in any order; the root may be omitted
     * @param key the private key, not encrypted
     * @return the identity
     * @throws IOException if a file cannot be read
     * @throws IllegalArgumentException if the content of a file is invalid, the key is encrypted, or the key does not
     *     match the certificates; the message names the file
     */
    public static TlsIdentity pem(Path chain, Path key) throws IOException {
        return of(Pem.read(chain), Pem.read(key), null);
    }

    /**
     * Loads an identity from PEM files with an encrypted key: PKCS#8 (PBES2) or OpenSSL's older form with
     * {@code DEK-Info}.
     *
     * @param chain the certificates in any order; the root may be omitted
     * @param key the private key
     * @param passphrase the passphrase of the key; it is not kept
     * @return the identity
     * @throws IOException if a file cannot be read
     * @throws IllegalArgumentException if the content of a file is invalid, the passphrase is wrong, the encryption is
     *     not supported, or the key does not match the certificates; the message names the file
     */
    public static TlsIdentity pem(Path chain, Path key, char[] passphrase) throws IOException {
        return of(Pem.read(chain), Pem.read(key), passphrase);
    }

    /**
     * Loads an identity whose private key is not in this JVM from a PEM file with its certificates, as {@link #pem(Path,
     * Path)} does.
     *
     * @param chain the certificates: first the one of the signer's key, then the others in any order; the root may be
     *     omitted
     * @param signer signs with the private key; it is not called before the first handshake
     * @return the identity
     * @throws IOException if the file cannot be read
     * @throws IllegalArgumentException if the content of the file is invalid, or the signer has no scheme for the key of
     *     the first certificate; the message names the file
     */
    public static TlsIdentity pem(Path chain, TlsSigner signer) throws IOException {
        Pem certificates = Pem.read(chain);
        try {
            return new TlsIdentity(signer, certificates.certificates());
        } catch (IllegalArgumentException e) {
            throw named(certificates.name(), e);
        }
    }

    /**
     * Loads an identity from PEM texts, for instance from environment variables, as {@link #pem(Path, Path)} does from
     * files.
     *
     * @param chain the certificates as PEM text, in any order; the root may be omitted
     * @param key the private key as PEM text, not encrypted
     * @return the identity
     * @throws IllegalArgumentException if a text is invalid, the key is encrypted, or the key does not match the
     *     certificates
     */
    public static TlsIdentity pemText(String chain, String key) {
        return of(Pem.of(CHAIN_TEXT, chain), Pem.of(KEY_TEXT, key), null);
    }

    /**
     * Loads an identity with an encrypted key from PEM texts, as {@link #pem(Path, Path, char[])} does from files.
     *
     * @param chain the certificates as PEM text, in any order; the root may be omitted
     * @param key the private key as PEM text
     * @param passphrase the passphrase of the key; it is not kept
     * @return the identity
     * @throws IllegalArgumentException if a text is invalid, the passphrase is wrong, or the key does not match the
     *     certificates
     */
    public static TlsIdentity pemText(String chain, String key, char[] passphrase) {
        return of(Pem.of(CHAIN_TEXT, chain), Pem.of(KEY_TEXT, key), passphrase);
    }

    /**
     * Loads an identity from a PKCS#12 or JKS file that holds exactly one private key.
     *
     * @param file the key store
     * @param password the password of the store and of the key; it is not kept
     * @return the identity
     * @throws IOException if the file cannot be read
     * @throws IllegalArgumentException if the file is not a key store, the password is wrong, the encryption is not
     *     supported, or the store does not hold exactly one key
     */
    public static TlsIdentity keyStore(Path file, char[] password) throws IOException {
        return of(file.toString(), KeyStores.read(file, password), password);
    }

    /**
     * Loads an identity from PEM files as {@link #pem(Path, Path)} does, and loads it again when their content changes.
     * Contexts that are built with the result renew themselves. The files are checked every 3 seconds.
     *
     * <p>The program that renews the certificate may write the files in any way and order, see {@link Watched}. A new
     * pair is used only if it is complete and matches; otherwise the former pair stays in use.
     *
     * {@snippet :
     * WatchedIdentity identity = TlsIdentity.watch(Path.of("chain.pem"), Path.of("key.pem"));
     * TlsServer server = TlsServer.builder(TlsContext.builder().identity(identity).build())
     *         .handler(handler)
     *         .open(address);
     * }
     *
     * @param chain the certificates in any order; the root may be omitted
     * @param key the private key, not encrypted; may be the same file
     * @return the identity, which the caller closes when it is not needed any more
     * @throws IOException if a file cannot be read
     * @throws IllegalArgumentException as {@link #pem(Path, Path)}
     */
    public static WatchedIdentity watch(Path chain, Path key) throws IOException {
        return watch(chain, key, WatchOptions.DEFAULT);
    }

    /**
     * Watches PEM files as {@link #watch(Path, Path)} does, with other settings.
     *
     * @param chain the certificates in any order; the root may be omitted
     * @param key the private key, not encrypted; may be the same file
     * @param options the settings
     * @return the identity, which the caller closes when it is not needed any more
     * @throws IOException if a file cannot be read
     * @throws IllegalArgumentException as {@link #pem(Path, Path)}
     */
    public static WatchedIdentity watch(Path chain, Path key, WatchOptions options) throws IOException {
        return WatchedIdentity.open(IdentityFiles.pem(chain, key, null), options, InstantSource.system());
    }

    /**
     * Watches PEM files with an encrypted key, as {@link #watch(Path, Path)} does.
     *
     * @param chain the certificates in any order; the root may be omitted
     * @param key the private key; may be the same file
     * @param passphrase the passphrase of each key. A copy is kept until the watch is closed
     * @param options the settings
     * @return the identity, which the caller closes when it is not needed any more
     * @throws IOException if a file cannot be read
     * @throws IllegalArgumentException as {@link #pem(Path, Path, char[])}
     */
    public static WatchedIdentity watch(Path chain, Path key, char[] passphrase, WatchOptions options)
            throws IOException {
        return WatchedIdentity.open(IdentityFiles.pem(chain, key, passphrase), options, InstantSource.system());
    }

    /**
     * Watches a PKCS#12 or JKS file that holds exactly one private key, as {@link #watch(Path, Path)} watches PEM files.
     *
     * @param file the key store
     * @param password the password of the store and of the key. A copy is kept until the watch is closed
     * @param options the settings
     * @return the identity, which the caller closes when it is not needed any more
     * @throws IOException if the file cannot be read
     * @throws IllegalArgumentException as {@link #keyStore(Path, char[])}
     */
    public static WatchedIdentity watchKeyStore(Path file, char[] password, WatchOptions options) throws IOException {
        return WatchedIdentity.open(IdentityFiles.keyStore(file, password), options, InstantSource.system());
    }

    /**
     * Watches a key store with the {@linkplain WatchOptions#DEFAULT default settings}.
     *
     * @param file the key store
     * @param password the password of the store and of the key. A copy is kept until the watch is closed
     * @return the identity, which the caller closes when it is not needed any more
     * @throws IOException if the file cannot be read
     * @throws IllegalArgumentException as {@link #keyStore(Path, char[])}
     */
    public static WatchedIdentity watchKeyStore(Path file, char[] password) throws IOException {
        return watchKeyStore(file, password, WatchOptions.DEFAULT);
    }

    /**
     * {@return the identity in a loaded key store that holds exactly one private key} This method decrypts the key;
     * later uses do not need the password.
     *
     * @param store the loaded key store
     * @param password the password of the key; it is not kept
     * @throws IllegalArgumentException if the password is wrong or the store does not hold exactly one key; if it holds
     *     several, the message lists their aliases
     */
    public static TlsIdentity of(KeyStore store, char[] password) {
        return of(KeyStores.onlyKey(store, password));
    }

    /**
     * {@return the identity with the given alias in a loaded key store} This method decrypts the key; later uses do not
     * need the password.
     *
     * @param store the loaded key store
     * @param alias the alias of the private key
     * @param password the password of the key; it is not kept
     * @throws IllegalArgumentException if the password is wrong or the store has no key with that alias
     */
    public static TlsIdentity of(KeyStore store, String alias, char[] password) {
        return of(KeyStores.key(store, alias, password));
    }

    /**
     * {@return an identity with the given key and certificates} The key may be one that cannot be extracted, for
     * instance in a hardware module; this method then has it sign a random challenge to check that it belongs to the
     * certificate.
     *
     * @param key the private key
     * @param chain the certificates in any order; the root may be omitted
     * @throws IllegalArgumentException if there is no certificate, no certificate is for the key, or a certificate is
     *     not part of the chain
     */
    public static TlsIdentity of(PrivateKey key, X509Certificate... chain) {
        return new TlsIdentity(key, List.of(chain));
    }

    /**
     * {@return an identity with a private key that is not in this JVM, and its certificates} The signer is not called
     * before the first handshake, so the service behind it may be out of reach meanwhile. Therefore this method cannot
     * check that the key belongs to the certificate. Each handshake does.
     *
     * @param signer signs with the private key
     * @param chain the certificates: first the one of the signer's key, then the others in any order; the root may be
     *     omitted
     * @throws IllegalArgumentException if there is no certificate, the signer has no scheme for the key of the first
     *     certificate, or a certificate is not part of the chain
     */
    public static TlsIdentity of(TlsSigner signer, X509Certificate... chain) {
        return new TlsIdentity(signer, List.of(chain));
    }

    /**
     * {@return an identity whose certificates are sent exactly as given} Neither the order of the certificates nor the
     * key is checked: with a key that does not belong to the first certificate, every handshake fails at the peer. For
     * adapters to APIs that have checked their keys, such as JSSE's key managers.
     *
     * @param key the private key
     * @param chain the certificates in the order in which they are sent, the certificate of the key first
     * @throws IllegalArgumentException if there is no certificate
     */
    public static TlsIdentity asGiven(PrivateKey key, List<X509Certificate> chain) {
        if (chain.isEmpty()) {
            throw new IllegalArgumentException("no certificate for the private key: give at least its own certificate");
        }
        return new TlsIdentity(List.copyOf(chain), key);
    }

    /**
     * Creates a new ECDSA P-256 key with a self-signed certificate, for tests and experiments. The certificate is valid
     * from one hour ago and for 30 days. A peer can trust it with {@link TlsTrust#only}.
     *
     * @param hosts the host names (including wildcards like {@code *.example.com}) and IP addresses of the certificate
     * @return an identity with the new key
     * @throws IllegalArgumentException if no host is given, or one is neither a host name nor an IP address
     * @throws IllegalStateException if Bouncy Castle, which creates the certificate, is not on the class path
     */
    public static TlsIdentity selfSigned(String... hosts) {
        // Checked before SelfSigned is used, because the JVM cannot load that class without Bouncy Castle.
        BouncyCastleJars.requireForPki("a self-signed certificate");
        SelfSigned created = SelfSigned.forHosts(hosts);
        return of(created.keyPair().getPrivate(), created.certificate());
    }

    /**
     * Returns this identity with an OCSP response that servers staple to its certificate (RFC 6066 8, RFC 8446
     * 4.4.2.1). A client receives it if it asks for one, and need not ask the responder itself.
     *
     * <p>The response is stapled until it expires, and only if its status is good. Its signature is not verified: the
     * clients do that. {@link #withStapler} staples responses that are renewed. Only the default engine staples given
     * responses; a context with the JSSE engine refuses the identity. A client with this identity does not staple.
     *
     * @param response the DER encoding of the response (RFC 6960 4.2.1), at most 65,527 bytes; it is copied
     * @return a new identity
     * @throws IllegalArgumentException if the response is malformed or too long, is an error message of the responder,
     *     or is not for the certificate of this identity
     */
    public TlsIdentity withStaple(byte[] response) {
        return withStaples(List.of(response));
    }

    /**
     * Returns this identity with an OCSP response from a file, as {@link #withStaple(byte[])} does. The file is read
     * once.
     *
     * @param file the file with the DER encoding of the response, as {@code openssl ocsp -respout} writes it
     * @return a new identity
     * @throws IOException if the file cannot be read
     * @throws IllegalArgumentException as for {@link #withStaple(byte[])}; the message names the file
     */
    public TlsIdentity withStaple(Path file) throws IOException {
        byte[] response = KeyFiles.read(file);
        try {
            return withStaple(response);
        } catch (IllegalArgumentException e) {
            throw named(file.toString(), e);
        }
    }

    /**
     * Returns this identity with OCSP responses for several certificates of the chain, as {@link #withStaple(byte[])}
     * does for the first one. TLS 1.3 staples all of them, TLS 1.2 only the first.
     *
     * @param responses the DER encodings of the responses in the order of {@link #chain}, with empty arrays for
     *     certificates without one; they are copied
     * @return a new identity
     * @throws IllegalArgumentException if there are more responses than certificates, or as for
     *     {@link #withStaple(byte[])}
     */
    public TlsIdentity withStaples(List<byte[]> responses) {
        BouncyCastleJars.requireForPki("an OCSP response");
        return new TlsIdentity(this, new FixedStapler(chain, responses));
    }

    /**
     * Returns this identity with a stapler, which supplies the OCSP responses of each handshake, as
     * {@link #withStaple(byte[])} describes. This method calls the stapler once, so that a stapler which fetches
     * responses can begin before the first client connects.
     *
     * {@snippet :
     * OcspStapler stapler = OcspStapler.create(); // in io.parktls.sockets; one for all identities
     * TlsIdentity identity = TlsIdentity.pem(chain, key).withStapler(stapler);
     * }
     *
     * @param source the stapler
     * @return a new identity
     */
    public TlsIdentity withStapler(TlsStapler source) {
        source.responses(chain);
        return new TlsIdentity(this, source);
    }

    /** {@return the source of the OCSP responses that servers staple; empty if none are stapled} */
    public Optional<TlsStapler> stapler() {
        return Optional.ofNullable(stapler);
    }

    /**
     * {@return the private key} It may be one that cannot be extracted. The key of a {@link TlsSigner} has no encoding
     * ({@code getEncoded()} returns null), and it cannot be serialized.
     */
    public PrivateKey privateKey() {
        return privateKey;
    }

    /** {@return the certificates in the order in which TLS sends them, the certificate of the key first} */
    public List<X509Certificate> chain() {
        return chain;
    }

    /** {@return this identity, which stays the same} */
    @Override
    public TlsIdentity current() {
        return this;
    }

    /**
     * {@return whether the certificate is for that host name or IP address, by the rules that clients apply (RFC 9525)}
     *
     * @param host a host name or IP address
     */
    public boolean isFor(String host) {
        return names.include(host);
    }

    /** Returns a context with this identity in place of its own, and without the chooser. */
    TlsContext in(TlsContext context) {
        Map<TlsContext, TlsContext> contexts = derivedContexts;
        if (contexts == null) {
            // If two threads come here at once, one of the maps is lost, and with it only work.
            contexts = Collections.synchronizedMap(new WeakHashMap<>(2));
            derivedContexts = contexts;
        }
        TlsContext known = contexts.get(context);
        if (known == null) {
            known = context.withIdentity(this);
            contexts.put(context, known);
        }
        return known;
    }

    /** Returns the subject, the names, the key algorithm and the end of validity. Reveals nothing secret of the key. */
    @Override
    public String toString() {
        X509Certificate leaf = chain.getFirst();
        return "TlsIdentity[" + Printable.subject(leaf) + " for " + names + ", "
                + leaf.getPublicKey().getAlgorithm() + ", until "
                + leaf.getNotAfter().toInstant() + "]";
    }

    private static TlsIdentity of(KeyStores.Entry entry) {
        return new TlsIdentity(entry.key(), entry.certificates());
    }

    /** Returns the identity in a key store that was loaded from a file; exceptions name the file. */
    static TlsIdentity of(String file, KeyStore store, char[] password) {
        try {
            return of(store, password);
        } catch (IllegalArgumentException e) {
            throw named(file, e);
        }
    }

    static TlsIdentity of(Pem chain, Pem key, char @Nullable [] passphrase) {
        PrivateKey privateKey = key.privateKey(passphrase);
        List<X509Certificate> certificates = chain.certificates();
        try {
            return new TlsIdentity(privateKey, certificates);
        } catch (IllegalArgumentException e) {
            throw named(chain.name() + ", " + key.name(), e);
        }
    }

    private static IllegalArgumentException named(String source, IllegalArgumentException e) {
        return new IllegalArgumentException(source + ": " + e.getMessage(), e);
    }
}
