package io.parktls.sockets.jsse;

import io.parktls.TlsContext;
import io.parktls.TlsSession;
import io.parktls.TlsTrust;
import io.parktls.engine.PendingSession;
import io.parktls.pki.HostNames;
import io.parktls.sockets.TlsSocket;
import io.parktls.sockets.internal.ChannelCleaner;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;
import javax.net.ssl.HandshakeCompletedEvent;
import javax.net.ssl.HandshakeCompletedListener;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;

/**
 * Adapts a {@link TlsSocket} to {@code SSLSocket}. The {@link TlsSocket} is created on first use, since the settings
 * can be changed until then.
 */
final class SslSocketAdapter extends NegotiableSocket {
    private final @Nullable SocketChannel channel;

    /** The pipe of a layered socket; null for other sockets. */
    private final @Nullable UnderlyingSocket pipe;

    /** Guards creating and closing {@link #tls}, neither of which waits for the peer. */
    private final ReentrantLock lock = new ReentrantLock();

    /** Null until the first use. Written once, guarded by {@link #lock}. */
    private volatile @Nullable TlsSocket tls;

    /** The peer's port, if it differs from the port of the underlying socket; otherwise 0. */
    private final int port;

    /** In milliseconds; 0 for none. Writes are guarded by {@link #lock}. */
    private volatile int soTimeout;

    /** Writes are guarded by {@link #lock}. */
    private volatile boolean closed;

    /** Whether {@link #shutdownInput} was called. */
    private volatile boolean inputShut;

    /** The session of the handshake that has begun; null before. Written once, guarded by {@link #lock}. */
    private volatile @Nullable SslSessionAdapter session;

    /** The sessions that this client resumes and makes; null if it has none. Written before {@link #session}. */
    private @Nullable EndpointSessions sessions;

    /** Why the handshake failed, which closes this socket; null if it did not. Written before {@link #closed}. */
    private volatile @Nullable Exception failure;

    /**
     * Closes the channel if this socket becomes unreachable while {@link #tls} is null. Null for layered sockets.
     * Written once, before this object is published.
     */
    private @Nullable ChannelCleaner cleaner;

    /** The thread in which the handshake last made progress; null before, and when it is done. */
    private volatile @Nullable Thread handshaking;

    private final InputStream in = new SslSocketStreams.Input(this);
    private final OutputStream out = new SslSocketStreams.Output(this);

    private final List<HandshakeCompletedListener> listeners = new CopyOnWriteArrayList<>();
    private final AtomicBoolean completed = new AtomicBoolean();

    private SslSocketAdapter(
            NegotiationSettings negotiation,
            Socket underlying,
            @Nullable SocketChannel channel,
            @Nullable UnderlyingSocket pipe,
            @Nullable String host,
            int port,
            boolean client) {
        super(underlying, negotiation, host, client);
        this.channel = channel;
        this.pipe = pipe;
        this.port = port;
    }

    /** Creates a client socket that is not connected yet. */
    static SslSocketAdapter unconnected(NegotiationSettings negotiation, SocketChannel channel) {
        return overChannel(negotiation, channel, true);
    }

    /** Creates the adapter of an accepted channel. */
    static SslSocketAdapter accepted(NegotiationSettings negotiation, SocketChannel channel) {
        return overChannel(negotiation, channel, false);
    }

    private static SslSocketAdapter overChannel(
            NegotiationSettings negotiation, SocketChannel channel, boolean client) {
        SslSocketAdapter socket = new SslSocketAdapter(negotiation, channel.socket(), channel, null, null, 0, client);
        socket.cleaner = ChannelCleaner.register(socket, channel);
        return socket;
    }

    /** Creates a socket over a connected socket. */
    static SslSocketAdapter layered(
            NegotiationSettings negotiation,
            Socket connected,
            UnderlyingSocket pipe,
            @Nullable String host,
            int port,
            boolean client)
            throws IOException {
        SslSocketAdapter socket = new SslSocketAdapter(negotiation, connected, null, pipe, host, port, client);
        socket.soTimeout = connected.getSoTimeout();
        return socket;
    }

    // ---- connecting

    @Override
    public void connect(SocketAddress endpoint) throws IOException {
        connect(endpoint, 0);
    }

    @Override
    public void connect(SocketAddress endpoint, int timeout) throws IOException {
        if (!(endpoint instanceof InetSocketAddress remote)) {
            throw new IllegalArgumentException("not an InetSocketAddress: " + endpoint);
        }
        if (channel == null || underlying.isConnected()) {
            throw new SocketException("already connected");
        }
        if (closed) {
            throw new SocketException("Socket is closed");
        }
        underlying.connect(endpoint, timeout);
        setHostIfAbsent(remote.getHostString());
    }

    /** Returns the socket. The first call creates it, which fixes the settings. */
    private TlsSocket tls() throws IOException {
        TlsSocket socket = tls;
        if (socket != null && !closed) {
            return socket;
        }
        lock.lock();
        try {
            rethrow(failure);
            if (closed) {
                throw new SocketException("Socket is closed");
            }
            socket = tls;
            if (socket == null) {
                socket = create(context());
                tls = socket;
                cancelCleaner();
            }
            return socket;
        } finally {
            lock.unlock();
        }
    }

    private static void rethrow(@Nullable Exception failure) throws IOException {
        switch (failure) {
            case null -> {}
            case IOException e -> throw e;
            case RuntimeException e -> throw e;
            default -> throw new IOException(failure);
        }
    }

    /** Called when the {@link TlsSocket} owns the channel, or the channel is closed. */
    private void cancelCleaner() {
        ChannelCleaner registered = cleaner;
        if (registered != null) {
            registered.cancel();
        }
    }

    /** Called with the {@link #lock} held. */
    private TlsSocket create(TlsContext context) throws IOException {
        boolean client = getUseClientMode();
        SslSessionAdapter begun = new SslSessionAdapter(
                negotiation().shared().sessions(client), host(), peerPort(), context.signatureSchemes());
        EndpointSessions ofClient = EndpointSessions.of(this, context, begun);
        TlsSocket socket = channel == null ? overPipe(context, client) : overChannel(context, channel, client);
        socket.ignoreInterruptsOfPlatformThreads();
        socket.connection()
                .setOverrides(HandshakeDecisions.overrides(
                        this,
                        state -> progress(begun, state),
                        ofClient,
                        context.engineProvider().supportsOverrides()));
        sessions = ofClient;
        session = begun;
        return socket;
    }

    private void progress(SslSessionAdapter begun, PendingSession state) {
        handshaking = Thread.currentThread();
        begun.progress(state);
    }

    private TlsSocket overPipe(TlsContext context, boolean client) throws IOException {
        UnderlyingSocket over = pipe;
        if (over == null) {
            throw new IllegalStateException("neither channel nor pipe");
        }
        TlsSocket socket = client ? over.client(context, connectedHost(context), peerPort()) : over.server(context);
        setTimeouts(socket, soTimeout);
        return socket;
    }

    private TlsSocket overChannel(TlsContext context, SocketChannel connected, boolean client) throws IOException {
        TlsSocket socket = client
                ? TlsSocket.client(context, connected, connectedHost(context), peerPort())
                : TlsSocket.server(context, connected);
        setTimeouts(socket, soTimeout);
        return socket;
    }

    /** Returns the host; null if it is not one that the context could verify, unless the context has to. */
    private @Nullable String connectedHost(TlsContext context) throws SSLException {
        String host = host();
        if (host != null && (HostNames.isAddress(host) || HostNames.isName(host))) {
            return host;
        }
        if (context.verifyHost() && context.verifiedName().isEmpty() && context.trust() != TlsTrust.insecure()) {
            throw new SSLException(
                    "the host to verify is unknown or not a name: " + host + ". Pass a host to createSocket(...)");
        }
        return null;
    }

    private int peerPort() {
        return port > 0 ? port : Math.max(0, getPort());
    }

    /** SO_TIMEOUT limits each wait. JSSE has no other limit, so the default limit of a server's handshake does not apply. */
    private static void setTimeouts(TlsSocket socket, int millis) {
        socket.handshakeTimeout(null);
        socket.idleTimeout(Duration.ofMillis(millis));
    }

    // ---- the handshake

    @Override
    public void startHandshake() throws IOException {
        established();
    }

    /**
     * Performs the handshake, if it is not done, and returns the socket. A handshake that fails for any reason closes
     * this socket: the peer does not know how much of the handshake was done, and many users, for instance
     * {@code HttpsURLConnection}, do not close a failed socket. SunJSSE does the same, except for timeouts of
     * {@link #startHandshake}.
     */
    TlsSocket established() throws IOException {
        requireConnected();
        if (handshaking == Thread.currentThread()) {
            throw new SSLException("a callback of the handshake cannot use the socket before the handshake is done");
        }
        try {
            TlsSocket socket = tls();
            if (!completed.get() || !socket.connection().isHandshakeDone()) {
                socket.doHandshake();
                complete(socket);
            }
            return socket;
        } catch (IOException e) {
            IOException converted = converted(e);
            closeAfter(converted);
            throw converted;
        } catch (RuntimeException e) {
            closeAfter(e);
            throw e;
        }
    }

    /**
     * Converts the exception of an operation to the type that callers of {@code SSLSocket} expect. As with a socket of
     * the JDK, an interrupt of a virtual thread closes the socket.
     */
    IOException converted(IOException e) {
        if (e instanceof InterruptedIOException && !(e instanceof SocketTimeoutException)) {
            SocketException interrupted = new SocketException("Closed by interrupt");
            interrupted.initCause(e);
            closeAfter(interrupted);
            return interrupted;
        }
        return JsseFailures.convert(e, !completed.get());
    }

    private void requireConnected() throws SocketException {
        if (!closed && !underlying.isConnected()) {
            throw new SocketException("Socket is not connected");
        }
    }

    private void closeAfter(Exception cause) {
        if (closed) {
            return;
        }
        failure = cause;
        try {
            close();
        } catch (IOException e) {
            cause.addSuppressed(e);
        }
    }

    private void complete(TlsSocket socket) {
        SslSessionAdapter negotiated = session;
        if (negotiated != null && completed.compareAndSet(false, true)) {
            handshaking = null;
            TlsSession result = socket.session();
            negotiated.complete(result, socket.connection()::exportKeyingMaterial);
            EndpointSessions ofClient = sessions;
            if (ofClient != null) {
                ofClient.established(result);
            }
            notifyListeners(negotiated);
        }
    }

    private void notifyListeners(SSLSession negotiated) {
        if (!listeners.isEmpty()) {
            HandshakeCompletedEvent event = new HandshakeCompletedEvent(this, negotiated);
            Thread.ofVirtual()
                    .name("parktls-handshake-completed")
                    .start(() -> listeners.forEach(listener -> listener.handshakeCompleted(event)));
        }
    }

    /**
     * Performs the handshake, if it is not done. If that fails, the returned session is invalid. Within the handshake,
     * in key managers and trust managers, returns the session of the handshake.
     */
    @Override
    public SSLSession getSession() {
        SslSessionAdapter known = session;
        if (known != null && (completed.get() || handshaking == Thread.currentThread())) {
            return known;
        }
        try {
            established();
            SslSessionAdapter negotiated = session;
            if (negotiated != null) {
                return negotiated;
            }
        } catch (IOException e) {
            // SSLSocket.getSession() cannot throw: the next operation throws the failure.
        }
        return SslSessionAdapter.invalid(host(), peerPort());
    }

    /** Returns the session while the handshake is running, for key managers and trust managers; otherwise null. */
    @Override
    public @Nullable SSLSession getHandshakeSession() {
        SslSessionAdapter begun = session;
        return begun == null || closed || completed.get() || !begun.hasBegun() ? null : begun;
    }

    /** Returns null before the handshake is done, and an empty string if no protocol was negotiated. */
    @Override
    public @Nullable String getApplicationProtocol() {
        TlsSocket socket = tls;
        if (socket == null || !socket.connection().isHandshakeDone()) {
            return null;
        }
        TlsSession negotiated = socket.session();
        return negotiated.applicationProtocol() == null ? "" : JsseNames.toJsse(negotiated.applicationProtocol());
    }

    /** Returns the protocol that the running handshake has selected; null if it has selected none or none is running. */
    @Override
    public @Nullable String getHandshakeApplicationProtocol() {
        SslSessionAdapter begun = session;
        return begun == null || completed.get() ? null : begun.applicationProtocol();
    }

    @Override
    public void addHandshakeCompletedListener(HandshakeCompletedListener listener) {
        if (listener == null) {
            throw new IllegalArgumentException("the listener is null");
        }
        listeners.add(listener);
    }

    @Override
    public void removeHandshakeCompletedListener(HandshakeCompletedListener listener) {
        if (!listeners.remove(listener)) {
            throw new IllegalArgumentException("the listener is not registered: " + listener);
        }
    }

    // ---- data

    /** Returns a stream whose reads perform the handshake first. Closing the stream closes the socket. */
    @Override
    public InputStream getInputStream() throws IOException {
        requireUsable();
        if (inputShut) {
            throw new SocketException("Socket input is shutdown");
        }
        return in;
    }

    /** Returns a stream whose writes perform the handshake first. Closing the stream closes the socket. */
    @Override
    public OutputStream getOutputStream() throws IOException {
        requireUsable();
        if (isOutputShutdown()) {
            throw new SocketException("Socket output is shutdown");
        }
        return out;
    }

    private void requireUsable() throws SocketException {
        if (isClosed()) {
            throw new SocketException("Socket is closed");
        }
        if (!isConnected()) {
            throw new SocketException("Socket is not connected");
        }
    }

    /** Returns how many decrypted bytes can be read without waiting. */
    int available() throws SocketException {
        if (closed) {
            throw new SocketException("Socket is closed");
        }
        TlsSocket socket = tls;
        return socket == null ? 0 : socket.connection().pending();
    }

    /** Sets the timeout of each wait for the peer. */
    @Override
    public void setSoTimeout(int millis) throws SocketException {
        if (millis < 0) {
            throw new IllegalArgumentException("negative timeout: " + millis);
        }
        lock.lock();
        try {
            if (closed) {
                throw new SocketException("Socket is closed");
            }
            soTimeout = millis;
            TlsSocket socket = tls;
            if (socket != null) {
                setTimeouts(socket, millis);
            }
        } finally {
            lock.unlock();
        }
    }

    @Override
    public int getSoTimeout() throws SocketException {
        if (closed) {
            throw new SocketException("Socket is closed");
        }
        return soTimeout;
    }

    // ---- closing

    /**
     * Ends the incoming direction, once the peer has ended it.
     *
     * @throws SSLException if the handshake has begun and the peer has not sent close_notify: the data could be
     *     truncated
     */
    @Override
    public void shutdownInput() throws IOException {
        requireUsable();
        TlsSocket socket = tls;
        inputShut = true;
        if (socket != null && !socket.connection().isCloseNotifyReceived()) {
            throw new SSLException("cannot shut down the input before the peer's close_notify: close the socket");
        }
    }

    @Override
    public boolean isInputShutdown() {
        return inputShut;
    }

    @Override
    public void shutdownOutput() throws IOException {
        requireUsable();
        if (isOutputShutdown()) {
            return;
        }
        TlsSocket socket = established();
        try {
            socket.shutdownOutput();
        } catch (IOException e) {
            throw converted(e);
        }
    }

    @Override
    public boolean isOutputShutdown() {
        TlsSocket socket = tls;
        return socket != null && socket.connection().isCloseNotifySent();
    }

    @Override
    public void close() throws IOException {
        TlsSocket socket;
        lock.lock();
        try {
            closed = true;
            handshaking = null;
            socket = tls;
        } finally {
            lock.unlock();
        }
        if (socket != null) {
            socket.close();
        } else if (pipe != null) {
            pipe.closeUnused();
        } else {
            cancelCleaner();
            underlying.close();
        }
    }

    @Override
    public boolean isClosed() {
        TlsSocket socket = tls;
        return closed || (socket != null && !socket.isOpen());
    }

    @Override
    boolean isNegotiationFixed() {
        return tls != null;
    }

    @Override
    public String toString() {
        return "SSLSocket[" + (tls == null ? underlying : tls) + "]";
    }
}
