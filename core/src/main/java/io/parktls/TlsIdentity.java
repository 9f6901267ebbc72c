package io.parktls;

import io.parktls.pki.CertificateChains;
import io.parktls.pki.CertificateNames;
import io.parktls.pki.Printable;
import io.parktls.pki.SelfSigned;
import java.io.IOException;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.List;

/**
 * Who an end of a connection is: a private key, and the chain of certificates that vouches for it.
 *
 * <p>Immutable and thread-safe. The key is decrypted once, when it is loaded, and is known to match the certificate.
 */
public final class TlsIdentity {
    private final PrivateKey privateKey;
    private final List<X509Certificate> chain;
    private final CertificateNames names;

    private TlsIdentity(PrivateKey privateKey, List<X509Certificate> certificates) {
        this.privateKey = privateKey;
        this.chain = CertificateChains.order(privateKey, certificates);
        this.names = CertificateNames.of(chain.getFirst());
    }

    public static TlsIdentity pem(Path chain, Path key) throws IOException {
        throw new UnsupportedOperationException();
    }

    public static TlsIdentity pem(Path chain, Path key, char[] passphrase) throws IOException {
        throw new UnsupportedOperationException();
    }

    public static TlsIdentity of(KeyStore store, char[] password) {
        throw new UnsupportedOperationException();
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
     */
    public static TlsIdentity selfSigned(String... hosts) {
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
}
