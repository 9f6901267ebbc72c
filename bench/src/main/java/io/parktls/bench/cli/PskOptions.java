package io.parktls.bench.cli;

import io.parktls.TlsContext;
import io.parktls.TlsPsk;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Option;

/** The options for an external pre-shared key. */
final class PskOptions {
    @ArgGroup(exclusive = true, multiplicity = "0..1")
    private @Nullable Source source;

    @Option(
            names = "--psk-identity",
            paramLabel = "TEXT",
            description = "The identity of the pre-shared key, which clients send in the clear. Default:"
                    + " ${DEFAULT-VALUE}, as in OpenSSL.")
    private String identity = "Client_identity";

    @Option(
            names = "--psk-hash",
            paramLabel = "HASH",
            description = "The hash of the pre-shared key: ${COMPLETION-CANDIDATES}. Default: ${DEFAULT-VALUE}.")
    private TlsPsk.Hash hash = TlsPsk.Hash.SHA256;

    private static final class Source {
        @Option(
                names = "--psk",
                paramLabel = "HEX",
                description =
                        "Authenticate with this pre-shared key, of 16 bytes at least, instead of certificates (TLS 1.3)."
                                + " Other users of the machine can see it: use --psk-file for real keys.")
        private @Nullable String hex;

        @Option(
                names = "--psk-file",
                paramLabel = "FILE",
                description = "Authenticate with the pre-shared key in this file: a line of hexadecimal digits.")
        private @Nullable Path file;
    }

    /**
     * Returns the key; empty without these options.
     *
     * @throws IllegalArgumentException if there is no key in the option or the file; the message contains neither
     * @throws IOException if the file cannot be read
     */
    Optional<TlsPsk> key() throws IOException {
        Source given = source;
        if (given == null) {
            return Optional.empty();
        }
        String option = given.file == null ? "--psk" : "--psk-file";
        String hex =
                given.file == null ? String.valueOf(given.hex) : SecretFiles.firstLine(option, given.file.toString());
        byte[] key;
        try {
            key = HexFormat.of().parseHex(hex.strip());
        } catch (IllegalArgumentException e) {
            // Without the cause, whose message quotes the key.
            throw new IllegalArgumentException(option + ": not an even number of hexadecimal digits (0-9, a-f)");
        }
        try {
            return Optional.of(TlsPsk.of(identity.getBytes(StandardCharsets.UTF_8), key, hash));
        } finally {
            Arrays.fill(key, (byte) 0);
        }
    }

    /** Has a client authenticate with the key, if there is one. */
    void applyToClient(TlsContext.Builder context) throws IOException {
        key().ifPresent(psk -> context.psk(psk).requirePsk(true));
    }

    /**
     * Has a server accept the key, if there is one.
     *
     * @param required whether clients without the key are refused
     * @return whether there is a key
     */
    boolean applyToServer(TlsContext.Builder context, boolean required) throws IOException {
        Optional<TlsPsk> psk = key();
        psk.ifPresent(known -> {
            byte[] name = known.identity();
            context.pskLookup(sent -> Arrays.equals(sent, name) ? psk : Optional.empty())
                    .requirePsk(required);
        });
        return psk.isPresent();
    }
}
