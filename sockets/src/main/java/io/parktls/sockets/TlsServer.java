package io.parktls.sockets;

import io.parktls.TlsContext;
import java.io.Closeable;
import java.io.IOException;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.UnaryOperator;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Accepts TLS connections and serves each on a virtual thread of its own.
 *
 * {@snippet :
 * try (TlsServer server = TlsServer.open(context, new InetSocketAddress(8443), socket -> {
 *     socket.inputStream().transferTo(socket.outputStream());
 * })) {
 *     ...
 * }
 * }
 *
 * <p><b>One client never costs another its connection.</b> Handlers may throw what they like. Handshakes that do not
 * come to an end are cut off at a deadline, 10 seconds after the connection was accepted unless told otherwise. Only so
 * many handshakes compute at a time, one for each processor, so that established connections are served as quickly
 * during a storm of them. Code of the application's that may wait in a handshake (trust managers, keys of other providers, key logs, an
 * {@code SSLContext}) does not count as computing: it runs in the connection's own virtual thread, holds up no other handshake, and is interrupted
 * at the deadline. Accepting goes on when it fails, for instance for want of file descriptors. Until it is
 * closed, a server keeps the JVM running.
 *
 * <p><b>What it tells.</b> {@link #statistics} counts. Failures are logged under the name of this class, a line each:
 * handlers' own exceptions as errors; clients that fail TLS or a deadline at level info, those that just go away at
 * level debug. JDK Flight Recorder has the events {@code io.parktls.Handshake} and {@code io.parktls.Close}, both disabled
 * unless a recording enables them by name.
 *
 * <p>Thread-safe.
 */
public final class TlsServer implements Closeable {
    private static final Logger LOG = LogManager.getLogger(TlsServer.class);

    /** How long {@link #close()} lets handlers go on. */
    private static final Duration CLOSE_LIMIT = Duration.ofSeconds(10);

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
     * Listens on an address and serves, with the defaults that are named at {@link Builder}.
     *
     * @param address as {@link Builder#open}
     * @throws IOException if the address is not to be had
     */
    public static TlsServer open(TlsContext context, SocketAddress address, TlsHandler handler) throws IOException {
        return builder(context).handler(handler).open(address);
    }

    /**
     * A builder with the defaults named at its methods.
     *
     * @param context what connections are made from
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
                connection.abort("no thread for it");
            }
        }
    }

    /** Takes note that a connection is through, but for the client to close its end, too. */
    void lingers(ServerConnection connection) {
        connections.lingers(connection);
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

    // ---- while it runs

    /** Where it listens; with the port that was chosen. */
    public SocketAddress localAddress() {
        return localAddress;
    }

    /** What new connections are made from. */
    public TlsContext context() {
        return context;
    }

    /**
     * Has connections that are accepted from now on made from another context: with other identities, other trust.
     * Those that are there stay as they are.
     *
     * @throws IllegalArgumentException if a handler is for an application protocol that the context does not have
     */
    public void context(TlsContext replacement) {
        settings.routes().requireProtocols(replacement);
        this.context = replacement;
        LOG.info("{}: new connections use {}", localAddress, replacement);
    }

    /** What it has seen so far. */
    public TlsServerStatistics statistics() {
        return connections.statistics(gate.queued());
    }

    /** Whether nobody has begun to close it. */
    public boolean isOpen() {
        return !closing.get();
    }

    boolean isClosing() {
        return closing.get();
    }

    // ---- the end

    /**
     * How a server ended.
     *
     * @param drained connections that were open when the closing began, and came to their end
     * @param aborted connections whose handler or handshake was not through when the time was up
     */
    public record CloseReport(int drained, int aborted) {}

    /** {@link #close(Duration)} within 10 seconds. */
    @Override
    public void close() {
        close(CLOSE_LIMIT);
    }

    /**
     * Closes the server without leaving a request that has arrived unanswered.
     *
     * <ol>
     *   <li>It stops listening. Clients that were not accepted are refused by the system.
     *   <li>Handshakes that have begun go on, connections that have sent nothing yet are closed.
     *   <li>Handlers go on: they read what has arrived, and write. Where one would have to wait for more, it gets a
     *       {@link ServerDrainingException}: at once if it has read nothing since it last wrote, after half of the
     *       limit otherwise.
     *   <li>As handlers end, their clients get close_notify, and up to a second to answer it. A client that is still sending has
     *       longer, up to the limit, so that it can read all that the handler has written.
     *   <li>Shortly before the limit, connections whose handlers are not through get close_notify too, and are closed.
     * </ol>
     *
     * A call while another one is at it waits for that, and has the same report. Not to be called by a handler.
     *
     * @param limit for all together; null or zero for none
     */
    public CloseReport close(@Nullable Duration limit) {
        long nanos = TimeLimits.nanos(limit);
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
        LOG.info("{}: closed: {}", localAddress, report);
        return report;
    }

    private void stopAccepting() {
        try {
            acceptor.close();
        } catch (IOException e) {
            LOG.warn("{}: cannot stop listening: {}", localAddress, e.toString());
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

    /** Gathers the settings of a {@link TlsServer}. Not thread-safe. */
    public static final class Builder {
        private static final int PROCESSORS = Runtime.getRuntime().availableProcessors();

        private final TlsContext context;
        private HandlerRoutes routes = HandlerRoutes.none();
        private int backlog = 1_024;
        private int maxConnections = Integer.MAX_VALUE;
        private int handshakeParallelism = PROCESSORS;
        private int handshakeQueue = 1_024 * PROCESSORS;
        private boolean proxyProtocol;
        private @Nullable Duration handshakeTimeout = TlsSocket.SERVER_HANDSHAKE_LIMIT;
        private @Nullable Duration readTimeout;
        private @Nullable Duration writeTimeout;
        private @Nullable Duration idleTimeout;
        private UnaryOperator<Acceptor.Source> acceptFilter = UnaryOperator.identity();

        private Builder(TlsContext context) {
            this.context = context;
        }

        /** What serves connections that no other handler is for. Without it they are closed after the handshake. */
        public Builder handler(TlsHandler handler) {
            this.routes = routes.with(null, null, handler);
            return this;
        }

        /**
         * What serves connections of clients that ask for a host by SNI.
         *
         * @param host a name; {@code *.} and a domain stands for all its direct subdomains
         */
        public Builder hostHandler(String host, TlsHandler handler) {
            this.routes = routes.with(host, null, handler);
            return this;
        }

        /**
         * What serves connections on which ALPN has agreed on a protocol, if no handler is for their host.
         *
         * @param protocol one of the context's
         */
        public Builder protocolHandler(String protocol, TlsHandler handler) {
            this.routes = routes.with(null, protocol, handler);
            return this;
        }

        /** What serves connections of a host and protocol; before the handlers for either alone. */
        public Builder handler(String host, String protocol, TlsHandler handler) {
            this.routes = routes.with(host, protocol, handler);
            return this;
        }

        /**
         * How many connections the system may hold that are not accepted yet; by default 1,024, and what the system
         * allows.
         */
        public Builder backlog(int connections) {
            this.backlog = positive(connections, "backlog");
            return this;
        }

        /**
         * How many connections may be open at a time; by default as many as the system lets. While there are that many,
         * none is accepted: further clients wait in the system's queue (see {@link #backlog}) until others have gone.
         */
        public Builder maxConnections(int connections) {
            this.maxConnections = positive(connections, "maxConnections");
            return this;
        }

        /**
         * How many handshakes may compute at a time; by default one for each processor. Those that run code of the application's do not
         * count meanwhile.
         */
        public Builder handshakeParallelism(int handshakes) {
            this.handshakeParallelism = positive(handshakes, "handshakeParallelism");
            return this;
        }

        /**
         * How many handshakes may wait for a processor; by default 1,024 for each processor, about what can be computed
         * within the deadline. Further clients are refused: their connections are closed without an answer.
         */
        public Builder handshakeQueue(int handshakes) {
            this.handshakeQueue = positive(handshakes, "handshakeQueue");
            return this;
        }

        /**
         * How long a client may take from being accepted to the end of its handshake, its time in the queue included;
         * by default 10 seconds.
         *
         * @param limit null or zero for no limit
         */
        public Builder handshakeTimeout(@Nullable Duration limit) {
            this.handshakeTimeout = limit;
            return this;
        }

        /**
         * {@link TlsSocket#readTimeout} of the connections; by default none.
         *
         * @param limit null or zero for none
         */
        public Builder readTimeout(@Nullable Duration limit) {
            this.readTimeout = limit;
            return this;
        }

        /**
         * {@link TlsSocket#writeTimeout} of the connections; by default none.
         *
         * @param limit null or zero for none
         */
        public Builder writeTimeout(@Nullable Duration limit) {
            this.writeTimeout = limit;
            return this;
        }

        /**
         * How long a connection may be open without a byte moving in either direction; by default for ever. Then it is
         * closed, and what its handler is waiting for ends with an {@link
         * java.nio.channels.AsynchronousCloseException}. Found out up to a quarter late.
         *
         * @param limit null or zero for none
         */
        public Builder idleTimeout(@Nullable Duration limit) {
            this.idleTimeout = limit;
            return this;
        }

        /**
         * Whether each connection begins with a header of the PROXY protocol, version 1 or 2; by default not. Its
         * content is {@link TlsSocket#proxyHeader}. Connections without, or with a malformed one, are dropped. Only for
         * servers that nobody but the proxy can connect to, since anybody could write a header.
         */
        public Builder proxyProtocol(boolean expected) {
            this.proxyProtocol = expected;
            return this;
        }

        /** Puts something between the server and the system's accept. */
        Builder acceptFilter(UnaryOperator<Acceptor.Source> filter) {
            this.acceptFilter = filter;
            return this;
        }

        /**
         * Listens on an address and serves.
         *
         * @param address a TCP address, with port 0 for any free one, or a {@link UnixDomainSocketAddress}, whose file
         *     must not exist yet and is left to the caller to delete
         * @throws IOException if the address is not to be had
         * @throws IllegalArgumentException if there is no handler, or one for an application protocol that the context
         *     does not have, or a limit is negative
         */
        public TlsServer open(SocketAddress address) throws IOException {
            if (routes.isEmpty()) {
                throw new IllegalArgumentException("no handler");
            }
            routes.requireProtocols(context);
            for (Duration limit : new @Nullable Duration[] {handshakeTimeout, readTimeout, writeTimeout, idleTimeout}) {
                TimeLimits.nanos(limit);
            }
            ServerSettings settings =
                    new ServerSettings(routes, proxyProtocol, handshakeTimeout, readTimeout, writeTimeout, idleTimeout);
            ServerSocketChannel listener = Acceptor.listen(address, backlog);
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

        private static int positive(int value, String what) {
            if (value < 1) {
                throw new IllegalArgumentException(what + " below 1: " + value);
            }
            return value;
        }
    }
}
