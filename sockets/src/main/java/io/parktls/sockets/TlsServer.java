package io.parktls.sockets;

import io.parktls.TlsContext;
import io.parktls.sockets.internal.Listeners;
import java.io.Closeable;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * A TLS server that accepts connections and serves each on a virtual thread of its own.
 *
 * {@snippet :
 * try (TlsServer server = TlsServer.open(context, new InetSocketAddress(8443), socket -> {
 *     socket.inputStream().transferTo(socket.outputStream());
 * })) {
 *     ...
 * }
 * }
 *
 * <p><b>Isolation.</b> One client never costs another its connection:
 *
 * <ul>
 *   <li>An exception of a handler ends only the handler's connection.
 *   <li>The server ends a handshake that is not done by its deadline, by default 10 seconds after the connection was
 *       accepted.
 *   <li>The server limits how many handshakes compute at a time, by default to one for each processor, so that a burst
 *       of handshakes does not delay established connections.
 *   <li>Application code that may block in a handshake (trust managers, keys of other providers, key logs, an
 *       {@code SSLContext}) does not count towards that limit. It runs in the connection's own virtual thread, delays
 *       no other handshake, and is interrupted at the deadline.
 *   <li>The server tries again after {@code accept} has failed, for instance because there are no more file
 *       descriptors.
 * </ul>
 *
 * <p>A server keeps the JVM running until it is closed.
 *
 * <p><b>Observability.</b> {@link #statistics} returns counters. The server logs each failure as one line under the
 * name of this class: exceptions of handlers at level error, clients that fail TLS or miss a deadline at level info,
 * clients that disconnect at level debug. {@link Builder#onHandshakeFailure} passes failed handshakes to the program. JDK
 * Flight Recorder has the events {@code io.parktls.Handshake} and
 * {@code io.parktls.Close}, which are recorded only if a recording enables them by name.
 *
 * <p>Thread-safe.
 */
public final class TlsServer implements Closeable {
    /** The timeout of {@link #close()}. */
    private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(10);

    private final ServerSettings settings;
    private final HandshakeGate gate;
    private final Acceptor acceptor;
    private final SocketAddress localAddress;
    private final ServerCounters counters = new ServerCounters();
    private final OpenConnections connections = new OpenConnections(counters);
    private final @Nullable Thread idleWatch;

    private volatile TlsContext context;

    private final AtomicBoolean closing = new AtomicBoolean();
    private final CompletableFuture<CloseReport> closed = new CompletableFuture<>();

    private TlsServer(Builder builder, ServerSettings settings, ServerSocketChannel listener) throws IOException {
        this.settings = settings;
        this.context = builder.context;
        this.localAddress = listener.getLocalAddress();
        this.gate = new HandshakeGate(builder.handshakeParallelism, builder.handshakeQueue);
        this.acceptor = new Acceptor(
                listener, builder.acceptFilter.apply(listener::accept), builder.maxConnections, new Acceptor.Sink() {
                    @Override
                    public void accepted(SocketChannel channel) throws IOException {
                        begin(channel);
                    }

                    @Override
                    public void acceptFailed() {
                        counters.acceptFailures.increment();
                    }
                });
        long idle = TimeLimits.nanos(settings.idleTimeout());
        this.idleWatch = idle == 0
                ? null
                : Thread.ofVirtual().name("parktls-idle-watch").unstarted(() -> connections.watchIdle(idle));
    }

    /**
     * Opens a server with one handler and the defaults of {@link Builder}.
     *
     * @param context the context of the server's connections
     * @param address the address to listen on, as for {@link Builder#open}
     * @param handler the handler, which serves all connections
     * @return the open server
     * @throws IOException if the address cannot be bound
     */
    public static TlsServer open(TlsContext context, SocketAddress address, TlsHandler handler) throws IOException {
        return builder(context).handler(handler).open(address);
    }

    /**
     * {@return a builder with default settings}
     *
     * @param context the context of the server's connections
     */
    public static Builder builder(TlsContext context) {
        return new Builder(context);
    }

    // ---- connections

    private void start() {
        Thread watch = idleWatch;
        if (watch != null) {
            watch.start();
        }
        acceptor.start();
        ServerLog.load();
    }

    private void begin(SocketChannel channel) throws IOException {
        ServerConnection connection = new ServerConnection(this, channel);
        long number = counters.begin();
        connections.add(connection);
        boolean started = false;
        try {
            Thread.ofVirtual()
                    .name("parktls-connection-" + number)
                    .inheritInheritableThreadLocals(false)
                    .start(connection);
            started = true;
        } finally {
            if (!started) {
                connections.remove(connection);
                connection.abort("no thread could be started for the connection");
            }
        }
    }

    /** Records that a connection's handler has returned, and that only the client has yet to close its end. */
    void beganLinger(ServerConnection connection) {
        connections.beganLinger(connection);
    }

    void ended(ServerConnection connection) {
        connections.remove(connection);
        acceptor.ended();
    }

    ServerSettings settings() {
        return settings;
    }

    HandshakeGate gate() {
        return gate;
    }

    ServerCounters counters() {
        return counters;
    }

    // ---- the running server

    /** {@return the address this server listens on, with the actual port} */
    public SocketAddress localAddress() {
        return localAddress;
    }

    /** {@return the TCP port this server listens on; -1 if it listens on a Unix-domain socket} */
    public int port() {
        return localAddress instanceof InetSocketAddress address ? address.getPort() : -1;
    }

    /** {@return the context of new connections} */
    public TlsContext context() {
        return context;
    }

    /**
     * Replaces the context of new connections, for instance to change identities or trust. Connections that were
     * accepted before are not affected.
     *
     * @param replacement the context of new connections
     * @throws IllegalArgumentException if the context has no identity, or a handler serves an application protocol that
     *     the context does not support
     */
    public void context(TlsContext replacement) {
        requireIdentity(replacement);
        settings.routes().requireProtocols(replacement);
        this.context = replacement;
        ServerLog.get().info("{}: new connections use {}", localAddress, replacement);
    }

    /** Refuses a context with which each handshake would fail. */
    private static void requireIdentity(TlsContext context) {
        if (context.identities().isEmpty()
                && context.chooser().isEmpty()
                && !context.pskRequired()
                && !context.engineProvider().bringsIdentities()) {
            throw new IllegalArgumentException("the server's context has no identity, so each handshake would fail:"
                    + " create it with TlsContext.server(identity), or set identity(...) or choose(...)");
        }
    }

    /** {@return the counters of this server up to now} */
    public TlsServerStatistics statistics() {
        return connections.statistics(gate.queued());
    }

    /** {@return whether {@link #close} has not been called} */
    public boolean isOpen() {
        return !closing.get();
    }

    boolean isClosing() {
        return closing.get();
    }

    // ---- closing

    /**
     * The result of {@link TlsServer#close(Duration)}.
     *
     * @param drained the number of connections that were open when the close began and ended within its timeout
     * @param aborted the number of connections whose handler or handshake was not done when the timeout expired
     */
    public record CloseReport(int drained, int aborted) {}

    /** Closes the server like {@link #close(Duration)}, with a timeout of 10 seconds. */
    @Override
    public void close() {
        close(CLOSE_TIMEOUT);
    }

    /**
     * Closes the server and lets handlers answer the requests that have arrived:
     *
     * <ol>
     *   <li>The server stops listening. The system refuses clients that were not accepted.
     *   <li>Handshakes that have begun continue. Connections on which the client has sent nothing yet are closed.
     *   <li>Handlers continue: they read what has arrived, and write. A read that would have to wait for more throws
     *       {@link ServerDrainingException}: at once if the handler has read nothing since its last write, otherwise
     *       after half of the timeout.
     *   <li>When a handler returns, the server sends close_notify to its client and waits up to a second for an answer.
     *       A client that is still sending has until the end of the timeout, so that it can read everything that the
     *       handler has written.
     *   <li>Shortly before the timeout expires, the server sends close_notify on the connections whose handlers have
     *       not returned, and closes them.
     * </ol>
     *
     * <p>If another thread is already closing the server, this method waits for it and returns the same report. A
     * handler must not call this method, since the server would wait for that handler.
     *
     * @param timeout for all steps together; null or zero for none
     * @return how the connections ended
     * @throws IllegalArgumentException if the timeout is negative
     */
    public CloseReport close(@Nullable Duration timeout) {
        long nanos = TimeLimits.nanos(timeout);
        if (!closing.compareAndSet(false, true)) {
            return closed.join();
        }
        CloseReport report = new CloseReport(0, connections.size());
        try {
            stopAccepting();
            report = connections.drain(nanos == 0 ? Long.MAX_VALUE : nanos);
        } finally {
            connections.abort();
            gate.close();
            closed.complete(report);
        }
        ServerLog.get().info("{}: closed: {}", localAddress, report);
        return report;
    }

    private void stopAccepting() {
        try {
            acceptor.close();
        } catch (IOException e) {
            ServerLog.get().warn("{}: cannot stop listening: {}", localAddress, e.toString());
        }
        Thread watch = idleWatch;
        if (watch != null) {
            watch.interrupt();
        }
    }

    @Override
    public String toString() {
        return "TlsServer[" + localAddress + (isOpen() ? "" : closed.isDone() ? ", closed" : ", closing") + ", "
                + connections.size() + " connections]";
    }

    // ---- the builder

    /**
     * Builds a {@link TlsServer}. Not thread-safe.
     *
     * <p>The server chooses the handler of a connection by the host that the client asked for (SNI) and the application
     * protocol that was negotiated (ALPN). A handler for a host and protocol comes first, then one for the host, then
     * one for the protocol, then the default handler. A whole host name takes precedence over a wildcard.
     *
     * {@snippet :
     * TlsServer server = TlsServer.builder(context)
     *         .handler(this::serveHttp1)
     *         .protocolHandler("h2", this::serveHttp2)
     *         .hostHandler("*.internal.example", this::serveAdmin)
     *         .maxConnections(10_000)
     *         .idleTimeout(Duration.ofMinutes(2))
     *         .open(new InetSocketAddress(8443));
     * }
     */
    public static final class Builder {
        private static final int PROCESSORS = Runtime.getRuntime().availableProcessors();

        private final TlsContext context;
        private HandlerRoutes routes = HandlerRoutes.none();
        private int backlog = Listeners.DEFAULT_BACKLOG;
        private int maxConnections = Integer.MAX_VALUE;
        private int handshakeParallelism = PROCESSORS;
        private int handshakeQueue = 1_024 * PROCESSORS;
        private boolean proxyProtocol;
        private @Nullable Duration handshakeTimeout = TlsSocket.SERVER_HANDSHAKE_TIMEOUT;
        private @Nullable Duration readTimeout;
        private @Nullable Duration writeTimeout;
        private @Nullable Duration idleTimeout;
        private @Nullable Consumer<TlsHandshakeFailure> failureListener;
        private UnaryOperator<Acceptor.Source> acceptFilter = UnaryOperator.identity();

        private Builder(TlsContext context) {
            this.context = context;
        }

        /**
         * Sets the default handler, for connections that no other handler matches. Without a default handler, the
         * server closes such connections after the handshake.
         *
         * @param handler the default handler
         * @return this builder
         */
        public Builder handler(TlsHandler handler) {
            this.routes = routes.with(null, null, handler);
            return this;
        }

        /**
         * Sets the handler of connections whose client asked for a host by SNI.
         *
         * @param host a name, or {@code *.} and a domain for all direct subdomains of that domain
         * @param handler the handler of these connections
         * @return this builder
         */
        public Builder hostHandler(String host, TlsHandler handler) {
            this.routes = routes.with(host, null, handler);
            return this;
        }

        /**
         * Sets the handler of connections that negotiated a protocol by ALPN and whose host has no handler.
         *
         * @param protocol one of the context's application protocols
         * @param handler the handler of these connections
         * @return this builder
         */
        public Builder protocolHandler(String protocol, TlsHandler handler) {
            this.routes = routes.with(null, protocol, handler);
            return this;
        }

        /**
         * Sets the handler of connections with both a host and a protocol. It takes precedence over the handlers for
         * the host or the protocol alone.
         *
         * @param host as for {@link #hostHandler}
         * @param protocol one of the context's application protocols
         * @param handler the handler of these connections
         * @return this builder
         */
        public Builder handler(String host, String protocol, TlsHandler handler) {
            this.routes = routes.with(host, protocol, handler);
            return this;
        }

        /**
         * Sets how many connections may wait in the system's queue to be accepted. The default is 1,024; the system may
         * have a lower limit ({@code net.core.somaxconn} on Linux, listen(2)). Linux does not answer further clients,
         * which try again after a second, and then after longer and longer pauses.
         *
         * @param connections the number of connections; at least 1
         * @return this builder
         */
        public Builder backlog(int connections) {
            this.backlog = positive(connections, "backlog");
            return this;
        }

        /**
         * Sets how many connections may be open at a time. The default is no limit but the system's. At the limit the
         * server does not accept: further clients wait in the system's queue (see {@link #backlog}) until a connection
         * ends.
         *
         * @param connections the number of connections; at least 1
         * @return this builder
         */
        public Builder maxConnections(int connections) {
            this.maxConnections = positive(connections, "maxConnections");
            return this;
        }

        /**
         * Sets how many handshakes may compute at a time. The default is one for each processor. A handshake does not
         * count while it runs application code.
         *
         * @param handshakes the number of handshakes; at least 1
         * @return this builder
         */
        public Builder handshakeParallelism(int handshakes) {
            this.handshakeParallelism = positive(handshakes, "handshakeParallelism");
            return this;
        }

        /**
         * Sets how many handshakes may wait for a processor. The default is 1,024 for each processor, about as many as
         * can be computed within the handshake timeout. The server closes further connections without an answer.
         *
         * @param handshakes the number of handshakes; at least 1
         * @return this builder
         */
        public Builder handshakeQueue(int handshakes) {
            this.handshakeQueue = positive(handshakes, "handshakeQueue");
            return this;
        }

        /**
         * Sets the handshake timeout, measured from the acceptance of the connection to the end of its handshake, its
         * time in the queue included. The default is 10 seconds.
         *
         * @param timeout null or zero for none
         * @return this builder
         */
        public Builder handshakeTimeout(@Nullable Duration timeout) {
            this.handshakeTimeout = timeout;
            return this;
        }

        /**
         * Sets the {@link TlsSocket#readTimeout} of the connections. The default is none.
         *
         * @param timeout null or zero for none
         * @return this builder
         */
        public Builder readTimeout(@Nullable Duration timeout) {
            this.readTimeout = timeout;
            return this;
        }

        /**
         * Sets the {@link TlsSocket#writeTimeout} of the connections. The default is none.
         *
         * @param timeout null or zero for none
         * @return this builder
         */
        public Builder writeTimeout(@Nullable Duration timeout) {
            this.writeTimeout = timeout;
            return this;
        }

        /**
         * Sets how long a connection may be open without a byte moving in either direction. The default is no timeout.
         * The server then closes the connection, and the operation that its handler waits for throws
         * {@link java.nio.channels.AsynchronousCloseException}. The server may notice up to a quarter of the timeout
         * late.
         *
         * @param timeout null or zero for none
         * @return this builder
         */
        public Builder idleTimeout(@Nullable Duration timeout) {
            this.idleTimeout = timeout;
            return this;
        }

        /**
         * Sets whether each connection begins with a header of the PROXY protocol, version 1 or 2. The default is
         * false. {@link TlsSocket#proxyHeader} returns the header. The server drops connections whose header is missing
         * or malformed. Expect the header only on servers that nothing but the proxy can connect to, since any client
         * could forge one.
         *
         * @param expected whether to expect the header
         * @return this builder
         */
        public Builder proxyProtocol(boolean expected) {
            this.proxyProtocol = expected;
            return this;
        }

        /**
         * Sets a listener for failed handshakes, for instance to count the causes, or to block addresses that try
         * certificates. The server logs failures in any case.
         *
         * {@snippet :
         * builder.onHandshakeFailure(failure ->
         *         metrics.counter("handshake.failed", String.valueOf(failure.alert())).increment());
         * }
         *
         * <p>The server calls it once for each handshake that fails, whatever the reason, except if the server itself
         * ends the connection because it is closing. The connection's own virtual thread calls it, after the connection
         * was closed. So a listener that blocks delays nobody, neither other connections nor {@link TlsServer#close};
         * but the threads of listeners that never return accumulate. An exception that it throws is logged and has no
         * other effect. Calls for different connections run at the same time, so it must be thread-safe.
         *
         * @param listener the listener
         * @return this builder
         */
        public Builder onHandshakeFailure(Consumer<TlsHandshakeFailure> listener) {
            this.failureListener = listener;
            return this;
        }

        /** Wraps the system's accept, for tests. */
        Builder acceptFilter(UnaryOperator<Acceptor.Source> filter) {
            this.acceptFilter = filter;
            return this;
        }

        /**
         * Opens the server: listens on an address and serves connections.
         *
         * @param address a TCP address, with port 0 for any free port, or a {@link UnixDomainSocketAddress}, whose file
         *     must not exist yet; the caller deletes it
         * @return the open server
         * @throws IOException if the address cannot be bound
         * @throws IllegalArgumentException if there is no handler, the context has no identity, a handler serves an
         *     application protocol that the context does not support, or a timeout is negative
         */
        public TlsServer open(SocketAddress address) throws IOException {
            if (routes.isEmpty()) {
                throw new IllegalArgumentException("no handler is set: call handler(...) before open(...)");
            }
            requireIdentity(context);
            routes.requireProtocols(context);
            for (Duration timeout :
                    new @Nullable Duration[] {handshakeTimeout, readTimeout, writeTimeout, idleTimeout}) {
                TimeLimits.nanos(timeout);
            }
            ServerSettings settings = new ServerSettings(
                    routes, proxyProtocol, handshakeTimeout, readTimeout, writeTimeout, idleTimeout, failureListener);
            ServerSocketChannel listener = Listeners.open(address, backlog);
            TlsServer server;
            try {
                server = new TlsServer(this, settings, listener);
            } catch (IOException | RuntimeException e) {
                listener.close();
                throw e;
            }
            server.start();
            return server;
        }

        private static int positive(int value, String setting) {
            if (value < 1) {
                throw new IllegalArgumentException(setting + " must be at least 1: " + value);
            }
            return value;
        }
    }
}
