package io.parktls.bench.cli;

import io.parktls.TlsTrust;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Option;

/** Whom to trust. */
final class TrustOptions {
    @ArgGroup(exclusive = true, multiplicity = "0..1")
    private @Nullable Choice choice;

    private static final class Choice {
        @Option(
                names = "--ca",
                paramLabel = "FILE",
                description = "Trust whom the certificates in this PEM file vouch for.")
        private @Nullable Path authorities;

        @Option(names = "--trust-system", description = "Trust whom the JDK trusts. The default of connect.")
        private boolean system;

        @Option(
                names = "--insecure",
                description = "Trust everyone: no certificate is looked at, and neither is the host name.")
        private boolean insecure;
    }

    /** What was chosen, if anything. */
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

    /** In a few words. */
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
