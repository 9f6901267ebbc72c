package io.parktls.sockets.jsse;

import io.parktls.TlsContext;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.channels.SocketChannel;
import java.util.Properties;
import javax.net.SocketFactory;
import javax.net.ssl.SSLSocketFactory;
import org.jspecify.annotations.Nullable;

/**
 * An {@code SSLSocketFactory} whose sockets are adapters for {@link io.parktls.sockets.TlsSocket}.
 *
 * <p>Software that loads socket factories by class name finds the static {@link #getDefault()} and constructors without
 * arguments, with a {@code String} and with {@code Properties}; {@link FactoryProperties} documents the properties.
 *
 * <p>Thread-safe. See the package documentation for the settings that the sockets support. The class may be extended.
 */
public class TlsSocketFactory extends SSLSocketFactory {
    private final SocketContext context;

    /**
     * Creates a factory of client sockets with the settings of the given context.
     *
     * @param context the context of the sockets
     */
    public TlsSocketFactory(TlsContext context) {
        this(SocketContext.of(context));
    }

    /**
     * Creates a factory with the settings of the system properties that {@link FactoryProperties} lists.
     *
     * @throws IllegalArgumentException if a property is invalid; the message names it
     */
    public TlsSocketFactory() {
        this(FactoryProperties.ofSystem().socketContext());
    }

    /**
     * Creates a factory with the settings of a properties file, as {@link FactoryProperties} lists them. PostgreSQL's
     * driver, for example, passes {@code sslfactoryarg} to this constructor.
     *
     * @param file the path of the file
     * @throws IllegalArgumentException if the file cannot be read or a property is invalid; the message names it
     */
    public TlsSocketFactory(String file) {
        this(FactoryProperties.ofFile(file).socketContext());
    }

    /**
     * Creates a factory with the settings of properties, as {@link FactoryProperties} lists them. Other properties are
     * ignored.
     *
     * @param properties the properties
     * @throws IllegalArgumentException if a property is invalid; the message names it
     */
    public TlsSocketFactory(Properties properties) {
        this(new FactoryProperties(properties).socketContext());
    }

    TlsSocketFactory(SocketContext context) {
        this.context = context;
    }

    /** {@return a factory with the settings of the system properties, the same object on each call} */
    public static SocketFactory getDefault() {
        return Default.INSTANCE;
    }

    private static final class Default {
        static final TlsSocketFactory INSTANCE = new TlsSocketFactory();
    }

    private NegotiationSettings settings() {
        return new NegotiationSettings(context);
    }

    @Override
    public String[] getDefaultCipherSuites() {
        return settings().cipherSuites(true);
    }

    @Override
    public String[] getSupportedCipherSuites() {
        return settings().supportedCipherSuites();
    }

    /** Creates an unconnected socket. The host that it is connected to later is the host that it verifies. */
    @Override
    public Socket createSocket() throws IOException {
        return SslSocketAdapter.unconnected(settings(), SocketChannel.open());
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
     * Creates a socket for TLS over a connected socket, for instance a connection through a proxy.
     *
     * <p>For STARTTLS on a server, {@code setUseClientMode(false)} makes the new socket a server's.
     *
     * @param connected the underlying socket
     * @param host the name or IP address to verify; a name is also sent as SNI. Null if it is not known
     * @param port the peer's port, for the session; 0 or less for the port of the underlying socket
     * @param autoClose whether closing the new socket closes the underlying socket. If the peer is still sending 250 ms
     *     later, the underlying socket is closed once the peer has closed its end, has sent nothing for 5 seconds, or
     *     30 seconds have passed
     */
    @Override
    public Socket createSocket(Socket connected, @Nullable String host, int port, boolean autoClose)
            throws IOException {
        requireConnected(connected);
        LayeredBio pipe = new LayeredBio(connected, autoClose);
        return SslSocketAdapter.layered(settings(), connected, pipe, host, port, true);
    }

    /**
     * Creates a server's socket for TLS over a connected socket of which some bytes have been read, for instance to
     * find out the protocol or the server name.
     *
     * @param connected the underlying socket
     * @param consumed the bytes that were read, which come first; null for none
     * @param autoClose as for {@link #createSocket(Socket, String, int, boolean)}
     */
    @Override
    public Socket createSocket(Socket connected, @Nullable InputStream consumed, boolean autoClose) throws IOException {
        requireConnected(connected);
        LayeredBio pipe = new LayeredBio(connected, autoClose, consumed);
        return SslSocketAdapter.layered(settings(), connected, pipe, null, 0, false);
    }

    private static void requireConnected(Socket connected) throws SocketException {
        if (!connected.isConnected()) {
            throw new SocketException("the underlying socket is not connected");
        }
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
