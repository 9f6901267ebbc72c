package io.parktls.bench.cli;

import io.parktls.TlsIdentity;
import io.parktls.TlsIdentitySource;
import io.parktls.WatchOptions;
import io.parktls.WatchedIdentity;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
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

    /** Returns whether there is an identity. */
    boolean isGiven() {
        return chain != null || keyStore != null;
    }

    /**
     * Returns the identity; empty without these options.
     *
     * @throws IllegalArgumentException if the options contradict each other, or the files have no identity
     * @throws IOException if a file cannot be read
     */
    Optional<TlsIdentity> identity(Map<String, String> environment) throws IOException {
        return source(environment, false).map(TlsIdentitySource::current);
    }

    /**
     * Returns the identity, which renews itself when the files change.
     *
     * @throws IllegalArgumentException as {@link #identity}
     * @throws IOException as {@link #identity}
     */
    Optional<WatchedIdentity> watched(Map<String, String> environment) throws IOException {
        return source(environment, true).map(WatchedIdentity.class::cast);
    }

    private Optional<TlsIdentitySource> source(Map<String, String> environment, boolean watch) throws IOException {
        if (keyStore != null) {
            if (chain != null || key != null) {
                throw new IllegalArgumentException("--keystore excludes --cert and --key");
            }
            char[] password = passphrase(environment);
            return Optional.of(
                    watch ? TlsIdentity.watchKeyStore(keyStore, password) : TlsIdentity.keyStore(keyStore, password));
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
        if (passphrase == null) {
            return Optional.of(watch ? TlsIdentity.watch(chain, keyFile) : TlsIdentity.pem(chain, keyFile));
        }
        char[] secret = passphrase(environment);
        return Optional.of(
                watch
                        ? TlsIdentity.watch(chain, keyFile, secret, WatchOptions.DEFAULT)
                        : TlsIdentity.pem(chain, keyFile, secret));
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
            return SecretFiles.firstLine("--pass file:FILE", what).toCharArray();
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
}
