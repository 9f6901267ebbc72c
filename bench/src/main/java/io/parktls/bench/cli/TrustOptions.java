package io.parktls.bench.cli;

import io.parktls.TlsTrust;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Option;

/** The options for the certificates to trust. */
final class TrustOptions {
    @ArgGroup(exclusive = true, multiplicity = "0..1")
    private @Nullable Choice choice;

    private static final class Choice {
        @Option(
                names = "--ca",
                paramLabel = "FILE",
                description = "Trust the certification authorities in this PEM file.")
        private @Nullable Path authorities;

        @Option(
                names = "--trust-system",
                description = "Trust the certification authorities of the JDK. The default of connect.")
        private boolean system;

        @Option(
                names = "--insecure",
                description = "Trust every peer: neither the certificate nor the host name is verified.")
        private boolean insecure;
    }

    /** The selected trust; empty without these options. */
    Optional<TlsTrust> trust() throws IOException {
        Choice made = choice;
        if (made == null) {
            return Optional.empty();
        }
        if (made.authorities != null) {
            return Optional.of(TlsTrust.pem(made.authorities));
        }
        return Optional.of(made.insecure ? TlsTrust.insecure() : TlsTrust.system());
    }

    /** Returns the file with the trusted authorities; empty without the option for it. */
    Optional<Path> file() {
        return Optional.ofNullable(choice == null ? null : choice.authorities);
    }

    /** A short description. */
    String description() {
        Choice made = choice;
        if (made == null || made.system) {
            return "the JDK's authorities";
        }
        return made.authorities == null ? "everyone" : made.authorities.toString();
    }

    boolean insecure() {
        return choice != null && choice.insecure;
    }
}
