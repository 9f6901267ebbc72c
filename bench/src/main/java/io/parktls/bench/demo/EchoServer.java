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

/** An echo server on the loopback, with a virtual thread that accepts and one for each connection. Thread-safe. */
final class EchoServer implements Closeable {
    static final String HOST = "localhost";

    private final TlsServerSocket listener;
    private final Duration handshakeTimeout;
    private final FailureTally failures;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

    private volatile boolean finishing;
    private volatile boolean aborted;

    private EchoServer(TlsServerSocket listener, Duration handshakeTimeout, FailureTally failures) {
        this.listener = listener;
        this.handshakeTimeout = handshakeTimeout;
        this.failures = failures;
    }

    static EchoServer start(TlsContext context, int backlog, Duration handshakeTimeout, FailureTally failures)
            throws IOException {
        InetSocketAddress address = new InetSocketAddress(InetAddress.getByName(HOST), 0);
        EchoServer server = new EchoServer(TlsServerSocket.open(context, address, backlog), handshakeTimeout, failures);
        server.threads.execute(server::accept);
        return server;
    }

    int port() {
        return ((InetSocketAddress) listener.localAddress()).getPort();
    }

    /**
     * Stops accepting, and waits until the connections have ended.
     *
     * @return whether they have ended within the timeout
     */
    boolean finish(Duration timeout) throws IOException, InterruptedException {
        finishing = true;
        listener.close();
        threads.shutdown();
        return threads.awaitTermination(timeout.toNanos(), TimeUnit.NANOSECONDS);
    }

    /** Aborts all connections. Their failures are not counted any more. */
    @Override
    public void close() throws IOException {
        finishing = true;
        aborted = true;
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
            socket.handshakeTimeout(handshakeTimeout);
            socket.doHandshake();
            Echo.run(socket);
        } catch (IOException | RuntimeException e) {
            if (!aborted) {
                failures.add("server", e);
            }
        }
    }
}
