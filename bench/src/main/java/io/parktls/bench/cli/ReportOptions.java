package io.parktls.bench.cli;

import io.parktls.sockets.TlsSocket;
import java.util.HexFormat;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What is printed about a connection. */
final class ReportOptions {
    @Option(
            names = {"-q", "--quiet"},
            description = "Do not print the session.")
    private boolean quiet;

    @Option(
            names = "--exporter",
            paramLabel = "LABEL",
            description = "Also print keying material exported under this label (RFC 5705), without a context.")
    private @Nullable String exporterLabel;

    @Option(
            names = "--exporter-length",
            paramLabel = "BYTES",
            description = "How much of it. Default: ${DEFAULT-VALUE}.")
    private int exporterLength = 20;

    /** What there is to print of a socket whose handshake is done; empty if nothing is wanted. */
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
     * Refuses lengths that nothing can be exported of.
     *
     * @throws IllegalArgumentException if that was asked for
     */
    void validate() {
        if (exporterLength < 1 || exporterLength > 4096) {
            throw new IllegalArgumentException("--exporter-length: " + exporterLength + " is not in 1..4096");
        }
    }
}
