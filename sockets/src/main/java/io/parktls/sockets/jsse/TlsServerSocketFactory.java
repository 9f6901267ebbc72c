package io.parktls.sockets.jsse;

import io.parktls.TlsContext;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import javax.net.ssl.SSLServerSocketFactory;
import org.jspecify.annotations.Nullable;

/**
 * Makes server sockets that are {@link io.parktls.sockets.TlsServerSocket}s in the dress of {@code SSLServerSocket}.
 *
 * <p>Thread-safe. See the package for what the sockets cannot be told.
 */
public final class TlsServerSocketFactory extends SSLServerSocketFactory {
    private final TlsContext context;

    /** A factory of server sockets that negotiate what the context says. */
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

    /** Not bound. */
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
