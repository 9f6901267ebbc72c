package io.parktls.bench.aot;

import io.parktls.bench.ParkTls;
import io.parktls.bench.tool.Stdio;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/**
 * The training run for an AOT cache of the tool (JEP 514): runs the commands {@code serve}, {@code connect} and
 * {@code demo}, so that the JVM records the classes and methods that they need to start. The script
 * {@code bench/parktls} runs this class with {@code -XX:AOTCacheOutput}.
 */
final class AotTraining {
    private static final String LISTENING = "listening on ";

    private AotTraining() {}

    public static void main(String[] args) throws IOException, InterruptedException {
        Path certificate = Files.createTempFile("parktls", ".pem");
        try {
            serveAndConnect(certificate);
        } finally {
            Files.delete(certificate);
        }
        run(discard(), "demo", "--clients", "10", "--bytes", "20000");
        System.exit(0);
    }

    private static void serveAndConnect(Path certificate) throws IOException, InterruptedException {
        try (PipedInputStream lines = new PipedInputStream(1 << 16)) {
            PrintStream output = printTo(new PipedOutputStream(lines));
            Thread server = Thread.startVirtualThread(() -> {
                // Closes the pipe in any case: the reader below must not wait for a server that failed.
                try (output) {
                    run(output, "serve", "0", "--self-signed", "--cert-out", certificate.toString(), "--once");
                }
            });
            String address = address(new BufferedReader(new InputStreamReader(lines, StandardCharsets.UTF_8)));
            run(discard(), "connect", address, "--ca", certificate.toString());
            server.join();
        }
    }

    private static String address(BufferedReader lines) throws IOException {
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            if (line.startsWith(LISTENING)) {
                return line.substring(LISTENING.length());
            }
        }
        throw new IOException("the server ended before it listened");
    }

    private static void run(PrintStream out, String... command) {
        int exitCode = ParkTls.run(new Stdio(InputStream.nullInputStream(), out, System.err, false, Map.of()), command);
        if (exitCode != 0) {
            throw new IllegalStateException("parktls " + String.join(" ", command) + ": exit code " + exitCode);
        }
    }

    private static PrintStream discard() {
        return printTo(OutputStream.nullOutputStream());
    }

    private static PrintStream printTo(OutputStream stream) {
        return new PrintStream(stream, true, StandardCharsets.UTF_8);
    }
}
