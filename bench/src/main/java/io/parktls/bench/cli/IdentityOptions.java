package io.parktls.bench.cli;

import io.parktls.TlsIdentity;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Who this end is. */
final class IdentityOptions {
    @Option(names = "--cert", paramLabel = "FILE", description = "This end's certificate chain, PEM.")
    private @Nullable Path chain;

    @Option(
            names = "--key",
            paramLabel = "FILE",
            description = "Its private key, PEM. Default: in the same file as the chain.")
    private @Nullable Path key;

    @Option(names = "--keystore", paramLabel = "FILE", description = "Instead of both: a key store, PKCS #12 or JKS.")
    private @Nullable Path keyStore;

    @Option(
            names = "--pass",
            paramLabel = "SOURCE",
            description =
                    "The passphrase of the key or key store: pass:TEXT, env:VARIABLE or file:FILE (its first line).")
    private @Nullable String passphrase;

    /**
     * The identity that the options name; empty if they name none.
     *
     * @throws IllegalArgumentException if they contradict each other, or what they name is no identity
     * @throws IOException if a file cannot be read
     */
    Optional<TlsIdentity> identity(Map<String, String> environment) throws IOException {
        if (keyStore != null) {
            if (chain != null || key != null) {
                throw new IllegalArgumentException("either --keystore or --cert and --key");
            }
            return Optional.of(TlsIdentity.of(load(keyStore, passphrase(environment)), passphrase(environment)));
        }
        if (chain == null) {
            if (key != null) {
                throw new IllegalArgumentException("--key needs --cert");
            }
            if (passphrase != null) {
                throw new IllegalArgumentException("--pass needs --cert or --keystore");
            }
            return Optional.empty();
        }
        Path keyFile = key == null ? chain : key;
        return Optional.of(
                passphrase == null
                        ? TlsIdentity.pem(chain, keyFile)
                        : TlsIdentity.pem(chain, keyFile, passphrase(environment)));
    }

    private static KeyStore load(Path file, char[] passphrase) throws IOException {
        if (!Files.isReadable(file)) {
            throw new IOException("cannot read key store " + file);
        }
        try {
            return KeyStore.getInstance(file.toFile(), passphrase);
        } catch (GeneralSecurityException e) {
            throw new IllegalArgumentException("not a key store: " + file + ": " + e.getMessage(), e);
        }
    }

    private char[] passphrase(Map<String, String> environment) throws IOException {
        String source = passphrase;
        if (source == null) {
            return new char[0];
        }
        String what = source.substring(source.indexOf(':') + 1);
        if (source.startsWith("pass:")) {
            return what.toCharArray();
        }
        if (source.startsWith("file:")) {
            try (var lines = Files.lines(Path.of(what))) {
                return lines.findFirst()
                        .orElseThrow(() -> new IllegalArgumentException("--pass: " + what + " is empty"))
                        .toCharArray();
            }
        }
        if (source.startsWith("env:")) {
            String value = environment.get(what);
            if (value == null) {
                throw new IllegalArgumentException("--pass: there is no environment variable " + what);
            }
            return value.toCharArray();
        }
        // Not repeated: it may be the passphrase itself.
        throw new IllegalArgumentException("--pass is pass:TEXT, env:VARIABLE or file:FILE");
    }
}
