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

/** A {@link TlsSocket} in the dress of an {@code SSLSocket}: this class moves no bytes. */
final class SslSocketAdapter extends NegotiableSocket {
    private final @Nullable SocketChannel channel;

    /** A layered socket's pipe. */
    private final @Nullable LayeredBio pipe;

    /** Guards the making and the closing of {@link #tls}, neither of which waits for the peer. */
    private final ReentrantLock lock = new ReentrantLock();

    /** Null until the first use: up to then one may say what to negotiate. Written once, under lock. */
    private volatile @Nullable TlsSocket tls;

    /** The port that goes with the host, if it is not that of the socket underneath; 0 else. */
    private final int port;

    /** Milliseconds; 0 for none. Changed under lock. */
    private volatile int soTimeout;

    /** Changed under lock. */
    private volatile boolean closed;

    /** Written once, under lock, when the handshake is done. */
    private volatile @Nullable SSLSession session;

    /** Why the handshake failed, which closed this. Written before {@code closed}. */
    private volatile @Nullable Exception failure;

    /** Closes the channel if this becomes unreachable before there is a {@link #tls}. Null for a socket that has no channel of its own. */
    private @Nullable ChannelCleaner cleaner;

    private final List<HandshakeCompletedListener> listeners = new CopyOnWriteArrayList<>();
    private final AtomicBoolean told = new AtomicBoolean();

    private SslSocketAdapter(
            NegotiationSettings negotiation,
            Socket under,
            @Nullable SocketChannel channel,
            @Nullable LayeredBio pipe,
            @Nullable String host,
            int port,
            boolean client) {
        super(under, negotiation, host, client);
        this.channel = channel;
        this.pipe = pipe;
        this.port = port;
    }

    /** A client that is not connected yet. */
    static SslSocketAdapter unconnected(NegotiationSettings negotiation, SocketChannel channel) {
        SslSocketAdapter socket = new SslSocketAdapter(negotiation, channel.socket(), channel, null, null, 0, true);
        socket.cleaner = ChannelCleaner.register(socket, channel);
        return socket;
    }

    /** A client over a socket that is connected. */
    static SslSocketAdapter layered(
            NegotiationSettings negotiation, Socket connected, @Nullable String host, int port, boolean autoClose)
            throws IOException {
        LayeredBio pipe = new LayeredBio(connected, autoClose);
        SslSocketAdapter socket = new SslSocketAdapter(negotiation, connected, null, pipe, host, port, true);
        socket.soTimeout = connected.getSoTimeout();
        return socket;
    }

    /** A server's socket. */
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
            throw new IllegalArgumentException("not an address of a host: " + endpoint);
        }
        if (channel == null) {
            throw new SocketException("already connected");
        }
        if (closed) {
            throw new SocketException("Socket is closed");
        }
        under.connect(endpoint, timeout);
        hostUnlessSaid(remote.getHostString());
    }

    /** The socket; made if it is not yet, and then there is no more to say about what to negotiate. */
    private TlsSocket tls() throws IOException {
        TlsSocket made = tls;
        if (made != null && !closed) {
            return made;
        }
        lock.lock();
        try {
            rethrow(failure);
            if (closed) {
                throw new SocketException("Socket is closed");
            }
            made = tls;
            if (made == null) {
                made = make(context());
                tls = made;
                cancelCleaner();
            }
            return made;
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

    /** The socket has a cleaner of its own, or the channel is closed. */
    private void cancelCleaner() {
        ChannelCleaner registered = cleaner;
        if (registered != null) {
            registered.cancel();
        }
    }

    private TlsSocket make(TlsContext context) throws IOException {
        String meant = host();
        boolean client = getUseClientMode();
        if (client && meant == null) {
            throw new SocketException("nobody said which host is meant");
        }
        if (channel == null) {
            LayeredBio over = pipe;
            if (over == null) {
                throw new IllegalStateException("neither channel nor pipe");
            }
            return TlsSocket.over(
                    meant == null || !client ? context.accept(over) : context.connect(over, meant, peerPort()));
        }
        TlsSocket made = meant == null || !client
                ? TlsSocket.server(context, channel)
                : TlsSocket.client(context, channel, meant, peerPort());
        limit(made, soTimeout);
        return made;
    }

    private int peerPort() {
        return port > 0 ? port : Math.max(0, getPort());
    }

    private static void limit(TlsSocket socket, int millis) {
        socket.readTimeout(Duration.ofMillis(millis));
        socket.handshakeTimeout(Duration.ofMillis(millis));
    }

    // ---- the handshake

    @Override
    public void startHandshake() throws IOException {
        established();
    }

    /**
     * The socket after its handshake. A handshake that fails in any way closes this: the other end cannot tell how much of it was done,
     * and many users leave a failed socket to itself, for instance {@code HttpsURLConnection}. SunJSSE does the same, but for timeouts of
     * {@link #startHandshake}.
     */
    TlsSocket established() throws IOException {
        requireConnected();
        try {
            TlsSocket socket = tls();
            if (session == null || !socket.connection().isHandshakeDone()) {
                socket.doHandshake();
                tell(sessionOf(socket));
            }
            return socket;
        } catch (IOException | RuntimeException e) {
            closeAfter(e);
            throw e;
        }
    }

    private void requireConnected() throws SocketException {
        if (!closed && !under.isConnected()) {
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

    private void tell(SSLSession negotiated) {
        if (!listeners.isEmpty() && told.compareAndSet(false, true)) {
            HandshakeCompletedEvent event = new HandshakeCompletedEvent(this, negotiated);
            Thread.ofVirtual()
                    .name("parktls-handshake-completed")
                    .start(() -> listeners.forEach(listener -> listener.handshakeCompleted(event)));
        }
    }

    /** Shakes hands first; if that fails, the session says so by being invalid. */
    @Override
    public SSLSession getSession() {
        SSLSession known = session;
        if (known != null) {
            return known;
        }
        try {
            return sessionOf(established());
        } catch (IOException e) {
            // The next operation will tell.
            return new SslSessionAdapter(null, host(), peerPort());
        }
    }

    @Override
    public SSLSession getHandshakeSession() {
        throw new UnsupportedOperationException("there is no session before the handshake is done");
    }

    /** Null before the handshake is done, empty if no protocol was agreed on. */
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
        throw new UnsupportedOperationException("the protocol is not known before the handshake is done");
    }

    @Override
    public void setHandshakeApplicationProtocolSelector(BiFunction<SSLSocket, List<String>, String> f) {
        throw new UnsupportedOperationException("the TlsContext's list of application protocols decides");
    }

    @Override
    public void addHandshakeCompletedListener(HandshakeCompletedListener listener) {
        listeners.add(listener);
    }

    @Override
    public void removeHandshakeCompletedListener(HandshakeCompletedListener listener) {
        if (!listeners.remove(listener)) {
            throw new IllegalArgumentException("no such listener");
        }
    }

    // ---- data

    /** Reading shakes hands first. Closing the stream closes the socket. */
    @Override
    public InputStream getInputStream() throws IOException {
        requireUsable();
        return new SslSocketStreams.Input(this);
    }

    /** Writing shakes hands first. Closing the stream closes the socket. */
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

    /** How many bytes can be read without waiting, as far as known. */
    int available() {
        TlsSocket socket = tls;
        return socket == null ? 0 : socket.connection().pending();
    }

    /** A limit for each read and for the handshake. */
    @Override
    public void setSoTimeout(int millis) throws SocketException {
        if (millis < 0) {
            throw new IllegalArgumentException("negative timeout: " + millis);
        }
        lock.lock();
        try {
            soTimeout = millis;
            TlsSocket socket = tls;
            if (channel == null) {
                under.setSoTimeout(millis);
            } else if (socket != null) {
                limit(socket, millis);
            }
        } finally {
            lock.unlock();
        }
    }

    @Override
    public int getSoTimeout() {
        return soTimeout;
    }

    // ---- the end

    /** Refused: a peer cannot be told that nobody reads any more but by closing. */
    @Override
    public void shutdownInput() {
        throw new UnsupportedOperationException("TLS cannot shut its input: close the socket");
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
            under.close();
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
        return "SSLSocket[" + (tls == null ? under : tls) + "]";
    }
}
