package io.parktls.sockets.jsse;

import io.parktls.TlsContext;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.Properties;
import javax.net.ServerSocketFactory;
import javax.net.ssl.SSLServerSocketFactory;
import org.jspecify.annotations.Nullable;

/**
 * An {@code SSLServerSocketFactory} whose server sockets are adapters for {@link io.parktls.sockets.TlsServerSocket}.
 *
 * <p>Software that loads factories by class name finds the static {@link #getDefault()} and constructors without
 * arguments, with a {@code String} and with {@code Properties}; {@link FactoryProperties} documents the properties.
 *
 * <p>Thread-safe. See the package documentation for the settings that the sockets support. The class may be extended.
 */
public class TlsServerSocketFactory extends SSLServerSocketFactory {
    private final SocketContext context;

    /**
     * Creates a factory of server sockets with the settings of the given context.
     *
     * @param context the context of the sockets
     */
    public TlsServerSocketFactory(TlsContext context) {
        this(SocketContext.of(context));
    }

    /**
     * Creates a factory with the settings of the system properties that {@link FactoryProperties} lists.
     *
     * @throws IllegalArgumentException if a property is invalid; the message names it
     */
    public TlsServerSocketFactory() {
        this(FactoryProperties.ofSystem().socketContext());
    }

    /**
     * Creates a factory with the settings of a properties file, as {@link FactoryProperties} lists them.
     *
     * @param file the path of the file
     * @throws IllegalArgumentException if the file cannot be read or a property is invalid; the message names it
     */
    public TlsServerSocketFactory(String file) {
        this(FactoryProperties.ofFile(file).socketContext());
    }

    /**
     * Creates a factory with the settings of properties, as {@link FactoryProperties} lists them. Other properties are
     * ignored.
     *
     * @param properties the properties
     * @throws IllegalArgumentException if a property is invalid; the message names it
     */
    public TlsServerSocketFactory(Properties properties) {
        this(new FactoryProperties(properties).socketContext());
    }

    TlsServerSocketFactory(SocketContext context) {
        this.context = context;
    }

    /** {@return a factory with the settings of the system properties, the same object on each call} */
    public static ServerSocketFactory getDefault() {
        return Default.INSTANCE;
    }

    private static final class Default {
        static final TlsServerSocketFactory INSTANCE = new TlsServerSocketFactory();
    }

    private NegotiationSettings settings() {
        return new NegotiationSettings(context);
    }

    @Override
    public String[] getDefaultCipherSuites() {
        return settings().cipherSuites(false);
    }

    @Override
    public String[] getSupportedCipherSuites() {
        return settings().supportedCipherSuites();
    }

    /** Creates an unbound server socket. */
    @Override
    public ServerSocket createServerSocket() throws IOException {
        return new SslServerSocketAdapter(settings());
    }

    @Override
    public ServerSocket createServerSocket(int port) throws IOException {
        return createServerSocket(port, 0, null);
    }

    @Override
    public ServerSocket createServerSocket(int port, int backlog) throws IOException {
        return createServerSocket(port, backlog, null);
    }

    @Override
    public ServerSocket createServerSocket(int port, int backlog, @Nullable InetAddress address) throws IOException {
        ServerSocket socket = createServerSocket();
        try {
            socket.bind(new InetSocketAddress(address, port), backlog);
            return socket;
        } catch (IOException | RuntimeException e) {
            socket.close();
            throw e;
        }
    }
}
