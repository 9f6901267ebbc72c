package io.parktls.sockets.jsse;

import io.parktls.TlsContext;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import javax.net.ssl.SSLServerSocketFactory;
import org.jspecify.annotations.Nullable;

/**
 * An {@code SSLServerSocketFactory} whose server sockets are adapters for {@link io.parktls.sockets.TlsServerSocket}.
 *
 * <p>Thread-safe. See the package documentation for the settings that the sockets support.
 */
public final class TlsServerSocketFactory extends SSLServerSocketFactory {
    private final TlsContext context;

    /**
     * Creates a factory of server sockets with the settings of the given context.
     *
     * @param context the context of the sockets
     */
    public TlsServerSocketFactory(TlsContext context) {
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

    /** Creates an unbound server socket. */
    @Override
    public ServerSocket createServerSocket() throws IOException {
        return new SslServerSocketAdapter(new NegotiationSettings(context));
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
        socket.bind(new InetSocketAddress(address, port), backlog);
        return socket;
    }
}
