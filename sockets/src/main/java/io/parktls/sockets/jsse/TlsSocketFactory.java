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
 * An {@code SSLSocketFactory} whose sockets are adapters for {@link io.parktls.sockets.TlsSocket}.
 *
 * <p>Thread-safe. See the package documentation for the settings that the sockets support.
 */
public final class TlsSocketFactory extends SSLSocketFactory {
    private final TlsContext context;

    /**
     * Creates a factory of client sockets with the settings of the given context.
     *
     * @param context the context of the sockets
     */
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

    /** Creates an unconnected socket. The host that it is connected to later is the host that it verifies. */
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
     * Creates a socket for TLS over a connected socket, for instance a connection through a proxy. Reads and writes
     * block in the connected socket, so that socket determines how timeouts and interrupts work.
     *
     * <p>For STARTTLS on a server, {@code setUseClientMode(false)} makes the new socket a server's, if the context has
     * an identity.
     *
     * @param connected the underlying socket
     * @param host the name or IP address to verify; a name is also sent as SNI
     * @param port the peer's port, for the session; 0 for the port of the underlying socket
     * @param autoClose whether closing the new socket closes the underlying socket. If the peer is still sending 250 ms
     *     later, the underlying socket is closed once the peer has closed its end, has sent nothing for 5 seconds, or
     *     30 seconds have passed
     */
    @Override
    public Socket createSocket(Socket connected, String host, int port, boolean autoClose) throws IOException {
        if (!connected.isConnected()) {
            throw new SocketException("the underlying socket is not connected");
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
