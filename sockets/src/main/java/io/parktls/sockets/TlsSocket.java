package io.parktls.sockets;

import io.parktls.TlsConnection;
import io.parktls.TlsContext;
import io.parktls.TlsHandshakeException;
import io.parktls.TlsSession;
import io.parktls.TlsStatus;
import io.parktls.TlsTruncatedException;
import io.parktls.Waiting;
import io.parktls.bio.Bio;
import io.parktls.bio.NotifyingBio;
import io.parktls.sockets.flight.FlightRecords;
import io.parktls.sockets.flight.HandshakeEvent;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.SocketOption;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ByteChannel;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.Optional;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * A TLS connection whose operations block the calling thread, virtual or platform, until they complete.
 *
 * {@snippet :
 * try (TlsSocket socket = TlsSocket.connect(TlsContext.client(), "example.org", 443)) {
 *     String request = "GET / HTTP/1.1\r\nHost: example.org\r\nConnection: close\r\n\r\n";
 *     socket.outputStream().write(request.getBytes(US_ASCII));
 *     socket.inputStream().transferTo(System.out);
 * }
 * }
 *
 * <p><b>Handshake.</b> {@link #doHandshake} performs the handshake. A read or a write performs it first if it is not
 * done.
 *
 * <p><b>Threads.</b> One thread may read while another writes, and neither waits for the other. Further readers and
 * writers wait for their turn. Any thread may close or abort the socket: operations that are waiting in other threads
 * then fail with an {@link AsynchronousCloseException}.
 *
 * <p><b>Timeouts</b> apply to an operation as a whole: a peer that sends a byte now and then does not extend them.
 * The exception is {@link #idleTimeout}, which limits each wait for the peer.
 * Timeouts and interrupts work the same way for virtual and platform threads. A handshake or a read that timed out
 * ({@link SocketTimeoutException}) or was interrupted ({@link InterruptedIOException}, the thread's interrupt flag
 * stays set) can be called again. After a write has timed out, every later write fails, because it is unknown how much
 * has arrived; after a write was interrupted, later writes fail if a record was only partly sent. Reading still works.
 *
 * <p><b>Application code in a handshake</b>, such as a trust manager, a key of another provider or a key log, runs in
 * the thread that performs the handshake, and may block. The socket interrupts that code when the handshake's deadline
 * passes or another thread closes the socket, and clears the interrupt flag afterwards. When the deadline passes, the
 * connection ends as well, whatever the code does.
 *
 * <p><b>Failures.</b> TLS failures are {@link SSLException}s. Every later call in the same direction throws the first
 * failure again. A failed socket must be closed like any other.
 *
 * <p><b>Unreachable sockets.</b> A socket that is dropped without being closed does not leak: once the socket, its
 * streams and its {@link #connection} are unreachable, its channel is closed, without close_notify, and so is the
 * socket underneath if it belongs to this one. A socket over a pipe without a channel is not closed, since the pipe
 * belongs to the application.
 *
 * <p><b>Half-close.</b> Each direction ends on its own. {@link #shutdownOutput} ends the outgoing direction: the peer
 * reads to the end of the stream, and this end can still read. Once the peer has sent close_notify too, reads return
 * -1. If the connection ends without the peer's close_notify, reads throw {@link TlsTruncatedException}. A TLS 1.2 peer
 * may answer close_notify by closing (RFC 5246 7.2.1), which loses all data that it has not sent yet. Use half-close
 * only with peers that are known to follow TLS 1.3 (RFC 8446 6.1).
 */
public final class TlsSocket implements ByteChannel {
    /** How long {@link #close()} tries to send close_notify, in nanoseconds. */
    private static final long CLOSE_NOTIFY_TIMEOUT = 1_000_000_000;

    /** The default handshake timeout of a server. */
    static final Duration SERVER_HANDSHAKE_TIMEOUT = Duration.ofSeconds(10);

    private final TlsConnection connection;
    private final Parking parking;

    /** The channel that this socket configures and closes; null if the socket was made from a pipe alone. */
    private final @Nullable SocketChannel channel;

    /** All timeouts are in nanoseconds; 0 means none. */
    private volatile long handshakeTimeout;

    private volatile long readTimeout;
    private volatile long writeTimeout;
    private volatile long idleTimeout;

    /** The PROXY header of the connection; null unless the server expects one. */
    private final @Nullable ProxyHeader proxyHeader;

    /** Whether the server that this socket belongs to is closing. Never reset. */
    private volatile boolean draining;

    /** Whether nothing was read since the last write. Written by the reader and the writer. */
    private volatile boolean betweenRequests = true;

    /** Whether the pipe is our own: closing it runs no application code and does not block. */
    private final boolean ownPipe;

    private TlsSocket(TlsConnection connection, Parking parking) {
        this(connection, parking, null, false, null);
    }

    /** Creates a socket whose channel is closed once neither the socket nor its connection is reachable. */
    private TlsSocket(TlsConnection connection, ChannelParking parking, SocketChannel channel, boolean ownPipe) {
        this(connection, parking, channel, ownPipe, null);
        parking.closeAfter(connection);
    }

    /** Creates a socket for {@link TlsServer}, which always closes it: it needs no cleaner. */
    TlsSocket(
            TlsConnection connection,
            Parking parking,
            @Nullable SocketChannel channel,
            @Nullable ProxyHeader proxyHeader) {
        this(connection, parking, channel, true, proxyHeader);
    }

    private TlsSocket(
            TlsConnection connection,
            Parking parking,
            @Nullable SocketChannel channel,
            boolean ownPipe,
            @Nullable ProxyHeader proxyHeader) {
        this.ownPipe = ownPipe;
        this.connection = connection;
        this.parking = parking;
        this.channel = channel;
        this.proxyHeader = proxyHeader;
    }

    // ---- factories

    /**
     * Connects to a host like {@link #connect(TlsContext, String, int, Duration)}, with no timeout but the system's.
     *
     * @param context the context of the connection
     * @param host the name or IP address to connect to and to verify; a name is also sent as SNI
     * @param port the TCP port to connect to
     * @return a socket whose handshake has not begun
     * @throws IOException as {@link #connect(TlsContext, String, int, Duration)}
     */
    public static TlsSocket connect(TlsContext context, String host, int port) throws IOException {
        return connect(context, host, port, null);
    }

    /**
     * Connects to a host over TCP and returns a socket whose handshake has not begun.
     *
     * <p>The method tries the host's addresses one after the other and uses the first that accepts the connection.
     *
     * @param context the context of the connection
     * @param host the name or IP address to connect to and to verify; a name is also sent as SNI
     * @param port the TCP port to connect to
     * @param timeout for all addresses together, excluding the name lookup; null or zero for the system's timeout only
     * @return a socket whose handshake has not begun
     * @throws IllegalArgumentException if the host is neither a name nor an address, or the timeout is negative
     * @throws java.net.UnknownHostException if the name has no address
     * @throws SocketTimeoutException if the timeout has expired
     * @throws InterruptedIOException if the thread was interrupted
     * @throws IOException if no address accepts the connection; the failures of the second and further addresses are
     *     suppressed exceptions of the first
     */
    public static TlsSocket connect(TlsContext context, String host, int port, @Nullable Duration timeout)
            throws IOException {
        Connector.Connected tcp = Connector.connect(host, port, TimeLimits.nanos(timeout));
        return client(context, tcp.channel(), tcp.parking(), host, port);
    }

    /**
     * Creates a client socket over a connected TCP or Unix-domain channel.
     *
     * <p>The socket takes ownership of the channel: it puts the channel into non-blocking mode, sets TCP_NODELAY, and
     * closes the channel when the socket is closed. The channel is also closed if this method fails.
     *
     * @param context the context of the connection
     * @param channel a connected channel
     * @param host the name or IP address to verify; a name is also sent as SNI. Null if it is not known, which fails
     *     the handshake unless the context does not verify hosts
     * @param port the peer's port, used as a key for session caches; 0 if unknown
     * @return a socket whose handshake has not begun
     * @throws IllegalArgumentException if the host is neither a name nor an address
     * @throws IOException if the channel cannot be configured, for instance because it is closed
     */
    public static TlsSocket client(TlsContext context, SocketChannel channel, @Nullable String host, int port)
            throws IOException {
        return client(context, channel, ChannelParking.orClose(channel), host, port);
    }

    private static TlsSocket client(
            TlsContext context, SocketChannel channel, ChannelParking parking, @Nullable String host, int port)
            throws IOException {
        try {
            SocketChannels.noDelay(channel);
            return new TlsSocket(context.connect(Bio.of(channel), host, port), parking, channel, true);
        } catch (IOException | RuntimeException e) {
            channel.close();
            parking.close();
            throw e;
        }
    }

    /**
     * Creates a server socket over an accepted TCP or Unix-domain channel, and takes ownership of the channel as
     * {@link #client} does. The handshake timeout is 10 seconds by default; {@link #handshakeTimeout} changes it.
     *
     * @param context the context of the connection
     * @param channel an accepted channel
     * @return a socket whose handshake has not begun
     * @throws IOException if the channel cannot be configured, for instance because it is closed
     */
    public static TlsSocket server(TlsContext context, SocketChannel channel) throws IOException {
        ChannelParking parking = ChannelParking.orClose(channel);
        SocketChannels.noDelayOfAccepted(channel);
        TlsConnection connection = context.accept(Bio.of(channel));
        if (context.chooser().isPresent()) {
            // Nothing else needs the address, and asking for it costs an object for each connection.
            connection.setRemoteAddress(channel.getRemoteAddress());
        }
        TlsSocket socket = new TlsSocket(connection, parking, channel, true);
        socket.handshakeTimeout(SERVER_HANDSHAKE_TIMEOUT);
        return socket;
    }

    /**
     * Creates a client socket over a connected {@link Socket}, and closes that socket when this one is closed: {@link
     * #client(TlsContext, Socket, String, int, boolean)} with {@code autoClose}.
     *
     * @param context the context of the connection
     * @param socket a connected socket
     * @param host the name or IP address to verify; a name is also sent as SNI
     * @param port the peer's port, used as a key for session caches; 0 if unknown
     * @return a socket whose handshake has not begun
     * @throws IllegalArgumentException if the host is neither a name nor an address
     * @throws IOException as {@link #client(TlsContext, Socket, String, int, boolean)}
     */
    public static TlsSocket client(TlsContext context, Socket socket, String host, int port) throws IOException {
        return client(context, socket, host, port, true);
    }

    /**
     * Creates a client socket over a connected {@link Socket} of any class: one that is connected through a proxy, one
     * on which STARTTLS was agreed, another TLS socket, a subclass.
     *
     * {@snippet :
     * Socket plain = new Socket(proxy);
     * plain.connect(InetSocketAddress.createUnresolved("example.org", 443));
     * try (TlsSocket socket = TlsSocket.client(TlsContext.client(), plain, "example.org", 443)) {
     *     socket.doHandshake();
     * }
     * }
     *
     * <p>Everything that {@link TlsSocket} promises holds here too: timeouts, interrupts and {@link #close} end an
     * operation although the socket underneath goes on to block. Reads and writes of that socket therefore run in
     * virtual threads, so a socket whose streams block in native code occupies a carrier thread while it blocks.
     *
     * <p><b>Ownership.</b> This socket takes over the other one: the caller must not read, write or configure it, but
     * may close it, which ends this socket's operations with an exception. The other socket's SO_TIMEOUT becomes the
     * {@link #idleTimeout} of this socket.
     *
     * <p>If {@code autoClose} is set, {@link #close} also closes the socket underneath, after waiting up to 250 ms for
     * the peer to close its end; if the peer is still sending then, the socket is closed within 30 seconds, as with
     * channels. {@link #abort} resets the connection.
     *
     * <p>If {@code autoClose} is not set, the socket underneath stays open, and plain data may follow on it, as after
     * the CCC command of FTP (RFC 4217 12.3). {@link #close} then sends close_notify and reads up to the peer's
     * close_notify, for 5 seconds at most, or for the SO_TIMEOUT that the other socket had if that is shorter; {@link
     * #close(Duration)} sets another limit. Afterwards {@code connection().isCloseNotifyReceived()} tells whether plain
     * data may follow. No byte beyond the peer's close_notify is read, and SO_TIMEOUT is as it was before. If the peer
     * has not taken a record by then, or the handshake is not done, the stream is cut in the middle of TLS, and the
     * socket underneath can only be closed.
     *
     * @param context the context of the connection
     * @param socket a connected socket
     * @param host the name or IP address to verify; a name is also sent as SNI
     * @param port the peer's port, used as a key for session caches; 0 if unknown
     * @param autoClose whether closing this socket closes the other one
     * @return a socket whose handshake has not begun
     * @throws IllegalArgumentException if the host is neither a name nor an address
     * @throws IOException if the other socket is not connected, or closed, or one of its directions is shut down
     */
    public static TlsSocket client(
            TlsContext context, Socket socket, @Nullable String host, int port, boolean autoClose) throws IOException {
        LayeredSocket pipe = LayeredSocket.over(socket, null, autoClose);
        return layered(context.connect(pipe, host, port), pipe);
    }

    /**
     * Creates a server socket over an accepted {@link Socket}, and closes that socket when this one is closed: {@link
     * #server(TlsContext, Socket, InputStream, boolean)} with {@code autoClose}.
     *
     * @param context the context of the connection
     * @param socket a connected socket
     * @return a socket whose handshake has not begun
     * @throws IOException as {@link #client(TlsContext, Socket, String, int, boolean)}
     */
    public static TlsSocket server(TlsContext context, Socket socket) throws IOException {
        return server(context, socket, null, true);
    }

    /**
     * Creates a server socket over an accepted {@link Socket} of any class, under the terms of {@link
     * #client(TlsContext, Socket, String, int, boolean)}. The handshake timeout is 10 seconds by default; {@link
     * #handshakeTimeout} changes it.
     *
     * @param context the context of the connection
     * @param socket a connected socket
     * @param consumed bytes that were already read from the socket, for instance to find out whether the client speaks
     *     TLS; they are read to the end of this stream before the socket is; null for none
     * @param autoClose whether closing this socket closes the other one
     * @return a socket whose handshake has not begun
     * @throws IOException as {@link #client(TlsContext, Socket, String, int, boolean)}
     */
    public static TlsSocket server(TlsContext context, Socket socket, @Nullable InputStream consumed, boolean autoClose)
            throws IOException {
        LayeredSocket pipe = LayeredSocket.over(socket, consumed, autoClose);
        TlsConnection connection = context.accept(pipe);
        SocketAddress address = socket.getRemoteSocketAddress();
        if (address != null) {
            connection.setRemoteAddress(address);
        }
        TlsSocket server = layered(connection, pipe);
        server.handshakeTimeout(SERVER_HANDSHAKE_TIMEOUT);
        return server;
    }

    private static TlsSocket layered(TlsConnection connection, LayeredSocket pipe) {
        Parking parking = new NotifiedParking(pipe);
        pipe.takeOver(connection, parking);
        TlsSocket socket = new TlsSocket(connection, parking);
        socket.idleTimeout(Duration.ofMillis(pipe.soTimeout()));
        return socket;
    }

    /**
     * Creates a socket over a {@link TlsConnection} whose role is set. The connection's pipe can be:
     *
     * <ul>
     *   <li>a {@link NotifyingBio}, for instance one end of {@link Bio#pair}: the socket becomes its listener;
     *   <li>a blocking pipe, whose reads and writes wait themselves: the socket then has no timeouts and no interrupts
     *       but those of the pipe.
     * </ul>
     *
     * For a connection over a {@link Socket} see {@link #client(TlsContext, Socket, String, int, boolean)}, and for a
     * non-blocking pipe over a channel see {@link #over(TlsConnection, SocketChannel)}. Closing the socket closes
     * the pipe.
     *
     * <p>For example, TLS inside TLS:
     *
     * {@snippet :
     * TlsSocket inner = TlsSocket.over(context.connect(Bio.of(outer), host, port));
     * }
     *
     * @param connection the connection
     * @return a socket over the connection
     */
    public static TlsSocket over(TlsConnection connection) {
        Parking parking =
                connection.bio() instanceof NotifyingBio bio ? new NotifiedParking(bio) : new BlockingPipeParking();
        return new TlsSocket(connection, parking);
    }

    /**
     * Creates a socket over a {@link TlsConnection} whose role is set, and whose pipe is ready whenever a channel is,
     * for instance a pipe that counts the bytes it passes on to the channel. Closing the socket closes the pipe and the
     * channel.
     *
     * @param connection the connection
     * @param channel a connected channel; the socket puts it into non-blocking mode
     * @return a socket over the connection
     * @throws IOException if the channel cannot be configured, for instance because it is closed
     */
    public static TlsSocket over(TlsConnection connection, SocketChannel channel) throws IOException {
        return new TlsSocket(connection, ChannelParking.orClose(channel), channel, false);
    }

    // ---- operations

    /**
     * Performs the handshake and returns once it is done. Returns at once if it was already done.
     *
     * @throws io.parktls.TlsHandshakeException if the two ends could not agree
     * @throws io.parktls.TlsPeerUnverifiedException if the peer's identity could not be verified
     * @throws SSLException if the handshake failed for another reason
     * @throws SocketTimeoutException if {@link #handshakeTimeout} or {@link #idleTimeout} has expired
     * @throws InterruptedIOException if the thread was interrupted and would have to wait
     * @throws AsynchronousCloseException if another thread closed the socket during the call
     * @throws ClosedChannelException if the socket is closed
     */
    public void doHandshake() throws IOException {
        requireOpen();
        if (connection.isHandshakeDone()) {
            requireComplete(connection.doHandshake(Waiting.NEVER));
        } else {
            handshake(connection::doHandshake, new HandshakeWaiter(parking, handshakeTimeout, idleTimeout));
        }
    }

    /** Performs a whole handshake, for instance through a {@link HandshakeGate}. */
    interface Handshaker {
        TlsStatus handshake(HandshakeWaiter waiter) throws IOException;
    }

    /** Performs the handshake with the given handshaker and records it for JDK Flight Recorder. */
    void handshake(Handshaker handshaker, HandshakeWaiter waiter) throws IOException {
        waiter.socket = this;
        HandshakeEvent event = FlightRecords.handshake();
        if (event != null) {
            event.begin();
        }
        long start = System.nanoTime();
        try {
            TlsStatus status = handshakeInTime(handshaker, waiter);
            if (status == TlsStatus.CLOSED) {
                throw new TlsHandshakeException("the peer ended the handshake with close_notify", null, null);
            }
            requireComplete(status);
            record(event, waiter, start, null);
        } catch (IOException | RuntimeException e) {
            record(event, waiter, start, e);
            throw e;
        }
    }

    /**
     * Throws the reason for the interrupt, whatever else the handshake returned or threw, if foreign code was
     * interrupted.
     */
    private static TlsStatus handshakeInTime(Handshaker handshaker, HandshakeWaiter waiter) throws IOException {
        TlsStatus status;
        try {
            status = handshaker.handshake(waiter);
        } catch (IOException | RuntimeException e) {
            IOException interruption = waiter.interruption();
            if (interruption == null) {
                throw e;
            }
            interruption.addSuppressed(e);
            throw interruption;
        }
        IOException interruption = waiter.interruption();
        if (interruption != null) {
            throw interruption;
        }
        return status;
    }

    /**
     * Ends the connection when the handshake's deadline passes while application code runs in it, since that code may
     * never return. Called by the timer, which must not block: a pipe that is not our own may block when it is closed,
     * so another thread closes it.
     */
    void abortAtDeadline() {
        if (ownPipe) {
            abortQuietly();
        } else {
            Thread.ofVirtual().name("parktls-abort").start(this::abortQuietly);
        }
    }

    private void abortQuietly() {
        try {
            abort();
        } catch (IOException | RuntimeException e) {
            // The pipe cannot be closed. The thread of the handshake reports the timeout.
        }
    }

    private void record(
            @Nullable HandshakeEvent event, HandshakeWaiter waiter, long start, @Nullable Exception failure) {
        if (event == null) {
            return;
        }
        long elapsed = System.nanoTime() - start;
        event.end();
        if (event.shouldCommit()) {
            event.waiting = waiter.parked;
            event.queued = waiter.queued;
            event.foreignCode = waiter.inForeignCode;
            event.computing = Math.max(0, elapsed - waiter.parked - waiter.queued - waiter.inForeignCode);
            event.peer = String.valueOf(remoteAddress());
            event.server = connection.isServer();
            event.bytesReceived = connection.bytesReceived();
            event.bytesSent = connection.bytesSent();
            if (failure == null) {
                event.done(session());
            } else {
                event.failed(failure);
            }
            event.commit();
        }
    }

    /**
     * Reads the application data that is available, and waits for at least one byte.
     *
     * @param dst receives the data of at most one record; bytes between its new position and its limit may be
     *     overwritten
     * @return the number of bytes read; -1 once the peer has sent close_notify; 0 only if {@code dst} has no room
     * @throws TlsTruncatedException if the connection ended without close_notify
     * @throws SSLException if TLS failed
     * @throws SocketTimeoutException if {@link #readTimeout} or {@link #idleTimeout} has expired
     * @throws InterruptedIOException if the thread was interrupted and would have to wait
     * @throws AsynchronousCloseException if another thread closed the socket during the call
     * @throws ClosedChannelException if the socket is closed
     */
    @Override
    public int read(ByteBuffer dst) throws IOException {
        requireEstablished();
        if (draining && betweenRequests) {
            parking.endInput();
        }
        int before = dst.position();
        TlsStatus status = connection.read(dst, Waiter.reading(parking, readTimeout, idleTimeout));
        if (betweenRequests && dst.position() > before) {
            betweenRequests = false;
        }
        if (status == TlsStatus.CLOSED) {
            return -1;
        }
        requireComplete(status);
        return dst.position() - before;
    }

    /**
     * Writes all of {@code src}, and returns once the pipe has taken all of it.
     *
     * @return the number of bytes written: all that {@code src} had remaining
     * @throws SSLException if TLS failed
     * @throws SocketTimeoutException if {@link #writeTimeout} has expired; every later write fails too
     * @throws InterruptedIOException if the thread was interrupted and would have to wait
     * @throws AsynchronousCloseException if another thread closed the socket during the call
     * @throws ClosedChannelException if the socket is closed
     * @throws IOException if the pipe failed, or this end has sent close_notify
     */
    @Override
    public int write(ByteBuffer src) throws IOException {
        requireEstablished();
        int before = src.position();
        TlsStatus status = connection.write(src, Waiter.of(parking, "write", writeTimeout));
        if (!betweenRequests) {
            betweenRequests = true;
        }
        requireComplete(status);
        return src.position() - before;
    }

    /**
     * Sends close_notify: the peer reads to the end of the stream, and this end can still read. The channel itself
     * stays open in both directions, as with Go's {@code CloseWrite}, since some peers treat a TCP FIN as the end of
     * both directions.
     *
     * @throws IOException as {@link #write}
     */
    public void shutdownOutput() throws IOException {
        requireEstablished();
        requireComplete(connection.shutdownOutput(Waiter.of(parking, "shutdownOutput", writeTimeout)));
    }

    /**
     * Replaces the traffic keys of the outgoing direction (RFC 8446 4.6.3), and returns once the pipe has taken the
     * KeyUpdate. It follows what earlier writes have sent; if another thread is writing, the KeyUpdate comes between two
     * of its records. The peer answers a request with its next write. ParkTLS updates keys by itself before they have
     * protected too much data (RFC 8446 5.5), so programs rarely need this method.
     *
     * <p>Any thread may call this method, while others read and write. To request new keys without waiting for the
     * peer to read, use {@code connection().updateKeys(requestPeer, Waiting.NEVER)}.
     *
     * @param requestPeer whether to ask the peer to update the keys of the other direction, too
     * @throws IllegalStateException if the protocol is not TLS 1.3
     * @throws UnsupportedOperationException if the engine updates keys only by its own rules, as the JSSE engine does
     * @throws SSLException if TLS failed, or this end has sent close_notify
     * @throws SocketTimeoutException if {@link #writeTimeout} has expired; every later write fails too
     * @throws IOException as {@link #write}
     */
    public void updateKeys(boolean requestPeer) throws IOException {
        requireEstablished();
        if (connection.isCloseNotifySent()) {
            throw new SSLException("cannot update the keys: this end has sent close_notify");
        }
        requireComplete(connection.updateKeys(requestPeer, Waiter.of(parking, "updateKeys", writeTimeout)));
    }

    /**
     * {@return a stream that reads like {@link #read}} Its {@code available()} returns how much of the current record
     * is left. Closing the stream closes the socket.
     */
    public InputStream inputStream() {
        return new SocketStreams.Input(this);
    }

    /**
     * {@return a stream that writes like {@link #write}} It has no buffer: each write sends at least one record, so
     * wrap it in a {@link java.io.BufferedOutputStream} for small writes. Closing the stream closes the socket.
     */
    public OutputStream outputStream() {
        return new SocketStreams.Output(this);
    }

    private void requireEstablished() throws IOException {
        if (connection.isHandshakeDone()) {
            requireOpen();
        } else {
            doHandshake();
        }
    }

    private void requireOpen() throws ClosedChannelException {
        if (!parking.isOpen()) {
            throw new ClosedChannelException();
        }
    }

    private static void requireComplete(TlsStatus status) {
        if (status == TlsStatus.WANT_READ || status == TlsStatus.WANT_WRITE) {
            throw new IllegalStateException("a blocking operation returned " + status);
        }
    }

    // ---- timeouts

    /**
     * Sets the timeout of a handshake, measured from the call that performs it. The default is 10 seconds for a socket
     * of {@link #server}, and none for others.
     *
     * @param timeout null or zero for none
     * @throws IllegalArgumentException if the timeout is negative
     */
    public void handshakeTimeout(@Nullable Duration timeout) {
        this.handshakeTimeout = TimeLimits.nanos(timeout);
    }

    /**
     * Sets the timeout of a read, measured from the call of {@link #read}. The default is none.
     *
     * @param timeout null or zero for none
     * @throws IllegalArgumentException if the timeout is negative
     */
    public void readTimeout(@Nullable Duration timeout) {
        this.readTimeout = TimeLimits.nanos(timeout);
    }

    /**
     * Sets the timeout of a write, measured from the call of {@link #write}. The default is none.
     *
     * @param timeout null or zero for none
     * @throws IllegalArgumentException if the timeout is negative
     */
    public void writeTimeout(@Nullable Duration timeout) {
        this.writeTimeout = TimeLimits.nanos(timeout);
    }

    /**
     * Sets the timeout of each single wait for the peer within a read or a handshake, which is what {@link
     * Socket#setSoTimeout} means. Each byte that arrives begins it anew, so a slow peer that keeps sending does not
     * reach it, however long the operation takes; {@link #readTimeout} and {@link #handshakeTimeout} limit the operation
     * as a whole, and work along with this one. It does not apply to writes. A {@link SocketTimeoutException} reports
     * that it has expired; the operation can be called again. The default is none.
     *
     * @param timeout null or zero for none
     * @throws IllegalArgumentException if the timeout is negative
     */
    public void idleTimeout(@Nullable Duration timeout) {
        this.idleTimeout = TimeLimits.nanos(timeout);
    }

    /**
     * Makes platform threads ignore interrupts while they wait in this socket, as they do in a {@link Socket}; the
     * thread's flag stays set. An interrupt of a virtual thread still ends its operation. For adapters to the API of
     * {@link Socket}. Call this before other threads use the socket.
     */
    public void ignoreInterruptsOfPlatformThreads() {
        parking.ignoreInterrupts();
    }

    // ---- closing

    /**
     * Ends reading because the server is closing: reads still return the data that has arrived, but do not wait for
     * more. A connection is taken to be in the middle of a request if something was read since the last write; its
     * reads may still wait, unless {@code withinRequests} is set.
     *
     * @param withinRequests whether reads in the middle of a request must not wait either
     */
    void drain(boolean withinRequests) {
        draining = true;
        if (withinRequests || betweenRequests) {
            parking.endInput();
        }
    }

    /**
     * Closes the socket. Operations of other threads end at once. The socket then sends close_notify, if no record is
     * partly sent and the pipe takes it within a second, and FIN. Closing a closed socket has no effect.
     *
     * <p>The call does not wait for the peer, but the channel stays open until the peer has closed its end, so that a
     * peer that is still sending can read everything that was written. A virtual thread reads and discards the incoming
     * data meanwhile. It closes the channel once nothing has arrived for 5 seconds, and after 30 seconds in any case,
     * or after {@link java.net.StandardSocketOptions#SO_LINGER} seconds if the channel has that option set. With an
     * SO_LINGER of 0 the channel is closed at once with a reset. The thread does not keep the JVM running: a program
     * that is about to end and must be sure that the peer has received everything uses {@link #close(Duration)}.
     *
     * <p>A socket over a {@link Socket} closes as {@link #client(TlsContext, Socket, String, int, boolean)} describes.
     *
     * <p>While the socket's {@link TlsServer} is closing, this method also waits up to a second for the peer's
     * close_notify, and the channel is closed once nothing has arrived for one second.
     */
    @Override
    public void close() throws IOException {
        SocketCloser.Linger rest = beginClose();
        if (rest != null) {
            rest.start();
        }
    }

    /**
     * Closes the socket up to the point where {@link #close()} starts a thread, and leaves the rest to the caller.
     *
     * @return the rest of the close; null if the socket is closed or another thread is closing it
     */
    SocketCloser.@Nullable Linger beginClose() throws IOException {
        return closer().begin(CLOSE_NOTIFY_TIMEOUT, draining);
    }

    /**
     * Closes the socket and waits for the peer to close too: sends close_notify and FIN, then reads until the peer's
     * close_notify and discards the data that precedes it. The channel is closed when this method returns. The method
     * returns normally even if the timeout expires first.
     *
     * @param timeout for sending and waiting together; null or zero for none
     * @throws IOException if closing the pipe or the channel fails
     */
    public void close(@Nullable Duration timeout) throws IOException {
        closer().closeAndAwaitPeer(TimeLimits.nanos(timeout));
    }

    /**
     * Closes the socket at once, without close_notify and without waiting. It also closes the channel of a socket that
     * is closed but still lingers. A TCP connection is reset: the peer sees a failure, and data in flight may be lost.
     *
     * @throws IOException if closing the pipe or the channel fails
     */
    public void abort() throws IOException {
        closer().abort();
    }

    private SocketCloser closer() {
        return new SocketCloser(connection, parking, channel);
    }

    /** Returns whether the socket and its channel are closed; false while the channel lingers. */
    boolean isClosed() {
        return parking.isClosed();
    }

    /** Waits until another thread has closed the channel of this closed socket. */
    void awaitClosed() throws IOException {
        Waiter.closing(parking, 0).await(parking::isClosed);
    }

    /** Closes the channel of a closed socket without waiting for the peer. */
    void endLinger() throws IOException {
        closer().end();
    }

    // ---- state

    /** Returns whether neither {@link #close} nor {@link #abort} was called. */
    @Override
    public boolean isOpen() {
        return parking.isOpen();
    }

    /**
     * {@return the session that the handshake negotiated}
     *
     * @throws IllegalStateException if the handshake is not done
     */
    public TlsSession session() {
        return connection.session();
    }

    /**
     * {@return the underlying connection, for operations that a socket lacks, such as exporting keying material}
     */
    public TlsConnection connection() {
        return connection;
    }

    /**
     * {@return the PROXY header that the proxy in front of a {@link TlsServer} sent for this connection; empty if the
     * server does not expect one} {@link #remoteAddress} is the address of the proxy.
     */
    public Optional<ProxyHeader> proxyHeader() {
        return Optional.ofNullable(proxyHeader);
    }

    /** {@return the underlying channel, if any} The caller must not read, write, register or close it. */
    public Optional<SocketChannel> channel() {
        return Optional.ofNullable(channel);
    }

    /** {@return this end's address; null if there is neither a channel nor a socket underneath, or it is closed} */
    public @Nullable SocketAddress localAddress() {
        return connection.bio() instanceof LayeredSocket pipe
                ? pipe.localAddress()
                : SocketChannels.localAddress(channel);
    }

    /** {@return the peer's address; null if there is neither a channel nor a socket underneath, or it is closed} */
    public @Nullable SocketAddress remoteAddress() {
        return connection.bio() instanceof LayeredSocket pipe
                ? pipe.remoteAddress()
                : SocketChannels.remoteAddress(channel);
    }

    /**
     * Sets an option of the channel, or of the socket underneath.
     *
     * @param <T> the type of the value
     * @param option the option
     * @param value the new value
     * @throws UnsupportedOperationException if there is neither a channel nor a socket, or it does not support the
     *     option
     * @throws IOException if the option cannot be set
     */
    public <T> void setOption(SocketOption<T> option, T value) throws IOException {
        if (connection.bio() instanceof LayeredSocket pipe) {
            pipe.socket().setOption(option, value);
        } else {
            requireChannel().setOption(option, value);
        }
    }

    /**
     * {@return the value of an option of the channel, or of the socket underneath}
     *
     * @param <T> the type of the value
     * @param option the option
     * @throws UnsupportedOperationException if there is neither a channel nor a socket, or it does not support the
     *     option
     * @throws IOException if the option cannot be read
     */
    public <T> @Nullable T getOption(SocketOption<T> option) throws IOException {
        return connection.bio() instanceof LayeredSocket pipe
                ? pipe.socket().getOption(option)
                : requireChannel().getOption(option);
    }

    private SocketChannel requireChannel() {
        if (channel == null) {
            throw new UnsupportedOperationException("the socket has no channel, only a pipe: " + connection.bio());
        }
        return channel;
    }

    @Override
    public String toString() {
        SocketAddress peer = remoteAddress();
        String state;
        if (!isOpen()) {
            state = "closed";
        } else if (connection.isFailed()) {
            state = "failed";
        } else if (connection.isHandshakeDone()) {
            state = (draining ? "draining, " : "")
                    + (connection.isCloseNotifySent() ? "output shut, " : "")
                    + (connection.isCloseNotifyReceived() ? "input at its end, " : "")
                    + session();
        } else {
            state = connection.bytesReceived() + connection.bytesSent() == 0 ? "no handshake" : "in the handshake";
        }
        return "TlsSocket[" + (peer == null ? connection.bio() : peer)
                + (proxyHeader == null ? "" : " " + proxyHeader)
                + ", " + state + ", in " + connection.bytesReceived() + " out " + connection.bytesSent() + " bytes]";
    }
}
