package io.parktls.bench.cli;

import io.parktls.TlsContext;
import io.parktls.TlsTruncatedException;
import io.parktls.bench.tool.Endpoint;
import io.parktls.bench.tool.Stdio;
import io.parktls.bench.tool.ToolCommand;
import io.parktls.sockets.TlsSocket;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code parktls connect}: a client that connects standard input and output to a server. */
@Command(
        name = "connect",
        description = {
            "Connects to a server, sends it the standard input, and prints what it receives.",
            "",
            "At the end of standard input the client sends close_notify, and continues to read until the server's close_notify."
                    + " The session is printed to standard error, the received data to standard output.",
            ""
        })
public final class ConnectCommand extends ToolCommand {
    /** How long a server may take to answer close_notify after a reconnection. */
    private static final Duration LONGEST_END = Duration.ofSeconds(5);

    @Parameters(paramLabel = "HOST:PORT", description = "The server. An IPv6 address is written in brackets.")
    @SuppressWarnings("NullAway.Init") // picocli requires the argument
    private Endpoint server;

    @Option(
            names = "--servername",
            paramLabel = "NAME",
            description = "The name to send (SNI) and to verify. Default: HOST.")
    private @Nullable String serverName;

    @Option(names = "--no-verify-host", description = "Do not verify that the server's certificate is for that name.")
    private boolean hostNotVerified;

    @Option(
            names = "--ignore-truncation",
            description = "Accept an end of the stream without close_notify. An attacker who can cut the connection"
                    + " can then truncate the data.")
    private boolean truncationIgnored;

    @Mixin
    private final ResumptionOptions resumption = new ResumptionOptions();

    @Mixin
    private final ConnectionOptions options = new ConnectionOptions();

    public ConnectCommand(Stdio stdio) {
        super(stdio);
    }

    @Override
    public Integer call() throws IOException {
        TlsContext context = context();
        importSession(context);
        try (TlsSocket socket = open(context)) {
            options.timeouts.applyTo(socket);
            long begin = System.nanoTime();
            socket.doHandshake();
            Duration took = Duration.ofNanos(System.nanoTime() - begin);
            String title = String.format(
                    "connected to %s, handshake %.1f ms", Endpoint.text(socket.remoteAddress()), took.toNanos() / 1e6);
            stdio.err().print(options.report.text(socket, title, verification(socket)));
            stdio.err().flush();
            exchange(socket);
        }
        for (int i = 1; i <= resumption.reconnect(); i++) {
            reconnect(context, i);
        }
        resumption.write(context, peer(), server.port(), stdio);
        return 0;
    }

    /** The name by which sessions are kept. */
    private String peer() {
        return serverName == null ? server.host() : serverName;
    }

    private void importSession(TlsContext context) throws IOException {
        try {
            resumption.read(context, peer(), server.port(), stdio);
        } catch (IllegalArgumentException e) {
            throw wrongUsage(e.getMessage());
        }
    }

    private void reconnect(TlsContext context, int number) throws IOException {
        try (TlsSocket socket = open(context)) {
            options.timeouts.applyTo(socket);
            socket.doHandshake();
            stdio.err().println("reconnection " + number + ": " + ResumptionOptions.line(socket.session()));
            stdio.err().flush();
            socket.shutdownOutput();
            awaitEnd(socket);
        }
    }

    /**
     * Reads until the server closes the connection too: in TLS 1.3, its tickets arrive after the handshake. A server
     * that does not close the connection is not waited for.
     */
    private void awaitEnd(TlsSocket socket) throws IOException {
        socket.readTimeout(LONGEST_END);
        ByteBuffer ignored = ByteBuffer.allocate(16_384);
        try {
            while (socket.read(ignored.clear()) >= 0) {
                // The answer to nothing, for example of a server that speaks first.
            }
        } catch (TlsTruncatedException e) {
            // The data are not used, so it does not matter that some may be missing.
        } catch (SocketTimeoutException e) {
            stdio.complain(
                    "the server does not close the connection: continuing after " + LONGEST_END.toSeconds() + " s");
        }
    }

    private TlsContext context() throws IOException {
        try {
            options.report.validate();
            if (server.host().isEmpty() || server.port() == 0) {
                throw new IllegalArgumentException("HOST or PORT is missing: '" + server + "'");
            }
            TlsContext.Builder context =
                    options.builder(stdio).verifyHost(!hostNotVerified).unsafeIgnoreTruncation(truncationIgnored);
            resumption.applyTo(context, options.negotiation.engine());
            options.psk.applyToClient(context);
            return context.build();
        } catch (IllegalArgumentException e) {
            throw wrongUsage(e.getMessage());
        }
    }

    private TlsSocket open(TlsContext context) throws IOException {
        try {
            return serverName == null
                    ? TlsSocket.connect(context, server.host(), server.port(), options.timeouts.connectTimeout())
                    : TlsSocket.client(context, connectChannel(), serverName, server.port());
        } catch (IllegalArgumentException e) {
            throw wrongUsage(e.getMessage());
        } catch (UnknownHostException e) {
            throw e;
        } catch (IOException e) {
            throw new IOException("cannot connect to " + server + ": " + e.getMessage(), e);
        }
    }

    private SocketChannel connectChannel() throws IOException {
        InetSocketAddress address = new InetSocketAddress(server.host(), server.port());
        if (address.isUnresolved()) {
            throw new UnknownHostException(server.host());
        }
        SocketChannel channel = SocketChannel.open();
        try {
            Duration timeout = options.timeouts.connectTimeout();
            channel.socket().connect(address, timeout == null ? 0 : Math.toIntExact(timeout.toMillis()));
            return channel;
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
    }

    private String verification(TlsSocket socket) {
        if (socket.session().pskIdentity() != null) {
            return "ok: the server has the pre-shared key";
        }
        if (options.trust.insecure()) {
            return "NOT VERIFIED (--insecure)";
        }
        return "ok: vouched for by " + options.trust.description()
                + (hostNotVerified ? ", host name NOT VERIFIED" : ", host name checked");
    }

    /** Transfers data in both directions, and returns after the server's close_notify. */
    private void exchange(TlsSocket socket) throws IOException {
        AtomicReference<@Nullable IOException> sending = new AtomicReference<>();
        // A daemon thread, since a read from a terminal cannot be interrupted.
        Thread.ofPlatform().daemon().name("standard input").start(() -> {
            try {
                stdio.in().transferTo(socket.outputStream());
                socket.shutdownOutput();
            } catch (SocketTimeoutException e) {
                sending.set(e);
                abort(socket);
            } catch (IOException e) {
                // There may still be data to read, and the reader gets the failure of the connection too.
                sending.compareAndSet(null, e);
            }
        });
        try {
            receive(socket);
        } catch (IOException e) {
            throw sending.get() instanceof SocketTimeoutException timeout ? timeout : e;
        }
    }

    private void receive(TlsSocket socket) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(16_384);
        while (socket.read(buffer.clear()) >= 0) {
            stdio.out().write(buffer.array(), 0, buffer.position());
            if (stdio.out().checkError()) {
                throw new IOException("standard output is closed");
            }
        }
    }

    private static void abort(TlsSocket socket) {
        try {
            socket.abort();
        } catch (IOException e) {
            // The connection is not used any more.
        }
    }
}
