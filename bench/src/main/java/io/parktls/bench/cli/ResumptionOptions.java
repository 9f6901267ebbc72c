package io.parktls.bench.cli;

import io.parktls.TlsContext;
import io.parktls.TlsPeerUnverifiedException;
import io.parktls.TlsSession;
import io.parktls.TlsSessionCache;
import io.parktls.bench.tool.Complaint;
import io.parktls.bench.tool.Engine;
import io.parktls.bench.tool.Stdio;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options of a client for the resumption of sessions. */
final class ResumptionOptions {
    @Option(
            names = "--reconnect",
            paramLabel = "N",
            description =
                    "Then connect this many times again, and print of each connection whether its session is new or"
                            + " resumed.")
    private int reconnect;

    @Option(
            names = "--session-file",
            paramLabel = "FILE",
            description =
                    "Resume the session in this file if it exists, and write a session to it at the end. The file is a"
                            + " secret: only its owner can read it.")
    private @Nullable Path sessionFile;

    @Option(names = "--no-session", description = "Neither resume a session nor ask for one.")
    private boolean none;

    int reconnect() {
        return reconnect;
    }

    /**
     * Checks the options and applies them.
     *
     * @throws IllegalArgumentException if they contradict each other
     */
    void applyTo(TlsContext.Builder context, Engine engine) {
        if (reconnect < 0) {
            throw new IllegalArgumentException("--reconnect: " + reconnect + " is negative");
        }
        if (none && sessionFile != null) {
            throw new IllegalArgumentException("--no-session and --session-file exclude each other");
        }
        if (engine == Engine.JSSE && (none || sessionFile != null)) {
            throw new IllegalArgumentException("the JSSE engine keeps its sessions itself: leave out --session-file and"
                    + " --no-session, or use another engine");
        }
        if (none) {
            context.sessionCache(TlsSessionCache.none());
        }
    }

    /**
     * Imports the session in the file, if it exists.
     *
     * @throws IllegalArgumentException if the file holds no session that the context can use
     */
    void read(TlsContext context, String host, int port, Stdio stdio) throws IOException {
        Path file = sessionFile;
        if (file == null || !Files.exists(file)) {
            return;
        }
        byte[] session = SecretFiles.bytes("--session-file", file);
        try {
            context.importSession(host, port, session);
        } catch (TlsPeerUnverifiedException e) {
            stdio.complain("the session in " + file + " is not resumed: " + Complaint.about(e));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "--session-file: " + e.getMessage() + " (the file " + file + " is left unchanged)");
        } finally {
            Arrays.fill(session, (byte) 0);
        }
    }

    /** Writes the newest session to the file. */
    void write(TlsContext context, String host, int port, Stdio stdio) throws IOException {
        Path file = sessionFile;
        if (file == null) {
            return;
        }
        Optional<byte[]> session = context.exportSession(host, port);
        if (session.isEmpty()) {
            stdio.complain("the server has issued no session: " + file + " is not written");
            return;
        }
        try {
            SecretFiles.replace(file, session.get());
        } finally {
            Arrays.fill(session.get(), (byte) 0);
        }
    }

    /** A line about a connection, like those of {@code openssl s_client -reconnect}. */
    static String line(TlsSession session) {
        return (session.resumed() ? "resumed" : "new") + ", " + session.protocol() + ", " + session.cipherSuite();
    }
}
