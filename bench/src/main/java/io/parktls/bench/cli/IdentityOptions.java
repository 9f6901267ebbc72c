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
                // Not repeated: a shell may have put the value in the place of the name.
                throw new IllegalArgumentException(
                        "--pass env:VARIABLE: there is no environment variable of that name");
            }
            return value.toCharArray();
        }
        // Not repeated: it may be the passphrase itself.
        throw new IllegalArgumentException("--pass is pass:TEXT, env:VARIABLE or file:FILE");
    }

    /** Says nothing of the path: it may be the passphrase itself. */
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
