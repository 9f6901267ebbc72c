package io.parktls.bench.cli;

import io.parktls.TlsContext;
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

/** {@code parktls connect}: a client that joins standard input and output to a server. */
@Command(
        name = "connect",
        description = {
            "Connects to a server and joins it to standard input and output.",
            "",
            "At the end of standard input it sends close_notify and goes on reading until the server has done the"
                    + " same. The session is printed to standard error, what the server sends to standard output.",
            ""
        })
public final class ConnectCommand extends ToolCommand {
    @Parameters(paramLabel = "HOST:PORT", description = "The server. An IPv6 address stands in brackets.")
    @SuppressWarnings("NullAway.Init") // picocli insists on it
    private Endpoint server;

    @Option(
            names = "--servername",
            paramLabel = "NAME",
            description = "The name to ask for (SNI) and to verify, if it is not HOST.")
    private @Nullable String serverName;

    @Option(
            names = "--no-verify-host",
            description = "Verify the server's certificate, but not that it is for that name.")
    private boolean hostNotVerified;

    @Option(
            names = "--ignore-truncation",
            description = "Take an end of the stream without close_notify for the end. Whoever can cut the connection"
                    + " can then cut the message.")
    private boolean truncationIgnored;

    @Mixin
    private final ConnectionOptions options = new ConnectionOptions();

    public ConnectCommand(Stdio stdio) {
        super(stdio);
    }

    @Override
    public Integer call() throws IOException {
        TlsContext context = context();
        try (TlsSocket socket = open(context)) {
            options.limits.applyTo(socket);
            long begin = System.nanoTime();
            socket.doHandshake();
            Duration took = Duration.ofNanos(System.nanoTime() - begin);
            String title = String.format(
                    "connected to %s, handshake %.1f ms", Endpoint.text(socket.remoteAddress()), took.toNanos() / 1e6);
            stdio.err().print(options.report.text(socket, title, verification()));
            stdio.err().flush();
            exchange(socket);
        }
        return 0;
    }

    private TlsContext context() throws IOException {
        try {
            options.report.validate();
            if (server.host().isEmpty() || server.port() == 0) {
                throw new IllegalArgumentException("connect where? HOST:PORT, not '" + server + "'");
            }
            return options.builder(stdio)
                    .verifyHost(!hostNotVerified)
                    .unsafeIgnoreTruncation(truncationIgnored)
                    .build();
        } catch (IllegalArgumentException e) {
            throw wrongUsage(e.getMessage());
        }
    }

    private TlsSocket open(TlsContext context) throws IOException {
        try {
            return serverName == null
                    ? TlsSocket.connect(context, server.host(), server.port(), options.limits.connectLimit())
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
            Duration limit = options.limits.connectLimit();
            channel.socket().connect(address, limit == null ? 0 : Math.toIntExact(limit.toMillis()));
            return channel;
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
    }

    private String verification() {
        if (options.trust.insecure()) {
            return "NOT VERIFIED (--insecure)";
        }
        return "ok: vouched for by " + options.trust.description()
                + (hostNotVerified ? ", host name NOT VERIFIED" : ", host name checked");
    }

    /** Both directions at once; returns when the server has said that it is done. */
    private void exchange(TlsSocket socket) throws IOException {
        AtomicReference<@Nullable IOException> sending = new AtomicReference<>();
        // A daemon: who reads from a terminal cannot be woken, and is not waited for.
        Thread.ofPlatform().daemon().name("standard input").start(() -> {
            try {
                stdio.in().transferTo(socket.outputStream());
                socket.shutdownOutput();
            } catch (SocketTimeoutException e) {
                sending.set(e);
                abort(socket);
            } catch (IOException e) {
                // The reader sees what became of the connection, and there may still be something to read.
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
            // It is of no use any more either way.
        }
    }
}
