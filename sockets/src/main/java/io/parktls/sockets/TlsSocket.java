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
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;
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
 * A TLS connection whose operations block the calling thread, virtual or platform, until they are done.
 *
 * {@snippet :
 * try (TlsSocket socket = TlsSocket.connect(TlsContext.client(), "example.org", 443)) {
 *     socket.outputStream().write("GET / HTTP/1.1\r\nHost: example.org\r\nConnection: close\r\n\r\n".getBytes(US_ASCII));
 *     socket.inputStream().transferTo(System.out);
 * }
 * }
 *
 * <p><b>Handshake.</b> {@link #doHandshake} performs it; the first read or write does if nobody has.
 *
 * <p><b>Threads.</b> One thread may read while another writes, and neither ever waits for the other; further readers and
 * writers queue up. Any thread may close or abort, and ends what the others are waiting for with an
 * {@link AsynchronousCloseException}.
 *
 * <p><b>Time limits</b> are absolute for an operation: a peer that sends a byte now and then does not extend them. They
 * and interrupts are the same for virtual and platform threads. A handshake or a read that timed out
 * ({@link SocketTimeoutException}) or was interrupted ({@link InterruptedIOException}, the thread's flag stays set) can be
 * called again. After a timed out write the write side is spent, since nobody knows what has arrived; after an interrupted
 * one it is if a record was half sent. Reading goes on to work.
 *
 * <p><b>Code of the application in a handshake</b>, as a trust manager, a key of another provider or a key log, runs in the thread that
 * handshakes, and may wait. When the time limit comes meanwhile, or another thread closes the socket, that code is interrupted; the thread's flag is
 * cleared again. A time limit then also ends the connection, whatever the code does.
 *
 * <p><b>Failures.</b> What is wrong with TLS is an {@link SSLException}; the first failure of a direction is thrown
 * again by every later call. A failed socket is to be closed like any other.
 *
 * <p><b>A socket that is dropped without having been closed</b> does not leak: once neither it nor its streams nor its
 * {@link #connection} is reachable, its channel is closed, without close_notify. Not so if it was made from a pipe alone: the pipe belongs
 * to the application.
 *
 * <p><b>Both directions end by themselves.</b> {@link #shutdownOutput} ends the outgoing one: the peer reads to the end, and
 * this end goes on reading. When the peer has done the same, reads return -1; what it sends no close_notify before is
 * a {@link TlsTruncatedException}. TLS 1.2 peers may answer close_notify by closing (RFC 5246 7.2.1), and then what they had
 * not sent by then is lost: half-closing is for peers that are known to do TLS 1.3's way (RFC 8446 6.1).
 */
public final class TlsSocket implements ByteChannel {
    /** How long {@link #close()} tries to send close_notify, in nanoseconds. */
    private static final long CLOSE_LIMIT = 1_000_000_000;

    /** How long a server's handshake may take unless told otherwise. */
    static final Duration SERVER_HANDSHAKE_LIMIT = Duration.ofSeconds(10);

    private final TlsConnection connection;
    private final Parking parking;

    /** The channel at the bottom, if there is one and it is ours to close and configure. */
    private final @Nullable SocketChannel channel;

    /** Nanoseconds, 0 for none; as are the others. */
    private volatile long handshakeTimeout;

    private volatile long readTimeout;
    private volatile long writeTimeout;

    /** What a proxy said about where the connection comes from, if the server asks for that. */
    private final @Nullable ProxyHeader proxyHeader;

    /** Only ever set: the server that this socket belongs to is closing. */
    private volatile boolean draining;

    /** Whether nothing was read since the last write. Written by whoever reads and writes. */
    private volatile boolean answered = true;

    /** Whether closing the pipe runs no code of the application's, and does not wait. */
    private final boolean ownPipe;

    private TlsSocket(TlsConnection connection, Parking parking) {
        this(connection, parking, null, false, null);
    }

    /** A socket whose channel is closed if the socket is no longer reachable, nor is its connection. */
    private TlsSocket(TlsConnection connection, ChannelParking parking, SocketChannel channel, boolean ownPipe) {
        this(connection, parking, channel, ownPipe, null);
        parking.closeAfter(connection);
    }

    /** An accepted connection, for {@link TlsServer}, which closes it in any case. */
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

    // ---- making one

    /** {@link #connect(TlsContext, String, int, Duration)} with no limit but the system's. */
    public static TlsSocket connect(TlsContext context, String host, int port) throws IOException {
        return connect(context, host, port, null);
    }

    /**
     * Connects to a host by TCP, to the first of its addresses that answers. The handshake is not begun.
     *
     * @param host the name or IP address to connect to, to verify, and if a name to send as SNI
     * @param limit for all addresses together, not counting the look-up of the name; null or zero for none but the system's
     * @throws IllegalArgumentException if the host is neither a name nor an address
     * @throws java.net.UnknownHostException if the name has no address
     * @throws SocketTimeoutException if the limit has passed
     * @throws InterruptedIOException if the thread was interrupted
     * @throws IOException if no address could be connected to; what the further ones answered is suppressed in it
     */
    public static TlsSocket connect(TlsContext context, String host, int port, @Nullable Duration limit)
            throws IOException {
        Connector.Connected tcp = Connector.connect(host, port, TimeLimits.nanos(limit));
        return client(context, tcp.channel(), tcp.parking(), host, port);
    }

    /**
     * A client's socket over a connected channel, TCP or Unix-domain, which becomes the socket's own: it is put into
     * non-blocking mode, TCP_NODELAY is set, and it is closed with the socket, also if this method fails.
     *
     * @param host the name or IP address to verify; a name is also sent as SNI
     * @param port a hint for session caches; 0 if there is none
     * @throws IllegalArgumentException if the host is neither a name nor an address
     */
    public static TlsSocket client(TlsContext context, SocketChannel channel, String host, int port)
            throws IOException {
        return client(context, channel, ChannelParking.orClose(channel), host, port);
    }

    private static TlsSocket client(
            TlsContext context, SocketChannel channel, ChannelParking parking, String host, int port)
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
     * A server's socket over an accepted channel, TCP or Unix-domain, which becomes the socket's own as with
     * {@link #client}. The handshake is limited to 10 seconds unless told otherwise.
     */
    public static TlsSocket server(TlsContext context, SocketChannel channel) throws IOException {
        ChannelParking parking = ChannelParking.orClose(channel);
        SocketChannels.noDelayOfAccepted(channel);
        TlsSocket socket = new TlsSocket(context.accept(Bio.of(channel)), parking, channel, true);
        socket.handshakeTimeout(SERVER_HANDSHAKE_LIMIT);
        return socket;
    }

    /**
     * A socket over a connection that was made by hand, with its role chosen, over any pipe:
     *
     * <ul>
     *   <li>a {@link NotifyingBio}, for instance an end of {@link Bio#pair}: this socket becomes its listener;
     *   <li>a blocking pipe, which waits by itself: time limits and interrupts are then the pipe's affair. TLS in TLS is
     *       {@code TlsSocket.over(context.connect(Bio.of(outer), host, port))};
     *   <li>for a pipe over a channel see {@link #over(TlsConnection, SocketChannel)}.
     * </ul>
     *
     * Closing the socket closes the pipe.
     */
    public static TlsSocket over(TlsConnection connection) {
        Parking parking =
                connection.bio() instanceof NotifyingBio bio ? new NotifiedParking(bio) : new BlockingPipeParking();
        return new TlsSocket(connection, parking);
    }

    /**
     * A socket over a connection that was made by hand, with its role chosen, over a pipe that is ready when the channel
     * is, for instance one that counts what goes through.
     *
     * @param channel connected; put into non-blocking mode. Closing the socket closes the pipe and the channel
     */
    public static TlsSocket over(TlsConnection connection, SocketChannel channel) throws IOException {
        return new TlsSocket(connection, ChannelParking.orClose(channel), channel, false);
    }

    // ---- operations

    /**
     * Performs the handshake; returns once it is done, at once if it already is.
     *
     * @throws io.parktls.TlsHandshakeException if the two ends could not agree
     * @throws io.parktls.TlsPeerUnverifiedException if the peer is not whom it should be
     * @throws SSLException if the handshake failed another way
     * @throws SocketTimeoutException if {@link #handshakeTimeout} has passed
     * @throws InterruptedIOException if the thread was interrupted while it would have had to wait
     * @throws AsynchronousCloseException if another thread closed the socket meanwhile
     * @throws ClosedChannelException if the socket is closed
     */
    public void doHandshake() throws IOException {
        requireOpen();
        if (connection.isHandshakeDone()) {
            finished(connection.doHandshake(Waiting.NEVER), 0);
        } else {
            handshake(connection::doHandshake, new HandshakeWaiter(parking, handshakeTimeout));
        }
    }

    /** A way to perform the handshake to its end. */
    interface Handshaking {
        TlsStatus handshake(HandshakeWaiter waiter) throws IOException;
    }

    /** Performs the handshake in a certain way, and records it for the flight recorder. */
    void handshake(Handshaking way, HandshakeWaiter waiter) throws IOException {
        waiter.socket = this;
        HandshakeEvent event = new HandshakeEvent();
        event.begin();
        long start = System.nanoTime();
        try {
            TlsStatus status = handshakeInTime(way, waiter);
            if (status == TlsStatus.CLOSED) {
                throw new TlsHandshakeException("the peer ended the handshake with close_notify", null, null);
            }
            finished(status, 0);
            record(event, waiter, start, null);
        } catch (IOException | RuntimeException e) {
            record(event, waiter, start, e);
            throw e;
        }
    }

    /** If the foreign code of a handshake was interrupted, nothing else that came of the handshake counts. */
    private static TlsStatus handshakeInTime(Handshaking way, HandshakeWaiter waiter) throws IOException {
        TlsStatus status;
        try {
            status = way.handshake(waiter);
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
     * The handshake's deadline has come while code of the application's runs in it: ends the connection, as nobody knows when that code will
     * return. Called by the alarm, which must not wait; a pipe that is not this class's own may wait when it is closed.
     */
    void cutOff() {
        if (ownPipe) {
            abortQuietly();
        } else {
            Thread.ofVirtual().name("parktls-cut-off").start(this::abortQuietly);
        }
    }

    private void abortQuietly() {
        try {
            abort();
        } catch (IOException | RuntimeException e) {
            // The pipe cannot be closed. The handshake's thread says that its time was up.
        }
    }

    private void record(HandshakeEvent event, HandshakeWaiter waiter, long start, @Nullable Exception failure) {
        long elapsed = System.nanoTime() - start;
        event.end();
        if (event.shouldCommit()) {
            event.times(elapsed, waiter);
            event.peer = String.valueOf(remoteAddress());
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
     * Reads what is there of application data, waiting for at least one byte.
     *
     * @param dst takes the data of one record at most; bytes between its new position and its limit may be overwritten
     * @return how many bytes were read; -1 once the peer has sent close_notify; 0 only if {@code dst} has no room
     * @throws TlsTruncatedException if the connection ended without close_notify
     * @throws SSLException if TLS failed
     * @throws SocketTimeoutException if {@link #readTimeout} has passed
     * @throws InterruptedIOException if the thread was interrupted while it would have had to wait
     * @throws AsynchronousCloseException if another thread closed the socket meanwhile
     * @throws ClosedChannelException if the socket is closed
     */
    @Override
    public int read(ByteBuffer dst) throws IOException {
        requireEstablished();
        if (draining && answered) {
            parking.endInput();
        }
        int before = dst.position();
        TlsStatus status = connection.read(dst, Waiter.reading(parking, readTimeout));
        if (answered && dst.position() > before) {
            answered = false;
        }
        return status == TlsStatus.CLOSED ? -1 : finished(status, dst.position() - before);
    }

    /**
     * Writes all of {@code src}; when it returns, the pipe has everything.
     *
     * @return how many bytes were written: all
     * @throws SSLException if TLS failed
     * @throws SocketTimeoutException if {@link #writeTimeout} has passed; the write side is then spent
     * @throws InterruptedIOException if the thread was interrupted while it would have had to wait
     * @throws AsynchronousCloseException if another thread closed the socket meanwhile
     * @throws ClosedChannelException if the socket is closed
     * @throws IOException if the pipe failed, or this side has sent close_notify
     */
    @Override
    public int write(ByteBuffer src) throws IOException {
        requireEstablished();
        int before = src.position();
        TlsStatus status = connection.write(src, Waiter.of(parking, "write", writeTimeout));
        if (!answered) {
            answered = true;
        }
        return finished(status, src.position() - before);
    }

    /**
     * Sends close_notify: the peer reads to the end, and this side goes on reading. Nothing is done to the channel underneath,
     * as Go's {@code CloseWrite} has it: peers have been seen to take TCP's FIN for the end of both directions.
     *
     * @throws IOException as {@link #write}
     */
    public void shutdownOutput() throws IOException {
        requireEstablished();
        finished(connection.shutdownOutput(Waiter.of(parking, "shutdownOutput", writeTimeout)), 0);
    }

    /** {@link #read} as a stream. Closing it closes the socket; {@code available()} is what remains of a record. */
    public InputStream inputStream() {
        return new SocketStreams.Input(this);
    }

    /** {@link #write} as a stream, without a buffer: one write is at least one record. Closing it closes the socket. */
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

    private static int finished(TlsStatus status, int result) {
        if (status == TlsStatus.WANT_READ || status == TlsStatus.WANT_WRITE) {
            throw new IllegalStateException(status + " of an operation that waits");
        }
        return result;
    }

    // ---- time limits

    /**
     * How long a handshake may take from the call to its end; by default 10 seconds for {@link #server}, no limit else.
     *
     * @param limit null or zero for none
     */
    public void handshakeTimeout(@Nullable Duration limit) {
        this.handshakeTimeout = TimeLimits.nanos(limit);
    }

    /**
     * How long a read may take from the call to its end; by default there is no limit.
     *
     * @param limit null or zero for none
     */
    public void readTimeout(@Nullable Duration limit) {
        this.readTimeout = TimeLimits.nanos(limit);
    }

    /**
     * How long a write may take from the call to its end; by default there is no limit.
     *
     * @param limit null or zero for none
     */
    public void writeTimeout(@Nullable Duration limit) {
        this.writeTimeout = TimeLimits.nanos(limit);
    }

    // ---- the end

    /**
     * Ends reading, as the server closes: what has arrived is still read, but no read waits for more. One in the middle of
     * a request, as far as can be told (something was read since the last write), may go on waiting.
     *
     * @param withinRequests whether that ends too
     */
    void drain(boolean withinRequests) {
        draining = true;
        if (withinRequests || answered) {
            parking.endInput();
        }
    }

    /**
     * Closes the socket. Operations of other threads end at once. Then the socket sends close_notify, within a second and if no
     * record is half sent, and FIN. Again without effect.
     *
     * <p>The call does not wait for the peer, but the channel stays open until the peer has closed its end, too, so that the peer can read
     * all that {@link #write} has taken, even if it is still sending: a virtual thread reads and discards what comes. It closes the channel
     * after 5 seconds in which nothing came, and after 30 seconds in any case; if the channel has a
     * {@link java.net.StandardSocketOptions#SO_LINGER}, after that many seconds. With an SO_LINGER of 0 the channel is closed at once,
     * with a reset. That thread does not keep the JVM running: a program that ends now and needs to know that all has arrived uses
     * {@link #close(Duration)}.
     *
     * <p>When its {@link TlsServer} is closing, this method also waits up to a second for the peer's close_notify, and the channel is closed
     * after one second in which nothing came.
     */
    @Override
    public void close() throws IOException {
        SocketCloser.Linger rest = beginClose();
        if (rest != null) {
            rest.start();
        }
    }

    /**
     * Closes the socket, but leaves to the caller what {@link #close()} leaves to another thread.
     *
     * @return what remains to be done; null if the socket is closed, or it is for another thread to close it
     */
    SocketCloser.@Nullable Linger beginClose() throws IOException {
        return closer().begin(CLOSE_LIMIT, draining);
    }

    /**
     * Closes the socket in agreement with the peer: sends close_notify and FIN, then reads on for the peer's close_notify. Data
     * that comes before is thrown away. Returns normally if the time has passed without; the channel is closed when it returns.
     *
     * @param limit for both together; null or zero for none
     */
    public void close(@Nullable Duration limit) throws IOException {
        closer().closeInAgreement(TimeLimits.nanos(limit));
    }

    /**
     * Closes the socket at once and without a word, also while the channel of a closed one is still open. A TCP peer is told by a
     * reset; it will take it for a failure, and what is on its way may be lost. Never waits.
     */
    public void abort() throws IOException {
        closer().abort();
    }

    private SocketCloser closer() {
        return new SocketCloser(connection, parking, channel);
    }

    /** Whether the channel, if there is one, is closed as well. */
    boolean isClosed() {
        return parking.isClosed();
    }

    /** Waits until the channel of a socket that another thread closes is closed. */
    void awaitClosed() throws IOException {
        Waiter.closing(parking, 0).await(parking::isClosed);
    }

    /** Closes the channel of a closed socket without waiting for the peer any longer. */
    void endLinger() throws IOException {
        closer().end();
    }

    // ---- state

    /** Whether neither {@link #close} nor {@link #abort} was called. */
    @Override
    public boolean isOpen() {
        return parking.isOpen();
    }

    /**
     * What was negotiated.
     *
     * @throws IllegalStateException if the handshake is not done
     */
    public TlsSession session() {
        return connection.session();
    }

    /** The connection underneath, for what is not here: key updates, exported keying material. */
    public TlsConnection connection() {
        return connection;
    }

    /**
     * What the proxy in front of a {@link TlsServer} says about the connection; empty if the server does not ask for
     * the PROXY protocol. The addresses of this socket are those of the connection from the proxy.
     */
    public Optional<ProxyHeader> proxyHeader() {
        return Optional.ofNullable(proxyHeader);
    }

    /** The channel underneath, if there is one: to look at, not to read, write, register or close. */
    public Optional<SocketChannel> channel() {
        return Optional.ofNullable(channel);
    }

    /** This end's address; null if there is no channel underneath, or it is closed. */
    public @Nullable SocketAddress localAddress() {
        return SocketChannels.localAddress(channel);
    }

    /** The peer's address; null if there is no channel underneath, or it is closed. */
    public @Nullable SocketAddress remoteAddress() {
        return SocketChannels.remoteAddress(channel);
    }

    /**
     * Sets an option of the channel.
     *
     * @throws UnsupportedOperationException if there is no channel underneath, or it has no such option
     */
    public <T> void setOption(SocketOption<T> option, T value) throws IOException {
        requireChannel().setOption(option, value);
    }

    /**
     * The value of an option of the channel.
     *
     * @throws UnsupportedOperationException if there is no channel underneath, or it has no such option
     */
    public <T> @Nullable T getOption(SocketOption<T> option) throws IOException {
        return requireChannel().getOption(option);
    }

    private SocketChannel requireChannel() {
        if (channel == null) {
            throw new UnsupportedOperationException("no channel underneath: " + connection.bio());
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
