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
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** One connection of a server, from its acceptance to its end. Its virtual thread runs this. */
final class ServerConnection implements Runnable {
    private static final ByteBuffer EMPTY = ByteBuffer.allocate(0);

    private final TlsServer server;
    private final SocketChannel channel;
    private final ChannelParking parking;
    private final @Nullable SocketAddress peer;

    /** Null while a PROXY header may have to be read, before TLS begins. Written by the connection's thread. */
    private volatile @Nullable TlsSocket socket;

    /** Whether the handshake is done. Written by the connection's thread. */
    private volatile boolean established;

    /** The connection's thread. Written by that thread when it starts. */
    private volatile @Nullable Thread thread;

    /** Why the server ended the connection; null if it did not. Exceptions after that are not logged as failures. */
    private volatile @Nullable String endReason;

    /** When the connection was accepted, by the clock of {@link System#nanoTime}. */
    private final long accepted = System.nanoTime();

    /** The failure of the handshake; null if it did not fail. Used by the connection's thread only. */
    private @Nullable TlsHandshakeFailure failure;

    /** How many bytes had been moved at {@link #lastActivity}. Used by the thread that looks for idle connections. */
    private long bytesSeen = -1;

    /** By the clock of {@link System#nanoTime}. Used by the thread that looks for idle connections. */
    private long lastActivity;

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
            tellListener();
        }
    }

    // ---- the handshake

    /** Performs the handshake and returns the socket; returns null if the handshake failed. */
    private @Nullable TlsSocket open() {
        try {
            handshake();
            return socket;
        } catch (IOException | RuntimeException e) {
            handshakeFailed(e);
            close();
            return null;
        } catch (Error e) {
            ServerLog.get().error("{}: handshake failed", peer, e);
            noteFailure(e);
            abort("internal error in the handshake");
            return null;
        }
    }

    private void noteFailure(Throwable cause) {
        if (server.settings().failureListener() != null) {
            failure = TlsHandshakeFailure.of(peer, socket, cause, Duration.ofNanos(System.nanoTime() - accepted));
        }
    }

    /**
     * Passes a failed handshake to the listener. The connection does not count as one of the server's any more, so
     * nothing waits for the listener.
     */
    @SuppressWarnings("CatchingUnchecked") // whatever the listener throws ends with its own thread
    private void tellListener() {
        Consumer<TlsHandshakeFailure> listener = server.settings().failureListener();
        TlsHandshakeFailure noted = failure;
        if (listener == null || noted == null) {
            return;
        }
        // An interrupt was meant for the handshake.
        Thread.interrupted();
        try {
            listener.accept(noted);
        } catch (Exception | Error e) {
            ServerLog.get().error("{}: the listener for failed handshakes failed", peer, e);
        }
    }

    private void handshake() throws IOException {
        ServerSettings settings = server.settings();
        HandshakeWaiter waiter = new HandshakeWaiter(parking, TimeLimits.nanos(settings.handshakeTimeout()));
        SocketChannels.noDelayOfAccepted(channel);
        ByteBuffer arrived = EMPTY;
        ProxyHeader proxyHeader = null;
        if (settings.proxyProtocol()) {
            arrived = ByteBuffer.allocate(ProxyHeaderParser.MAX_SIZE);
            proxyHeader = readProxyHeader(arrived, waiter);
        }
        boolean begun = arrived.hasRemaining();
        Bio bio = begun ? new PrefixedBio(arrived, Bio.of(channel)) : Bio.of(channel);
        TlsConnection connection = server.context().accept(bio);
        SocketAddress client = proxyHeader == null ? peer : proxyHeader.source();
        if (client != null) {
            connection.setRemoteAddress(client);
        }
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
        if (opened.session().resumed()) {
            server.counters().resumed.increment();
        }
    }

    /** Reads the PROXY header. Bytes that were read beyond the header remain in the buffer. */
    private ProxyHeader readProxyHeader(ByteBuffer buffer, Waiter waiter) throws IOException {
        for (; ; ) {
            int n = channel.read(buffer);
            if (n < 0) {
                throw new ProtocolException("the connection ended before a complete PROXY header arrived");
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
        String reason = endReason;
        if (reason != null) {
            ServerLog.get().debug("{}: closed during the handshake: {}", peer, reason);
            return;
        }
        noteFailure(cause);
        switch (cause) {
            case ProtocolException malformed -> ServerLog.get().warn("{}: dropped: {}", peer, malformed.getMessage());
            case TlsTruncatedException gone ->
                ServerLog.get().debug("{}: the client disconnected during the handshake: {}", peer, gone.getMessage());
            case TlsFailure failure ->
                ServerLog.get().info("{}: handshake failed: {}", peer, messageWithAlert(cause, failure));
            case SocketTimeoutException late -> ServerLog.get().info("{}: {}", peer, late.getMessage());
            case HandshakeGate.RefusedException refused -> ServerLog.get().info("{}: {}", peer, refused.getMessage());
            case IOException gone ->
                ServerLog.get().debug("{}: the client disconnected during the handshake: {}", peer, gone.toString());
            default -> ServerLog.get().error("{}: handshake failed", peer, cause);
        }
    }

    private static String messageWithAlert(Exception cause, TlsFailure failure) {
        String alert = failure.alert()
                .map(sent -> (failure.isAlertReceived() ? " [received " : " [sent ") + sent + "]")
                .orElse("");
        return cause.getMessage() + alert;
    }

    // ---- the handler

    @SuppressWarnings("CatchingUnchecked") // a failure of a handler must end only its own connection
    private void serve(TlsSocket opened) {
        try {
            TlsSession session = opened.session();
            TlsHandler handler = server.settings().routes().choose(session);
            if (handler == null) {
                server.counters().unrouted.increment();
                ServerLog.get().info("{}: closed, since no handler matches: {}", peer, session);
            } else {
                handler.handle(opened);
            }
        } catch (ServerDrainingException e) {
            ServerLog.get().debug("{}: {}", peer, e.getMessage());
        } catch (Exception | Error e) {
            handlerFailed(e);
        } finally {
            close();
        }
    }

    private void handlerFailed(Throwable thrown) {
        Throwable cause =
                thrown instanceof UncheckedIOException ? Objects.requireNonNullElse(thrown.getCause(), thrown) : thrown;
        String reason = endReason;
        if (reason != null) {
            ServerLog.get().debug("{}: closed while its handler was running: {}: {}", peer, reason, cause.toString());
            return;
        }
        server.counters().handlerFailures.increment();
        switch (cause) {
            case TlsTruncatedException gone -> ServerLog.get().debug("{}: {}", peer, gone.getMessage());
            case TlsFailure failure ->
                ServerLog.get().info("{}: TLS failed: {}", peer, messageWithAlert((Exception) failure, failure));
            case SocketTimeoutException late -> ServerLog.get().info("{}: {}", peer, late.getMessage());
            case IOException failure -> ServerLog.get().debug("{}: {}", peer, failure.toString());
            default -> ServerLog.get().error("{}: the handler failed", peer, cause);
        }
    }

    // ---- closing

    /** Closes the connection. Called by the connection's thread. */
    private void close() {
        // An interrupt was meant for the handshake or the handler, and must not shorten the close.
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
            ServerLog.get().debug("{}: closing: {}", peer, e.toString());
        }
    }

    /** Lingers in the calling thread, or waits for the thread that lingers if the handler has closed the socket. */
    private void close(TlsSocket current) throws IOException {
        SocketCloser.Linger rest = current.beginClose();
        if (rest != null) {
            server.beganLinger(this);
            rest.run();
        } else if (!current.isClosed()) {
            server.beganLinger(this);
            current.awaitClosed();
        }
    }

    boolean isEstablished() {
        return established;
    }

    /** Returns the TLS connection; null before TLS has begun. */
    @Nullable
    TlsConnection connection() {
        TlsSocket current = socket;
        return current == null ? null : current.connection();
    }

    /**
     * Drains the connection because the server is closing: aborts it if the client has sent nothing yet, and ends
     * reading between requests.
     *
     * @param all whether to also abort an unfinished handshake, and end reading in the middle of a request
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

    /** Reduces the time that the client has for closing its end, because the server is closing. */
    void shortenLinger() {
        TlsSocket current = socket;
        if (current != null) {
            current.drain(true);
        }
    }

    /** Closes the channel of a lingering connection. */
    void endLinger() {
        TlsSocket current = socket;
        try {
            if (current != null) {
                current.endLinger();
            }
        } catch (IOException e) {
            ServerLog.get().debug("{}: closing: {}", peer, e.toString());
        }
    }

    /** Closes an established connection whose handler has not returned, with close_notify. */
    void closeUnfinished(String reason, Duration timeout) {
        endReason = reason;
        TlsSocket current = socket;
        try {
            if (current != null && established) {
                current.close(timeout);
            }
        } catch (IOException e) {
            ServerLog.get().debug("{}: closing: {}", peer, e.toString());
        }
    }

    /** Ends the connection at once, and interrupts its thread. */
    void abort(String reason) {
        endReason = reason;
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
            ServerLog.get().debug("{}: aborting: {}", peer, e.toString());
        }
    }

    /**
     * Closes the connection if no byte has moved for some time.
     *
     * @param now by the clock of {@link System#nanoTime}
     * @param timeout the idle timeout in nanoseconds
     */
    void closeIfIdle(long now, long timeout) {
        TlsSocket current = socket;
        if (current == null || !established) {
            return;
        }
        long bytes = current.connection().bytesReceived() + current.connection().bytesSent();
        if (bytes != bytesSeen) {
            bytesSeen = bytes;
            lastActivity = now;
        } else if (now - lastActivity >= timeout && endReason == null) {
            endReason = "idle";
            server.counters().idled.increment();
            ServerLog.get()
                    .debug(
                            "{}: idle for {} s, closing it",
                            peer,
                            Duration.ofNanos(now - lastActivity).toSeconds());
            Thread.ofVirtual().name("parktls-idle").start(() -> closeIdle(current));
        }
    }

    /**
     * Closes the socket, which ends the handler's operations. The connection's thread then waits for the linger to end.
     */
    private void closeIdle(TlsSocket current) {
        try {
            current.close();
        } catch (IOException e) {
            ServerLog.get().debug("{}: closing: {}", peer, e.toString());
        }
    }

    @Override
    public String toString() {
        TlsSocket current = socket;
        return current == null ? String.valueOf(peer) : current.toString();
    }
}
