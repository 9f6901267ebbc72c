package io.parktls.sockets.jsse;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.SocketException;
import java.net.SocketOption;
import java.nio.channels.SocketChannel;
import java.util.Set;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;

/** An {@code SSLSocket} on top of another socket, whose addresses and options are its own. */
abstract class DelegatingSslSocket extends SSLSocket {
    /** What is underneath: a channel's view of itself, or the socket this was layered over. Never read or written here. */
    final Socket under;

    DelegatingSslSocket(Socket under) {
        this.under = under;
    }

    /** None: who read or wrote it would break into the records. */
    @Override
    public @Nullable SocketChannel getChannel() {
        return null;
    }

    @Override
    public void bind(SocketAddress local) throws IOException {
        under.bind(local);
    }

    @Override
    public boolean isConnected() {
        return under.isConnected();
    }

    @Override
    public boolean isBound() {
        return under.isBound();
    }

    @Override
    public @Nullable InetAddress getInetAddress() {
        return under.getInetAddress();
    }

    @Override
    public int getPort() {
        return under.getPort();
    }

    @Override
    public InetAddress getLocalAddress() {
        return under.getLocalAddress();
    }

    @Override
    public int getLocalPort() {
        return under.getLocalPort();
    }

    @Override
    public @Nullable SocketAddress getRemoteSocketAddress() {
        return under.getRemoteSocketAddress();
    }

    @Override
    public @Nullable SocketAddress getLocalSocketAddress() {
        return under.getLocalSocketAddress();
    }

    @Override
    public <T> Socket setOption(SocketOption<T> option, T value) throws IOException {
        under.setOption(option, value);
        return this;
    }

    @Override
    public <T> T getOption(SocketOption<T> option) throws IOException {
        return under.getOption(option);
    }

    @Override
    public Set<SocketOption<?>> supportedOptions() {
        return under.supportedOptions();
    }

    @Override
    public void setTcpNoDelay(boolean on) throws SocketException {
        under.setTcpNoDelay(on);
    }

    @Override
    public boolean getTcpNoDelay() throws SocketException {
        return under.getTcpNoDelay();
    }

    @Override
    public void setSoLinger(boolean on, int seconds) throws SocketException {
        under.setSoLinger(on, seconds);
    }

    @Override
    public int getSoLinger() throws SocketException {
        return under.getSoLinger();
    }

    @Override
    public void setKeepAlive(boolean on) throws SocketException {
        under.setKeepAlive(on);
    }

    @Override
    public boolean getKeepAlive() throws SocketException {
        return under.getKeepAlive();
    }

    @Override
    public void setSendBufferSize(int size) throws SocketException {
        under.setSendBufferSize(size);
    }

    @Override
    public int getSendBufferSize() throws SocketException {
        return under.getSendBufferSize();
    }

    @Override
    public void setReceiveBufferSize(int size) throws SocketException {
        under.setReceiveBufferSize(size);
    }

    @Override
    public int getReceiveBufferSize() throws SocketException {
        return under.getReceiveBufferSize();
    }

    @Override
    public void setTrafficClass(int trafficClass) throws SocketException {
        under.setTrafficClass(trafficClass);
    }

    @Override
    public int getTrafficClass() throws SocketException {
        return under.getTrafficClass();
    }

    @Override
    public void setReuseAddress(boolean on) throws SocketException {
        under.setReuseAddress(on);
    }

    @Override
    public boolean getReuseAddress() throws SocketException {
        return under.getReuseAddress();
    }

    @Override
    public void sendUrgentData(int data) throws IOException {
        throw new UnsupportedOperationException("TLS has no urgent data");
    }

    @Override
    public boolean getOOBInline() {
        return false;
    }

    @Override
    public void setOOBInline(boolean on) throws SocketException {
        throw new UnsupportedOperationException("TLS has no urgent data");
    }
}
