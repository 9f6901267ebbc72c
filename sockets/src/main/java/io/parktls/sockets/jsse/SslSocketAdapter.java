package io.parktls.sockets.jsse;

import io.parktls.TlsContext;
import io.parktls.TlsSession;
import io.parktls.sockets.TlsSocket;
import io.parktls.sockets.internal.ChannelCleaner;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.SocketException;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BiFunction;
import javax.net.ssl.HandshakeCompletedEvent;
import javax.net.ssl.HandshakeCompletedListener;
import javax.net.ssl.SSLSession;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;

/**
 * Adapts a {@link TlsSocket} to {@code SSLSocket}. The {@link TlsSocket} is created on first use, since the settings
 * can be changed until then.
 */
final class SslSocketAdapter extends NegotiableSocket {
    private final @Nullable SocketChannel channel;

    /** The pipe of a layered socket; null for other sockets. */
    private final @Nullable LayeredBio pipe;

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

    /** Null until the handshake is done. Written once, guarded by {@link #lock}. */
    private volatile @Nullable SSLSession session;

    /** Why the handshake failed, which closes this socket; null if it did not. Written before {@link #closed}. */
    private volatile @Nullable Exception failure;

    /**
     * Closes the channel if this socket becomes unreachable while {@link #tls} is null. Null for accepted and layered
     * sockets. Written once, before this object is published.
     */
    private @Nullable ChannelCleaner cleaner;

    private final List<HandshakeCompletedListener> listeners = new CopyOnWriteArrayList<>();
    private final AtomicBoolean listenersNotified = new AtomicBoolean();

    private SslSocketAdapter(
            NegotiationSettings negotiation,
            Socket underlying,
            @Nullable SocketChannel channel,
            @Nullable LayeredBio pipe,
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
        SslSocketAdapter socket = new SslSocketAdapter(negotiation, channel.socket(), channel, null, null, 0, true);
        socket.cleaner = ChannelCleaner.register(socket, channel);
        return socket;
    }

    /** Creates a client socket over a connected socket. */
    static SslSocketAdapter layered(
            NegotiationSettings negotiation, Socket connected, @Nullable String host, int port, boolean autoClose)
            throws IOException {
        LayeredBio pipe = new LayeredBio(connected, null, autoClose);
        SslSocketAdapter socket = new SslSocketAdapter(negotiation, connected, null, pipe, host, port, true);
        socket.soTimeout = connected.getSoTimeout();
        return socket;
    }

    /** Creates the adapter of an accepted socket. */
    static SslSocketAdapter accepted(NegotiationSettings negotiation, TlsSocket accepted, SocketChannel channel) {
        SslSocketAdapter socket = new SslSocketAdapter(negotiation, channel.socket(), channel, null, null, 0, false);
        socket.tls = accepted;
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
        if (channel == null) {
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

    private TlsSocket create(TlsContext context) throws IOException {
        String host = host();
        boolean client = getUseClientMode();
        if (client && host == null) {
            throw new SocketException("the host to verify is unknown: pass a host to createSocket(...), or set a server"
                    + " name with SSLParameters.setServerNames(...)");
        }
        if (channel == null) {
            LayeredBio over = pipe;
            if (over == null) {
                throw new IllegalStateException("neither channel nor pipe");
            }
            TlsSocket layered = over.open(context, client ? host : null, peerPort());
            setTimeouts(layered, soTimeout);
            return layered;
        }
        TlsSocket socket = host == null || !client
                ? TlsSocket.server(context, channel)
                : TlsSocket.client(context, channel, host, peerPort());
        setTimeouts(socket, soTimeout);
        return socket;
    }

    private int peerPort() {
        return port > 0 ? port : Math.max(0, getPort());
    }

    private static void setTimeouts(TlsSocket socket, int millis) {
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
        try {
            TlsSocket socket = tls();
            if (session == null || !socket.connection().isHandshakeDone()) {
                socket.doHandshake();
                notifyListeners(sessionOf(socket));
            }
            return socket;
        } catch (IOException | RuntimeException e) {
            closeAfter(e);
            throw e;
        }
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

    private SSLSession sessionOf(TlsSocket socket) {
        lock.lock();
        try {
            SSLSession known = session;
            if (known == null) {
                known = new SslSessionAdapter(socket.session(), host(), peerPort());
                session = known;
            }
            return known;
        } finally {
            lock.unlock();
        }
    }

    private void notifyListeners(SSLSession negotiated) {
        if (!listeners.isEmpty() && listenersNotified.compareAndSet(false, true)) {
            HandshakeCompletedEvent event = new HandshakeCompletedEvent(this, negotiated);
            Thread.ofVirtual()
                    .name("parktls-handshake-completed")
                    .start(() -> listeners.forEach(listener -> listener.handshakeCompleted(event)));
        }
    }

    /** Performs the handshake, if it is not done. If that fails, the returned session is invalid. */
    @Override
    public SSLSession getSession() {
        SSLSession known = session;
        if (known != null) {
            return known;
        }
        try {
            return sessionOf(established());
        } catch (IOException e) {
            // SSLSocket.getSession() cannot throw: the next operation throws the failure.
            return new SslSessionAdapter(null, host(), peerPort());
        }
    }

    @Override
    public SSLSession getHandshakeSession() {
        throw new UnsupportedOperationException("the session is not available before the handshake is done");
    }

    /** Returns null before the handshake is done, and an empty string if no protocol was negotiated. */
    @Override
    public @Nullable String getApplicationProtocol() {
        TlsSocket socket = tls;
        if (socket == null || !socket.connection().isHandshakeDone()) {
            return null;
        }
        TlsSession negotiated = socket.session();
        return negotiated.applicationProtocol() == null ? "" : negotiated.applicationProtocol();
    }

    @Override
    public String getHandshakeApplicationProtocol() {
        throw new UnsupportedOperationException("the protocol is not available before the handshake is done");
    }

    @Override
    public void setHandshakeApplicationProtocolSelector(BiFunction<SSLSocket, List<String>, String> f) {
        throw new UnsupportedOperationException(
                "the TlsContext selects application protocols: use TlsContext.Builder.applicationProtocols(...)");
    }

    @Override
    public void addHandshakeCompletedListener(HandshakeCompletedListener listener) {
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
        return new SslSocketStreams.Input(this);
    }

    /** Returns a stream whose writes perform the handshake first. Closing the stream closes the socket. */
    @Override
    public OutputStream getOutputStream() throws IOException {
        requireUsable();
        return new SslSocketStreams.Output(this);
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
    int available() {
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
    public int getSoTimeout() {
        return soTimeout;
    }

    // ---- closing

    /** Not supported, since TLS can end only the outgoing direction. */
    @Override
    public void shutdownInput() {
        throw new UnsupportedOperationException("TLS cannot shut down its input: close the socket");
    }

    @Override
    public boolean isInputShutdown() {
        return false;
    }

    @Override
    public void shutdownOutput() throws IOException {
        established().shutdownOutput();
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
