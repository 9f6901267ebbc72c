package io.parktls;

import java.io.IOException;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.List;

/** STUB: written by a helper. */
public final class TlsIdentity {
    private final PrivateKey privateKey;
    private final List<X509Certificate> chain;

    private TlsIdentity(PrivateKey privateKey, List<X509Certificate> chain) {
        this.privateKey = privateKey;
        this.chain = chain;
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

    public static TlsIdentity of(PrivateKey key, X509Certificate... chain) {
        return new TlsIdentity(key, List.of(chain));
    }

    public static TlsIdentity selfSigned(String... hosts) {
        throw new UnsupportedOperationException();
    }

    public PrivateKey privateKey() {
        return privateKey;
    }

    public List<X509Certificate> chain() {
        return chain;
    }

    /** Whether the certificate is for that host name. */
    public boolean isFor(String host) {
        throw new UnsupportedOperationException();
    }
}
