package io.parktls.bench.cli;

import io.parktls.TlsIdentity;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options for the identity of this end. */
final class IdentityOptions {
    @Option(names = "--cert", paramLabel = "FILE", description = "The certificate chain of this end, PEM.")
    private @Nullable Path chain;

    @Option(
            names = "--key",
            paramLabel = "FILE",
            description = "The private key, PEM. Default: in the file of the chain.")
    private @Nullable Path key;

    @Option(names = "--keystore", paramLabel = "FILE", description = "A key store instead of both, PKCS #12 or JKS.")
    private @Nullable Path keyStore;

    @Option(
            names = "--pass",
            paramLabel = "SOURCE",
            description =
                    "The passphrase of the key or key store: pass:TEXT, env:VARIABLE or file:FILE (its first line).")
    private @Nullable String passphrase;

    /**
     * Returns the identity; empty without these options.
     *
     * @throws IllegalArgumentException if the options contradict each other, or the files have no identity
     * @throws IOException if a file cannot be read
     */
    Optional<TlsIdentity> identity(Map<String, String> environment) throws IOException {
        if (keyStore != null) {
            if (chain != null || key != null) {
                throw new IllegalArgumentException("--keystore excludes --cert and --key");
            }
            return Optional.of(TlsIdentity.keyStore(keyStore, passphrase(environment)));
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
            return firstLine(what).toCharArray();
        }
        if (source.startsWith("env:")) {
            String value = environment.get(what);
            if (value == null) {
                // The message omits the name: a shell may have substituted the value for it.
                throw new IllegalArgumentException(
                        "--pass env:VARIABLE: there is no environment variable of that name");
            }
            return value.toCharArray();
        }
        // The message omits the argument: it may be the passphrase itself.
        throw new IllegalArgumentException("--pass must be pass:TEXT, env:VARIABLE or file:FILE");
    }

    /** Reads the first line of a file. Its messages omit the path: it may be the passphrase itself. */
    private static String firstLine(String file) throws IOException {
        try (Stream<String> lines = Files.lines(Path.of(file))) {
            return lines.findFirst()
                    .orElseThrow(() -> new IllegalArgumentException("--pass file:FILE: the file is empty"));
        } catch (InvalidPathException | NoSuchFileException e) {
            throw new IllegalArgumentException("--pass file:FILE: there is no such file");
        } catch (UncheckedIOException | FileSystemException e) {
            throw new IOException("--pass file:FILE: the file cannot be read as text");
        }
    }
}
