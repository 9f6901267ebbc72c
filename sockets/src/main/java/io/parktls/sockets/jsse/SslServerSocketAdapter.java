package io.parktls.sockets.jsse;

import io.parktls.sockets.TlsServerSocket;
import io.parktls.sockets.TlsSocket;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.SocketException;
import java.time.Duration;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLServerSocket;
import org.jspecify.annotations.Nullable;

/** Adapts a {@link TlsServerSocket} to {@code SSLServerSocket}. */
final class SslServerSocketAdapter extends SSLServerSocket {
    private final NegotiationSettings negotiation;

    /** Null until bound. Written once. */
    private volatile @Nullable TlsServerSocket server;

    /** In milliseconds; 0 for none. */
    private volatile int soTimeout;

    private volatile boolean closed;

    SslServerSocketAdapter(NegotiationSettings negotiation) throws IOException {
        this.negotiation = negotiation;
    }

    @Override
    public void bind(@Nullable SocketAddress endpoint, int backlog) throws IOException {
        if (closed || server != null) {
            throw new SocketException(closed ? "Socket is closed" : "Already bound");
        }
        TlsServerSocket opened = TlsServerSocket.open(
                negotiation.context(false), endpoint == null ? new InetSocketAddress(0) : endpoint, backlog);
        opened.acceptTimeout(Duration.ofMillis(soTimeout));
        server = opened;
    }

    @Override
    public Socket accept() throws IOException {
        TlsServerSocket listening = server;
        if (listening == null) {
            throw new SocketException("Socket is not bound yet");
        }
        NegotiationSettings current = negotiation.copy();
        TlsSocket accepted = listening.accept(current.context(false));
        return SslSocketAdapter.accepted(current, accepted, accepted.channel().orElseThrow());
    }

    @Override
    public void close() throws IOException {
        closed = true;
        TlsServerSocket listening = server;
        if (listening != null) {
            listening.close();
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
    public void setSoTimeout(int millis) {
        soTimeout = millis;
        TlsServerSocket listening = server;
        if (listening != null) {
            listening.acceptTimeout(Duration.ofMillis(millis));
        }
    }

    @Override
    public int getSoTimeout() {
        return soTimeout;
    }

    // ---- negotiation settings of sockets accepted from now on

    @Override
    public String[] getSupportedCipherSuites() {
        return negotiation.supportedCipherSuites();
    }

    @Override
    public String[] getEnabledCipherSuites() {
        return negotiation.cipherSuites();
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
        return negotiation.protocols();
    }

    @Override
    public void setEnabledProtocols(String[] protocols) {
        negotiation.protocols(protocols);
    }

    @Override
    public SSLParameters getSSLParameters() {
        return negotiation.parameters();
    }

    @Override
    public void setSSLParameters(SSLParameters parameters) {
        if (parameters.getServerNames() != null) {
            throw new UnsupportedOperationException(
                    "a server has no server names to send: its identities determine the names it serves");
        }
        negotiation.parameters(parameters);
    }

    @Override
    public void setUseClientMode(boolean mode) {
        if (mode) {
            throw new UnsupportedOperationException("accepted sockets cannot be in client mode");
        }
    }

    @Override
    public boolean getUseClientMode() {
        return false;
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
        negotiation.requireSessionCreation(enabled);
    }

    @Override
    public boolean getEnableSessionCreation() {
        return true;
    }

    @Override
    public String toString() {
        return "SSLServerSocket[" + (server == null ? "unbound" : server) + "]";
    }
}
