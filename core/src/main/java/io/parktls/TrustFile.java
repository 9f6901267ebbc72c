package io.parktls;

import io.parktls.pki.KeyStores;
import io.parktls.pki.Pem;
import io.parktls.watch.FileLoader;
import io.parktls.watch.Loaded;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Loads the trust of a watch, from a PEM file or from a key store. */
final class TrustFile implements FileLoader<TlsTrust> {
    private final Path file;

    /** A copy, which {@link #close} overwrites; null if the file is PEM. */
    private final char @Nullable [] password;

    private TrustFile(Path file, char @Nullable [] password) {
        this.file = file;
        this.password = password == null ? null : password.clone();
    }

    static TrustFile pem(Path file) {
        return new TrustFile(file, null);
    }

    static TrustFile keyStore(Path file, char[] password) {
        return new TrustFile(file, password);
    }

    @Override
    public List<Path> files() {
        return List.of(file);
    }

    @Override
    public Loaded<TlsTrust> load(List<byte[]> contents, Instant now) {
        char[] storePassword = password;
        if (storePassword == null) {
            Pem pem = Pem.of(file.toString(), contents.getFirst());
            return new Loaded<>(TlsTrust.of(pem), firstToExpire(pem.certificates(), now));
        }
        KeyStore store = KeyStores.of(file.toString(), contents.getFirst(), storePassword);
        return new Loaded<>(
                TlsTrust.of(file.toString(), store), firstToExpire(KeyStores.trustedCertificates(store), now));
    }

    /**
     * Returns the certificate that expires first. Those that have expired count only if there is no other: files with
     * public authorities often contain some.
     */
    private static X509Certificate firstToExpire(List<X509Certificate> certificates, Instant now) {
        return certificates.stream()
                .min(Comparator.comparing((X509Certificate certificate) ->
                                now.isAfter(certificate.getNotAfter().toInstant()))
                        .thenComparing(X509Certificate::getNotAfter))
                .orElseThrow(() -> new IllegalArgumentException("no certificate to trust: add one"));
    }

    @Override
    public void close() {
        if (password != null) {
            Arrays.fill(password, '\0');
        }
    }

    @Override
    public String toString() {
        return "TrustFile[" + file + "]";
    }
}
