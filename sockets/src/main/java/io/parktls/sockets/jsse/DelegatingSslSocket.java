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

/** An {@code SSLSocket} that takes its addresses and options from an underlying socket. */
abstract class DelegatingSslSocket extends SSLSocket {
    /** The socket of a channel, or the socket that this one is layered over. This class never reads or writes it. */
    final Socket underlying;

    DelegatingSslSocket(Socket underlying) {
        this.underlying = underlying;
    }

    /** Returns null: a caller that read or wrote the channel would corrupt the record stream. */
    @Override
    public @Nullable SocketChannel getChannel() {
        return null;
    }

    @Override
    public void bind(SocketAddress local) throws IOException {
        underlying.bind(local);
    }

    @Override
    public boolean isConnected() {
        return underlying.isConnected();
    }

    @Override
    public boolean isBound() {
        return underlying.isBound();
    }

    @Override
    public @Nullable InetAddress getInetAddress() {
        return underlying.getInetAddress();
    }

    @Override
    public int getPort() {
        return underlying.getPort();
    }

    @Override
    public InetAddress getLocalAddress() {
        return underlying.getLocalAddress();
    }

    @Override
    public int getLocalPort() {
        return underlying.getLocalPort();
    }

    @Override
    public @Nullable SocketAddress getRemoteSocketAddress() {
        return underlying.getRemoteSocketAddress();
    }

    @Override
    public @Nullable SocketAddress getLocalSocketAddress() {
        return underlying.getLocalSocketAddress();
    }

    @Override
    public <T> Socket setOption(SocketOption<T> option, T value) throws IOException {
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

    @Override
    public void setTcpNoDelay(boolean on) throws SocketException {
        underlying.setTcpNoDelay(on);
    }

    @Override
    public boolean getTcpNoDelay() throws SocketException {
        return underlying.getTcpNoDelay();
    }

    @Override
    public void setSoLinger(boolean on, int seconds) throws SocketException {
        if (on && seconds < 0) {
            throw new IllegalArgumentException("negative time to linger: " + seconds);
        }
        underlying.setSoLinger(on, seconds);
    }

    @Override
    public int getSoLinger() throws SocketException {
        return underlying.getSoLinger();
    }

    @Override
    public void setKeepAlive(boolean on) throws SocketException {
        underlying.setKeepAlive(on);
    }

    @Override
    public boolean getKeepAlive() throws SocketException {
        return underlying.getKeepAlive();
    }

    @Override
    public void setSendBufferSize(int size) throws SocketException {
        underlying.setSendBufferSize(size);
    }

    @Override
    public int getSendBufferSize() throws SocketException {
        return underlying.getSendBufferSize();
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
    public void setTrafficClass(int trafficClass) throws SocketException {
        underlying.setTrafficClass(trafficClass);
    }

    @Override
    public int getTrafficClass() throws SocketException {
        return underlying.getTrafficClass();
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
    public void sendUrgentData(int data) throws IOException {
        throw noUrgentData();
    }

    @Override
    public boolean getOOBInline() throws SocketException {
        throw noUrgentData();
    }

    @Override
    public void setOOBInline(boolean on) throws SocketException {
        throw noUrgentData();
    }

    private static SocketException noUrgentData() {
        return new SocketException("TLS has no urgent data");
    }
}
