package io.parktls.sockets.jsse;

import io.parktls.TlsContext;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.channels.SocketChannel;
import javax.net.ssl.SSLSocketFactory;
import org.jspecify.annotations.Nullable;

/**
 * Makes client sockets that are {@link io.parktls.sockets.TlsSocket}s in the dress of {@code SSLSocket}.
 *
 * <p>Thread-safe. See the package for what the sockets cannot be told.
 */
public final class TlsSocketFactory extends SSLSocketFactory {
    private final TlsContext context;

    /** A factory of client sockets that negotiate what the context says. */
    public TlsSocketFactory(TlsContext context) {
        this.context = context;
    }

    @Override
    public String[] getDefaultCipherSuites() {
        return new NegotiationSettings(context).supportedCipherSuites();
    }

    @Override
    public String[] getSupportedCipherSuites() {
        return new NegotiationSettings(context).supportedCipherSuites();
    }

    /** Not connected: the host that it is connected to later is the host that is verified. */
    @Override
    public Socket createSocket() throws IOException {
        return SslSocketAdapter.unconnected(new NegotiationSettings(context), SocketChannel.open());
    }

    @Override
    public Socket createSocket(String host, int port) throws IOException {
        return connect(new InetSocketAddress(host, port), null);
    }

    @Override
    public Socket createSocket(InetAddress address, int port) throws IOException {
        return connect(new InetSocketAddress(address, port), null);
    }

    @Override
    public Socket createSocket(String host, int port, InetAddress localAddress, int localPort) throws IOException {
        return connect(new InetSocketAddress(host, port), new InetSocketAddress(localAddress, localPort));
    }

    @Override
    public Socket createSocket(InetAddress address, int port, InetAddress localAddress, int localPort)
            throws IOException {
        return connect(new InetSocketAddress(address, port), new InetSocketAddress(localAddress, localPort));
    }

    /**
     * TLS over a socket that is connected, for instance by way of a proxy. It waits as that socket waits: time limits and
     * interrupts are that socket's affair.
     *
     * <p>For STARTTLS the new socket may be turned into a server's with {@code setUseClientMode(false)}, if the context has an
     * identity.
     *
     * @param host the name or IP address to verify; a name is also sent as SNI
     * @param port the port that goes with the host, for the session; 0 for that of the socket underneath
     * @param autoClose whether closing the new socket closes the one underneath: at once, or, if the peer is still sending 250 ms later,
     *     when the peer has closed its end, has sent nothing for 5 seconds, or 30 seconds have passed
     */
    @Override
    public Socket createSocket(Socket connected, String host, int port, boolean autoClose) throws IOException {
        if (!connected.isConnected()) {
            throw new SocketException("the socket underneath is not connected");
        }
        return SslSocketAdapter.layered(new NegotiationSettings(context), connected, host, port, autoClose);
    }

    private Socket connect(InetSocketAddress remote, @Nullable InetSocketAddress local) throws IOException {
        Socket socket = createSocket();
        try {
            if (local != null) {
                socket.bind(local);
            }
            socket.connect(remote);
            return socket;
        } catch (IOException | RuntimeException e) {
            socket.close();
            throw e;
        }
    }
}
