package io.parktls;

import io.parktls.pki.BouncyCastleJars;
import io.parktls.pki.CertificateChains;
import io.parktls.pki.CertificateNames;
import io.parktls.pki.KeyStores;
import io.parktls.pki.Pem;
import io.parktls.pki.Printable;
import io.parktls.pki.SelfSigned;
import java.io.IOException;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Who an end of a connection is: a private key, and the chain of certificates that vouches for it.
 *
 * <p>Immutable and thread-safe. The key is decrypted once, when it is loaded, and is known to match the certificate.
 */
public final class TlsIdentity {
    private static final String CHAIN_TEXT = "the text of the chain";
    private static final String KEY_TEXT = "the text of the key";

    private final PrivateKey privateKey;
    private final List<X509Certificate> chain;
    private final CertificateNames names;

    private TlsIdentity(PrivateKey privateKey, List<X509Certificate> certificates) {
        this.privateKey = privateKey;
        this.chain = CertificateChains.order(privateKey, certificates);
        this.names = CertificateNames.of(chain.getFirst());
    }

    /**
     * An identity from PEM files (RFC 7468). The key may be in PKCS#8, PKCS#1 or SEC 1, the certificates also in PKCS#7; both
     * may be in one file.
     *
     * <p>Line breaks may be missing, or be written as {@code \n} or spaces, as they are in environment variables, JSON and
     * YAML; the file may be in UTF-8 or UTF-16, with or without a byte order mark. Text between the blocks is ignored, and
     * so are lines that begin with {@code #}; a damaged boundary of a block is an error, and the message names its line. No
     * message repeats any of the text, so it may be logged.
     *
     * @param chain the certificates in any order; the root may be left out
     * @param key the private key, not encrypted
     * @throws IOException if a file cannot be read
     * @throws IllegalArgumentException if the content of a file is not what it should be: the message names the file. The
     *     same if the key is encrypted or does not match
     */
    public static TlsIdentity pem(Path chain, Path key) throws IOException {
        return of(Pem.read(chain), Pem.read(key), null);
    }

    /**
     * An identity from PEM files with an encrypted key: PKCS#8 (PBES2) or OpenSSL's older form with {@code DEK-Info}.
     *
     * @param chain the certificates in any order; the root may be left out
     * @param key the private key
     * @param passphrase what the key is encrypted with; not kept
     * @throws IOException if a file cannot be read
     * @throws IllegalArgumentException if the content of a file is not what it should be, the passphrase is wrong, the
     *     encryption is not supported or the key does not match: the message names the file
     */
    public static TlsIdentity pem(Path chain, Path key, char[] passphrase) throws IOException {
        return of(Pem.read(chain), Pem.read(key), passphrase);
    }

    /**
     * {@link #pem(Path, Path)} with the text at hand, for instance from environment variables.
     *
     * @throws IllegalArgumentException if a text is not what it should be, or the key is encrypted or does not match
     */
    public static TlsIdentity pemText(String chain, String key) {
        return of(Pem.of(CHAIN_TEXT, chain), Pem.of(KEY_TEXT, key), null);
    }

    /**
     * {@link #pem(Path, Path, char[])} with the text at hand.
     *
     * @throws IllegalArgumentException if a text is not what it should be, the passphrase is wrong or the key does not
     *     match
     */
    public static TlsIdentity pemText(String chain, String key, char[] passphrase) {
        return of(Pem.of(CHAIN_TEXT, chain), Pem.of(KEY_TEXT, key), passphrase);
    }

    /**
     * An identity from a PKCS#12 or JKS file that holds one private key.
     *
     * @param password of the store and of the key; not kept
     * @throws IOException if the file cannot be read
     * @throws IllegalArgumentException if it is no key store, the password is wrong, the encryption is not supported or there
     *     is not exactly one key
     */
    public static TlsIdentity keyStore(Path file, char[] password) throws IOException {
        KeyStore store = KeyStores.read(file, password);
        try {
            return of(store, password);
        } catch (IllegalArgumentException e) {
            throw named(file.toString(), e);
        }
    }

    /**
     * The identity in a loaded key store that holds one private key. The key is decrypted here, once and for all.
     *
     * @param password of the key; not kept
     * @throws IllegalArgumentException if the password is wrong or there is not exactly one key; of several, the message
     *     lists the aliases
     */
    public static TlsIdentity of(KeyStore store, char[] password) {
        return of(KeyStores.onlyKey(store, password));
    }

    /**
     * The identity of that alias in a loaded key store. The key is decrypted here, once and for all.
     *
     * @param password of the key; not kept
     * @throws IllegalArgumentException if the password is wrong or there is no such key
     */
    public static TlsIdentity of(KeyStore store, String alias, char[] password) {
        return of(KeyStores.key(store, alias, password));
    }

    /**
     * An identity of a key and certificates at hand. The key may be one that cannot be extracted, as of a hardware
     * module; it then has to sign a random challenge here, to show that it belongs to the certificate.
     *
     * @param chain the certificates in any order; the root may be left out
     * @throws IllegalArgumentException if there is no certificate, none is for the key, or one is not part of the chain
     */
    public static TlsIdentity of(PrivateKey key, X509Certificate... chain) {
        return new TlsIdentity(key, List.of(chain));
    }

    /**
     * A new ECDSA P-256 key with a certificate that only itself vouches for, valid from an hour ago and for 30 days: for
     * tests and for trying things out. A peer can trust it by {@link TlsTrust#only}.
     *
     * @param hosts the names (also wildcards like {@code *.example.com}) and IP addresses it is for
     * @throws IllegalArgumentException if there are none, or one is no host
     * @throws IllegalStateException if Bouncy Castle, which makes the certificate, is not on the class path
     */
    public static TlsIdentity selfSigned(String... hosts) {
        // Here, because the JVM cannot even load the next class without Bouncy Castle.
        BouncyCastleJars.requireForPki("a self-signed certificate");
        SelfSigned made = SelfSigned.forHosts(hosts);
        return of(made.keyPair().getPrivate(), made.certificate());
    }

    /** The key; it may be one that cannot be extracted. */
    public PrivateKey privateKey() {
        return privateKey;
    }

    /** The certificates in the order in which TLS sends them, that of the key first. */
    public List<X509Certificate> chain() {
        return chain;
    }

    /** Whether the certificate is for that host name or IP address, by the rules that clients apply (RFC 9525). */
    public boolean isFor(String host) {
        return names.include(host);
    }

    /** The subject, the names and how long they last; nothing of the key. */
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

    private static TlsIdentity of(Pem chain, Pem key, char @Nullable [] passphrase) {
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
