package io.parktls.bench.cli;

import io.parktls.sockets.TlsSocket;
import java.util.HexFormat;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options for the report about a connection. */
final class ReportOptions {
    @Option(
            names = {"-q", "--quiet"},
            description = "Do not print the session.")
    private boolean quiet;

    @Option(
            names = "--exporter",
            paramLabel = "LABEL",
            description = "Also print exported keying material for this label, without a context (RFC 5705).")
    private @Nullable String exporterLabel;

    @Option(
            names = "--exporter-length",
            paramLabel = "BYTES",
            description = "The length of the keying material. Default: ${DEFAULT-VALUE}.")
    private int exporterLength = 20;

    /** The report about a socket whose handshake is done; empty with {@code --quiet}. */
    String text(TlsSocket socket, String title, String verification) throws SSLException {
        StringBuilder text = new StringBuilder();
        if (!quiet) {
            text.append(title).append(System.lineSeparator()).append(SessionReport.of(socket.session(), verification));
        }
        if (exporterLabel != null) {
            byte[] material = socket.connection().exportKeyingMaterial(exporterLabel, null, exporterLength);
            text.append(String.format("  %-14s%s%n", "exported", HexFormat.of().formatHex(material)));
        }
        return text.toString();
    }

    /**
     * Checks the options.
     *
     * @throws IllegalArgumentException if the length of the keying material is not valid
     */
    void validate() {
        if (exporterLength < 1 || exporterLength > 4096) {
            throw new IllegalArgumentException("--exporter-length: " + exporterLength + " is not in 1..4096");
        }
    }
}
