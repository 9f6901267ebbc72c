package io.parktls.integration.resumption;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.parktls.TestContexts;
import io.parktls.TlsContext;
import io.parktls.TlsIdentity;
import io.parktls.TlsSession;
import io.parktls.platform.ForkedJvm;
import io.parktls.sockets.TlsServer;
import io.parktls.sockets.TlsSocket;
import io.parktls.sockets.interop.Ours;
import io.parktls.sockets.interop.PemFiles;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.Writer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A process that runs {@link FleetServer}. One thread gives commands; connections may be made by many. */
final class FleetMember implements AutoCloseable {
    /** The port of the fleet, as clients see it behind a load balancer: sessions are kept by host and port. */
    private static final int FLEET_PORT = 443;

    private final Process process;
    private final BufferedReader answers;
    private final Writer commands;
    private final int port;

    private FleetMember(Process process) throws IOException {
        this.process = process;
        this.answers = process.inputReader(StandardCharsets.US_ASCII);
        this.commands = process.outputWriter(StandardCharsets.US_ASCII);
        this.port = Integer.parseInt(answer());
    }

    /** Starts a server with an identity. */
    static FleetMember start(TlsIdentity identity) throws IOException {
        PemFiles files = PemFiles.of(identity);
        return new FleetMember(new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        // They save processor time in a process that lives for seconds.
                        "-XX:TieredStopAtLevel=1",
                        "-XX:+UseSerialGC",
                        "-Xmx256m",
                        "-cp",
                        classPath(),
                        FleetServer.class.getName(),
                        files.chain(),
                        files.key(),
                        files.authorities())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start());
    }

    private static String classPath() {
        return Stream.concat(
                        ForkedJvm.classPath().stream(),
                        Stream.of(TlsServer.class, FleetServer.class).map(ForkedJvm::location))
                .distinct()
                .collect(Collectors.joining(File.pathSeparator));
    }

    /** Executes a command of {@link FleetServer}. Returns when new connections are subject to it. */
    void command(String command) throws IOException {
        commands.write(command + "\n");
        commands.flush();
        assertEquals("done", answer());
    }

    private String answer() throws IOException {
        String line = answers.readLine();
        if (line == null) {
            throw new AssertionError("the server's process has ended, see the standard error output");
        }
        return line;
    }

    int port() {
        return port;
    }

    /**
     * Connects, requests the page, which also receives the tickets, and compares the views of both ends.
     *
     * @return whether the handshake has resumed a session
     */
    boolean resumes(TlsContext client) throws IOException {
        SocketChannel channel = SocketChannel.open(Ours.loopback(port));
        try (TlsSocket socket = TlsSocket.client(client, channel, TestContexts.HOST, FLEET_PORT)) {
            socket.handshakeTimeout(Ours.PATIENCE);
            socket.readTimeout(Ours.PATIENCE);
            socket.doHandshake();
            TlsSession session = socket.session();
            assertEquals(page(session), Page.get(socket));
            return session.resumed();
        }
    }

    private static String page(TlsSession session) {
        String client =
                session.localCertificates().stream().findFirst().map(Page::name).orElse("");
        return new String(Page.of(session.resumed() ? "resumed" : "new", client), StandardCharsets.US_ASCII);
    }

    /** Kills the process, as a crash would, and waits for its end. */
    @Override
    public void close() {
        process.destroyForcibly().onExit().join();
    }
}
