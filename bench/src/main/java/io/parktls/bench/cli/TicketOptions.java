package io.parktls.bench.cli;

import io.parktls.TlsContext;
import io.parktls.TlsTicketKeys;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Option;

/** The options of a server for session tickets. */
final class TicketOptions {
    private static final Duration LIFETIME = Duration.ofDays(1);

    @ArgGroup(exclusive = true, multiplicity = "0..1")
    private @Nullable Source source;

    @Option(
            names = "--tickets",
            paramLabel = "N",
            description = "The number of session tickets for each client; 0 resumes no sessions. Default: 2.")
    private @Nullable Integer count;

    private static final class Source {
        @Option(
                names = "--ticket-secret-file",
                paramLabel = "FILE",
                split = ",",
                description =
                        "Derive the ticket keys from the bytes of this file, 32 random ones at least, as all servers with"
                                + " the same file do. Further files hold former secrets. Default: random keys of this process.")
        private List<Path> secrets = List.of();

        @Option(
                names = "--ticket-key",
                paramLabel = "FILE",
                split = ",",
                description =
                        "Take the ticket keys from these files, in the format of nginx or HAProxy, and watch them.")
        private List<Path> keys = List.of();
    }

    /**
     * Applies the options.
     *
     * @throws IllegalArgumentException if a file holds no keys, or the number is out of its range
     * @throws IOException if a file cannot be read
     */
    void applyTo(TlsContext.Builder context) throws IOException {
        if (count != null) {
            context.tickets(count, LIFETIME);
        }
        Source given = source;
        if (given == null) {
            return;
        }
        if (given.keys.isEmpty()) {
            context.ticketKeys(shared(given.secrets));
        } else {
            Path[] others = given.keys.stream().skip(1).toArray(Path[]::new);
            context.ticketKeys(TlsTicketKeys.files(given.keys.getFirst(), others));
        }
    }

    private static TlsTicketKeys shared(List<Path> files) throws IOException {
        byte[][] secrets = new byte[files.size()][];
        for (int i = 0; i < secrets.length; i++) {
            secrets[i] = SecretFiles.bytes("--ticket-secret-file", files.get(i));
        }
        try {
            return TlsTicketKeys.shared(secrets[0], Arrays.copyOfRange(secrets, 1, secrets.length));
        } finally {
            for (byte[] secret : secrets) {
                Arrays.fill(secret, (byte) 0);
            }
        }
    }
}
