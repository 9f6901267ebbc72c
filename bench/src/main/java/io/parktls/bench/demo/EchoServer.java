package io.parktls.bench.demo;

import io.parktls.TlsContext;
import io.parktls.bench.tool.Echo;
import io.parktls.sockets.TlsServerSocket;
import io.parktls.sockets.TlsSocket;
import java.io.Closeable;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/** Echoes on the loopback: a virtual thread that accepts, and one for each connection. */
final class EchoServer implements Closeable {
    static final String HOST = "localhost";

    private final TlsServerSocket listener;
    private final Duration handshakeLimit;
    private final FailureTally failures;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

    private volatile boolean finishing;
    private volatile boolean brokenOff;

    private EchoServer(TlsServerSocket listener, Duration handshakeLimit, FailureTally failures) {
        this.listener = listener;
        this.handshakeLimit = handshakeLimit;
        this.failures = failures;
    }

    static EchoServer start(TlsContext context, int backlog, Duration handshakeLimit, FailureTally failures)
            throws IOException {
        InetSocketAddress address = new InetSocketAddress(InetAddress.getByName(HOST), 0);
        EchoServer server = new EchoServer(TlsServerSocket.open(context, address, backlog), handshakeLimit, failures);
        server.threads.execute(server::accept);
        return server;
    }

    int port() {
        return ((InetSocketAddress) listener.localAddress()).getPort();
    }

    /**
     * Accepts no more, and waits until the connections have ended.
     *
     * @return false if they have not within the limit
     */
    boolean finish(Duration limit) throws IOException, InterruptedException {
        finishing = true;
        listener.close();
        threads.shutdown();
        return threads.awaitTermination(limit.toNanos(), TimeUnit.NANOSECONDS);
    }

    /** Breaks off whatever is going on; how that ends is no failure any more. */
    @Override
    public void close() throws IOException {
        finishing = true;
        brokenOff = true;
        listener.close();
        threads.shutdownNow();
    }

    private void accept() {
        try {
            for (; ; ) {
                TlsSocket socket = listener.accept();
                threads.execute(() -> serve(socket));
            }
        } catch (IOException | RuntimeException e) {
            if (!finishing) {
                failures.add("accept", e);
            }
        }
    }

    private void serve(TlsSocket socket) {
        try (socket) {
            socket.handshakeTimeout(handshakeLimit);
            socket.doHandshake();
            Echo.run(socket);
        } catch (IOException | RuntimeException e) {
            if (!brokenOff) {
                failures.add("server", e);
            }
        }
    }
}
