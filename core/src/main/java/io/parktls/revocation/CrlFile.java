package io.parktls.revocation;

import io.parktls.jca.JcaProviders;
import io.parktls.pki.KeyFiles;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.security.GeneralSecurityException;
import java.security.cert.CRL;
import java.security.cert.CertificateFactory;
import java.security.cert.X509CRL;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import org.apache.logging.log4j.LogManager;
import org.jspecify.annotations.Nullable;

/**
 * A file of CRLs, in PEM or DER. A CRL is valid for days or weeks only, so other programs replace the file. It is read
 * again when its time, size or identity has changed; a file that cannot be read leaves the previous CRLs in use, until
 * they expire.
 */
public final class CrlFile implements CrlSource {
    private final Path file;
    private final ReentrantLock loading = new ReentrantLock();

    /** Replaced under {@link #loading}, read by any thread. */
    private volatile Loaded loaded;

    /** The state of the file, by which a change is noticed, and the CRLs that were read last. */
    private record Loaded(State state, List<X509CRL> crls) {}

    private record State(
            @Nullable FileTime modified,
            long size,
            @Nullable Object key) {
        static State of(Path file) throws IOException {
            BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
            return new State(attributes.lastModifiedTime(), attributes.size(), attributes.fileKey());
        }

        static final State UNREADABLE = new State(null, -1, null);
    }

    /**
     * Reads a file.
     *
     * @throws IOException if the file cannot be read
     * @throws IllegalArgumentException if it contains no CRL, or a malformed one
     */
    public CrlFile(Path file) throws IOException {
        this.file = file;
        // The state comes first: if the file is replaced meanwhile, the next verification notices it.
        State before = state();
        this.loaded = new Loaded(before, parse(KeyFiles.read(file)));
    }

    @Override
    public List<X509CRL> crls() {
        State current = state();
        if (!current.equals(loaded.state)) {
            loading.lock();
            try {
                if (!current.equals(loaded.state)) {
                    loaded = new Loaded(current, reload());
                }
            } finally {
                loading.unlock();
            }
        }
        return loaded.crls;
    }

    private State state() {
        try {
            return State.of(file);
        } catch (IOException e) {
            return State.UNREADABLE;
        }
    }

    /** Returns the CRLs that the file holds now; the previous ones if it cannot be read. */
    private List<X509CRL> reload() {
        try {
            return parse(Files.readAllBytes(file));
        } catch (IOException | IllegalArgumentException e) {
            LogManager.getLogger(CrlFile.class)
                    .warn(
                            "{} has changed and cannot be used, the CRLs read before stay in use: {}",
                            file,
                            e.toString());
            return loaded.crls;
        }
    }

    private List<X509CRL> parse(byte[] content) {
        try {
            CertificateFactory factory =
                    JcaProviders.first("X.509", provider -> CertificateFactory.getInstance("X.509", provider));
            List<X509CRL> crls = factory.generateCRLs(new ByteArrayInputStream(content)).stream()
                    .map(CrlFile::x509)
                    .toList();
            if (!crls.isEmpty()) {
                return crls;
            }
        } catch (GeneralSecurityException | RuntimeException e) {
            // The exception below has no cause, because the messages of parsers may quote what is in the file.
        }
        throw new IllegalArgumentException(file + ": no CRL (expected PEM with -----BEGIN X509 CRL-----, or DER)");
    }

    private static X509CRL x509(CRL crl) {
        return (X509CRL) crl;
    }

    @Override
    public String name(X509CRL crl) {
        return "the CRL in " + file;
    }

    @Override
    public String toString() {
        return "CrlFile[" + file + "]";
    }
}
