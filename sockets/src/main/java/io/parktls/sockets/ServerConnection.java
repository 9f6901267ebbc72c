package io.parktls.sockets;

import io.parktls.Interest;
import io.parktls.TlsConnection;
import io.parktls.TlsFailure;
import io.parktls.TlsSession;
import io.parktls.TlsTruncatedException;
import io.parktls.bio.Bio;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ProtocolException;
import java.net.SocketAddress;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.Objects;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;
import org.jspecify.annotations.Nullable;

/** One connection of a server, from its acceptance to its end: what its virtual thread does. */
final class ServerConnection implements Runnable {
    private static final Logger LOG = LogManager.getLogger(TlsServer.class);
    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

    private final TlsServer server;
    private final SocketChannel channel;
    private final ChannelParking parking;
    private final @Nullable SocketAddress peer;

    /** Set when TLS begins: before that there may be a PROXY header to read. */
    private volatile @Nullable TlsSocket socket;

    private volatile boolean established;

    /** Set by itself when it begins. */
    private volatile @Nullable Thread thread;

    /** Why the server ended it, if it did: what its thread meets then is no failure. */
    private volatile @Nullable String ended;

    /** Touched by the thread that looks for idle connections, as is the next. */
    private long bytesSeen = -1;

    private long lastMove;

    ServerConnection(TlsServer server, SocketChannel channel) throws IOException {
        this.server = server;
        this.channel = channel;
        this.peer = channel.getRemoteAddress();
        this.parking = ChannelParking.orClose(channel);
    }

    @Override
    public void run() {
        thread = Thread.currentThread();
        try {
            TlsSocket opened = open();
            if (opened != null) {
                serve(opened);
            }
        } finally {
            server.ended(this);
        }
    }

    // ---- the handshake

    /** The socket with the handshake done; null if that failed. */
    private @Nullable TlsSocket open() {
        try {
            shakeHands();
            return socket;
        } catch (IOException | RuntimeException e) {
            handshakeFailed(e);
            close();
            return null;
        } catch (Error e) {
            LOG.error("{}: handshake failed", peer, e);
            abort("out of order");
            return null;
        }
    }

    private void shakeHands() throws IOException {
        ServerSettings settings = server.settings();
        HandshakeWaiter waiter = new HandshakeWaiter(parking, TimeLimits.nanos(settings.handshakeTimeout()));
        SocketChannels.noDelayOfAccepted(channel);
        ByteBuffer arrived = NOTHING;
        ProxyHeader proxyHeader = null;
        if (settings.proxyProtocol()) {
            arrived = ByteBuffer.allocate(ProxyHeaderParser.MOST);
            proxyHeader = readProxyHeader(arrived, waiter);
        }
        boolean begun = arrived.hasRemaining();
        Bio bio = begun ? new PrefixedBio(arrived, Bio.of(channel)) : Bio.of(channel);
        TlsConnection connection = server.context().accept(bio);
        TlsSocket opened = new TlsSocket(connection, parking, channel, proxyHeader);
        opened.readTimeout(settings.readTimeout());
        opened.writeTimeout(settings.writeTimeout());
        socket = opened;
        if (server.isClosing()) {
            opened.drain(false);
        }
        opened.handshake(w -> server.gate().handshake(connection, begun, w), waiter);
        established = true;
        server.counters().handshakes.increment();
    }

    /** Reads the header, and perhaps some of what follows, which is left in the buffer. */
    private ProxyHeader readProxyHeader(ByteBuffer buffer, Waiter waiter) throws IOException {
        for (; ; ) {
            int n = channel.read(buffer);
            if (n < 0) {
                throw new ProtocolException("the connection ended before a whole PROXY header had come");
            }
            if (n == 0) {
                waiter.await(Interest.READ);
                continue;
            }
            int end = buffer.position();
            buffer.flip();
            ProxyHeader header = ProxyHeaderParser.parse(buffer);
            if (header != null) {
                return header;
            }
            buffer.limit(buffer.capacity()).position(end);
        }
    }

    private void handshakeFailed(Exception cause) {
        server.counters().handshakeFailed(cause);
        String end = ended;
        if (end != null) {
            LOG.debug("{}: {} in the handshake", peer, end);
            return;
        }
        switch (cause) {
            case ProtocolException malformed -> LOG.warn("{}: dropped: {}", peer, malformed.getMessage());
            case TlsTruncatedException gone -> LOG.debug("{}: gone in the handshake: {}", peer, gone.getMessage());
            case TlsFailure failure -> LOG.info("{}: handshake failed: {}", peer, inOneLine(cause, failure));
            case SocketTimeoutException late -> LOG.info("{}: {}", peer, late.getMessage());
            case HandshakeGate.RefusedException refused -> LOG.info("{}: {}", peer, refused.getMessage());
            case IOException gone -> LOG.debug("{}: gone in the handshake: {}", peer, gone.toString());
            default -> LOG.error("{}: handshake failed", peer, cause);
        }
    }

    private static String inOneLine(Exception cause, TlsFailure failure) {
        String alert = failure.alert()
                .map(sent -> (failure.isAlertReceived() ? " [received " : " [sent ") + sent + "]")
                .orElse("");
        return cause.getMessage() + alert;
    }

    // ---- the handler

    @SuppressWarnings("CatchingUnchecked") // whatever a handler does, it does to its own connection
    private void serve(TlsSocket opened) {
        try {
            TlsSession session = opened.session();
            TlsHandler handler = server.settings().routes().choose(session);
            if (handler == null) {
                server.counters().unrouted.increment();
                LOG.info("{}: no handler for it: {}", peer, session);
            } else {
                handler.handle(opened);
            }
        } catch (ServerDrainingException e) {
            LOG.debug("{}: {}", peer, e.getMessage());
        } catch (Exception | Error e) {
            handlerFailed(e);
        } finally {
            close();
        }
    }

    private void handlerFailed(Throwable thrown) {
        Throwable cause =
                thrown instanceof UncheckedIOException ? Objects.requireNonNullElse(thrown.getCause(), thrown) : thrown;
        String end = ended;
        if (end != null) {
            LOG.debug("{}: handler ended: {}: {}", peer, end, cause.toString());
            return;
        }
        server.counters().handlerFailures.increment();
        switch (cause) {
            case TlsTruncatedException gone -> LOG.debug("{}: {}", peer, gone.getMessage());
            case TlsFailure failure -> LOG.info("{}: TLS failed: {}", peer, inOneLine((Exception) failure, failure));
            case SocketTimeoutException late -> LOG.info("{}: {}", peer, late.getMessage());
            case IOException failure -> LOG.debug("{}: {}", peer, failure.toString());
            default -> LOG.error("{}: the handler failed", peer, cause);
        }
    }

    // ---- the end

    /** From its own thread, whose interrupts were meant for what is over now. */
    private void close() {
        Thread.interrupted();
        TlsSocket current = socket;
        try {
            if (current == null) {
                channel.close();
                parking.close();
            } else {
                close(current);
            }
        } catch (IOException e) {
            LOG.debug("{}: closing: {}", peer, e.toString());
        }
    }

    /** The connection's own thread waits for the peer, or for the thread that the handler's close() has started. */
    private void close(TlsSocket current) throws IOException {
        SocketCloser.Linger rest = current.beginClose();
        if (rest != null) {
            server.lingers(this);
            rest.run();
        } else if (!current.isClosed()) {
            server.lingers(this);
            current.awaitClosed();
        }
    }

    /** Whether the handshake is done. */
    boolean isEstablished() {
        return established;
    }

    /** The connection, once TLS has begun. */
    @Nullable
    TlsConnection connection() {
        TlsSocket current = socket;
        return current == null ? null : current.connection();
    }

    /**
     * The server is closing: ends what has not begun, and reading between requests.
     *
     * @param all also handshakes and reading in the middle of requests
     */
    void drain(boolean all) {
        TlsSocket current = socket;
        if (current != null) {
            current.drain(all);
        }
        boolean begun = current != null && current.connection().bytesReceived() > 0;
        if (!begun || (all && !established)) {
            abort("the server is closing");
        }
    }

    /** The server is closing, and the handler is through: the client has less time to close, too. */
    void hurry() {
        TlsSocket current = socket;
        if (current != null) {
            current.drain(true);
        }
    }

    /** Closes the channel of a connection whose handler is through. */
    void endLinger() {
        TlsSocket current = socket;
        try {
            if (current != null) {
                current.endLinger();
            }
        } catch (IOException e) {
            LOG.debug("{}: closing: {}", peer, e.toString());
        }
    }

    /** Says goodbye to a client whose handler is not through. */
    void goodbye(String reason, Duration limit) {
        ended = reason;
        TlsSocket current = socket;
        try {
            if (current != null && established) {
                current.close(limit);
            }
        } catch (IOException e) {
            LOG.debug("{}: closing: {}", peer, e.toString());
        }
    }

    /** Ends it at once, whatever its thread is doing. */
    void abort(String reason) {
        ended = reason;
        Thread current = thread;
        if (current != null) {
            current.interrupt();
        }
        endSocket();
    }

    private void endSocket() {
        TlsSocket current = socket;
        try {
            if (current != null) {
                current.abort();
            } else {
                parking.beginClose();
                channel.close();
                parking.close();
            }
        } catch (IOException e) {
            LOG.debug("{}: aborting: {}", peer, e.toString());
        }
    }

    /**
     * Ends it if nothing has moved for some time.
     *
     * @param now in {@link System#nanoTime}
     * @param limit in nanoseconds
     */
    void endIfIdle(long now, long limit) {
        TlsSocket current = socket;
        if (current == null || !established) {
            return;
        }
        long bytes = current.connection().bytesReceived() + current.connection().bytesSent();
        if (bytes != bytesSeen) {
            bytesSeen = bytes;
            lastMove = now;
        } else if (now - lastMove >= limit && ended == null) {
            ended = "idle";
            server.counters().idled.increment();
            LOG.debug(
                    "{}: idle for {} s", peer, Duration.ofNanos(now - lastMove).toSeconds());
            Thread.ofVirtual().name("parktls-idle").start(() -> closeIdle(current));
        }
    }

    /** The connection's own thread waits for the peer: its handler's operations end now. */
    private void closeIdle(TlsSocket current) {
        try {
            current.close();
        } catch (IOException e) {
            LOG.debug("{}: closing: {}", peer, e.toString());
        }
    }

    @Override
    public String toString() {
        TlsSocket current = socket;
        return current == null ? String.valueOf(peer) : current.toString();
    }
}
