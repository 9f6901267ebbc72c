package io.parktls;

import io.parktls.pki.DisabledAlgorithms;
import io.parktls.pki.KeyStores;
import io.parktls.pki.Pem;
import io.parktls.pki.Printable;
import io.parktls.watch.FileLoader;
import io.parktls.watch.Loaded;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import javax.security.auth.x500.X500Principal;
import org.jspecify.annotations.Nullable;

/** Loads the identities of a watch, from PEM files or from a key store. */
final class IdentityFiles implements FileLoader<TlsIdentity> {
    private final List<Path> files;
    private final boolean keyStore;

    /** A copy, which {@link #close} overwrites; null if there is none. */
    private final char @Nullable [] passphrase;

    private IdentityFiles(List<Path> files, boolean keyStore, char @Nullable [] passphrase) {
        this.files = files;
        this.keyStore = keyStore;
        this.passphrase = passphrase == null ? null : passphrase.clone();
    }

    static IdentityFiles pem(Path chain, Path key, char @Nullable [] passphrase) {
        return new IdentityFiles(chain.equals(key) ? List.of(chain) : List.of(chain, key), false, passphrase);
    }

    static IdentityFiles keyStore(Path file, char[] password) {
        return new IdentityFiles(List.of(file), true, password);
    }

    @Override
    public List<Path> files() {
        return files;
    }

    @Override
    public Loaded<TlsIdentity> load(List<byte[]> contents, Instant now) {
        TlsIdentity identity = keyStore ? ofKeyStore(contents.getFirst()) : ofPem(contents);
        return new Loaded<>(identity, identity.chain().getFirst());
    }

    private TlsIdentity ofPem(List<byte[]> contents) {
        Pem chain = Pem.of(files.getFirst().toString(), contents.getFirst());
        Pem key = files.size() == 1 ? chain : Pem.of(files.getLast().toString(), contents.getLast());
        return TlsIdentity.of(chain, key, passphrase);
    }

    private TlsIdentity ofKeyStore(byte[] content) {
        char[] password = passphrase == null ? new char[0] : passphrase;
        String name = files.getFirst().toString();
        return TlsIdentity.of(name, KeyStores.of(name, content, password), password);
    }

    @Override
    public void check(Loaded<TlsIdentity> next) {
        DisabledAlgorithms.current().identities(List.of(next.value()));
    }

    /** The key belongs to the certificate, so equal chains have equal keys. */
    @Override
    public boolean isSame(Loaded<TlsIdentity> next, Loaded<TlsIdentity> current) {
        return next.value().chain().equals(current.value().chain());
    }

    @Override
    public @Nullable String obstacle(Loaded<TlsIdentity> next, Loaded<TlsIdentity> current, Instant now) {
        if (!current.isValidAt(now)) {
            return null;
        }
        if (now.isAfter(next.expiry())) {
            return "the new certificate has expired: " + next;
        }
        if (now.isBefore(next.validFrom())) {
            return "the new certificate is not valid before " + next.validFrom() + ": " + next;
        }
        return lacksIssuer(next.value(), current.value())
                ? "the new chain ends at "
                        + Printable.subject(next.value().chain().getLast())
                        + " and lacks the certificate of its issuer, which the chain in use has: " + next
                : null;
    }

    /**
     * Returns whether a chain ends before an issuer that the former one included. Such a file may be half-written, and
     * most clients would refuse the chain (RFC 8446 4.4.2).
     */
    private static boolean lacksIssuer(TlsIdentity next, TlsIdentity former) {
        X500Principal issuer = next.chain().getLast().getIssuerX500Principal();
        return !issuer.equals(next.chain().getLast().getSubjectX500Principal())
                && former.chain().stream()
                        .skip(1)
                        .anyMatch(certificate ->
                                certificate.getSubjectX500Principal().equals(issuer));
    }

    @Override
    public void close() {
        if (passphrase != null) {
            Arrays.fill(passphrase, '\0');
        }
    }

    @Override
    public String toString() {
        return "IdentityFiles" + files;
    }
}
