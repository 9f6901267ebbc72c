package io.parktls.sockets.jsse;

import io.parktls.sockets.TlsServerSocket;
import io.parktls.sockets.internal.Listeners;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.SocketException;
import java.net.SocketOption;
import java.net.SocketTimeoutException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLServerSocket;
import org.jspecify.annotations.Nullable;

/** Adapts a {@link TlsServerSocket} to {@code SSLServerSocket}. Accepted sockets inherit its settings. */
final class SslServerSocketAdapter extends SSLServerSocket {
    private final NegotiationSettings negotiation;
    private final ServerSocketChannel channel = ServerSocketChannel.open();

    /** The channel's socket, for options and addresses. */
    private final ServerSocket underlying = channel.socket();

    /** Guards binding and closing. */
    private final ReentrantLock lock = new ReentrantLock();

    /** Null until bound. Written once, guarded by {@link #lock}. */
    private volatile @Nullable TlsServerSocket server;

    /** In milliseconds; 0 for none. */
    private volatile int soTimeout;

    /** Writes are guarded by {@link #lock}. */
    private volatile boolean closed;

    /** Whether accepted sockets begin as clients, as FTP servers need it for some data connections. */
    private volatile boolean client;

    SslServerSocketAdapter(NegotiationSettings negotiation) throws IOException {
        this.negotiation = negotiation;
    }

    @Override
    public void bind(@Nullable SocketAddress endpoint) throws IOException {
        bind(endpoint, 0);
    }

    @Override
    public void bind(@Nullable SocketAddress endpoint, int backlog) throws IOException {
        lock.lock();
        try {
            if (closed || server != null) {
                throw new SocketException(closed ? "Socket is closed" : "Already bound");
            }
            if (endpoint != null && !(endpoint instanceof InetSocketAddress)) {
                throw new IllegalArgumentException("not an InetSocketAddress: " + endpoint);
            }
            underlying.bind(endpoint, Listeners.orDefault(backlog));
            TlsServerSocket bound = TlsServerSocket.over(negotiation.shared().widest(), channel);
            bound.acceptTimeout(Duration.ofMillis(soTimeout));
            server = bound;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public Socket accept() throws IOException {
        TlsServerSocket listening = server;
        if (closed || listening == null) {
            throw new SocketException(closed ? "Socket is closed" : "Socket is not bound yet");
        }
        SocketChannel accepted;
        try {
            accepted = listening.acceptChannel();
        } catch (ClosedChannelException e) {
            throw withCause(new SocketException("Socket closed"), e);
        } catch (SocketTimeoutException e) {
            throw withCause(new SocketTimeoutException("Accept timed out"), e);
        } catch (InterruptedIOException e) {
            // As in the JDK, an interrupt of a virtual thread closes the socket.
            close();
            throw withCause(new SocketException("Closed by interrupt"), e);
        }
        SslSocketAdapter socket = SslSocketAdapter.accepted(negotiation.copy(), accepted);
        socket.setUseClientMode(client);
        return socket;
    }

    private static <T extends IOException> T withCause(T failure, Throwable cause) {
        failure.initCause(cause);
        return failure;
    }

    @Override
    public void close() throws IOException {
        lock.lock();
        try {
            closed = true;
            TlsServerSocket listening = server;
            if (listening == null) {
                channel.close();
            } else {
                listening.close();
            }
        } finally {
            lock.unlock();
        }
    }

    @Override
    public boolean isBound() {
        return server != null;
    }

    @Override
    public boolean isClosed() {
        return closed;
    }

    // ---- addresses and options

    /** Returns null: a caller that accepted from the channel would get connections without TLS. */
    @Override
    public @Nullable ServerSocketChannel getChannel() {
        return null;
    }

    @Override
    public @Nullable SocketAddress getLocalSocketAddress() {
        return local();
    }

    @Override
    public @Nullable InetAddress getInetAddress() {
        InetSocketAddress local = local();
        return local == null ? null : local.getAddress();
    }

    @Override
    public int getLocalPort() {
        InetSocketAddress local = local();
        return local == null ? -1 : local.getPort();
    }

    private @Nullable InetSocketAddress local() {
        TlsServerSocket listening = server;
        return listening != null && listening.localAddress() instanceof InetSocketAddress local ? local : null;
    }

    @Override
    public void setSoTimeout(int millis) throws SocketException {
        if (millis < 0) {
            throw new IllegalArgumentException("negative timeout: " + millis);
        }
        if (closed) {
            throw new SocketException("Socket is closed");
        }
        soTimeout = millis;
        TlsServerSocket listening = server;
        if (listening != null) {
            listening.acceptTimeout(Duration.ofMillis(millis));
        }
    }

    @Override
    public int getSoTimeout() throws IOException {
        if (closed) {
            throw new SocketException("Socket is closed");
        }
        return soTimeout;
    }

    @Override
    public void setReuseAddress(boolean on) throws SocketException {
        underlying.setReuseAddress(on);
    }

    @Override
    public boolean getReuseAddress() throws SocketException {
        return underlying.getReuseAddress();
    }

    @Override
    public void setReceiveBufferSize(int size) throws SocketException {
        underlying.setReceiveBufferSize(size);
    }

    @Override
    public int getReceiveBufferSize() throws SocketException {
        return underlying.getReceiveBufferSize();
    }

    @Override
    public <T> ServerSocket setOption(SocketOption<T> option, T value) throws IOException {
        underlying.setOption(option, value);
        return this;
    }

    @Override
    public <T> T getOption(SocketOption<T> option) throws IOException {
        return underlying.getOption(option);
    }

    @Override
    public Set<SocketOption<?>> supportedOptions() {
        return underlying.supportedOptions();
    }

    // ---- negotiation settings of sockets accepted from now on

    @Override
    public String[] getSupportedCipherSuites() {
        return negotiation.supportedCipherSuites();
    }

    @Override
    public String[] getEnabledCipherSuites() {
        return negotiation.cipherSuites(client);
    }

    @Override
    public void setEnabledCipherSuites(String[] suites) {
        negotiation.cipherSuites(suites);
    }

    @Override
    public String[] getSupportedProtocols() {
        return negotiation.supportedProtocols();
    }

    @Override
    public String[] getEnabledProtocols() {
        return negotiation.protocols(client);
    }

    @Override
    public void setEnabledProtocols(String[] protocols) {
        negotiation.protocols(protocols);
    }

    @Override
    public SSLParameters getSSLParameters() {
        return negotiation.parameters(client);
    }

    @Override
    public void setSSLParameters(SSLParameters parameters) {
        negotiation.parameters(parameters);
    }

    @Override
    public void setUseClientMode(boolean mode) {
        client = mode;
    }

    @Override
    public boolean getUseClientMode() {
        return client;
    }

    @Override
    public void setNeedClientAuth(boolean need) {
        negotiation.needClientAuth(need);
    }

    @Override
    public boolean getNeedClientAuth() {
        return negotiation.needsClientAuth();
    }

    @Override
    public void setWantClientAuth(boolean want) {
        negotiation.wantClientAuth(want);
    }

    @Override
    public boolean getWantClientAuth() {
        return negotiation.wantsClientAuth();
    }

    @Override
    public void setEnableSessionCreation(boolean enabled) {
        negotiation.enableSessionCreation(enabled);
    }

    @Override
    public boolean getEnableSessionCreation() {
        return negotiation.isSessionCreationEnabled();
    }

    @Override
    public String toString() {
        return "SSLServerSocket[" + (server == null ? "unbound" : server) + "]";
    }
}
