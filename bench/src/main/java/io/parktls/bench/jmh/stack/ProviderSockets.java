package io.parktls.bench.jmh.stack;

import io.parktls.sockets.jsse.ParkTlsProvider;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.security.GeneralSecurityException;
import java.security.Provider;
import java.security.Security;
import java.util.Optional;
import java.util.concurrent.SynchronousQueue;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSession;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;

/**
 * A client and a server on the {@code SSLSocket}s of a provider, over loopback. The key manager and the trust manager
 * are the JDK's, whatever the provider. For one client thread.
 */
public final class ProviderSockets implements AutoCloseable {
    private final SSLSocketFactory clients;
    private final SSLServerSocket server;
    private final SSLParameters parameters;
    private final boolean noDelay;
    private final InetSocketAddress address;

    /** Hands over the outcome of each handshake of the server: empty, or its failure. */
    private final SynchronousQueue<Optional<IOException>> handshakes = new SynchronousQueue<>();

    private ProviderSockets(SSLContext client, SSLServerSocket server, Terms terms, boolean noDelay)
            throws UnknownHostException {
        this.clients = client.getSocketFactory();
        this.server = server;
        this.noDelay = noDelay;
        this.address = new InetSocketAddress(
                InetAddress.getByAddress(
                        Pki.HOST, InetAddress.getLoopbackAddress().getAddress()),
                server.getLocalPort());
        this.parameters = new SSLParameters(
                new String[] {terms.suite().name()},
                new String[] {terms.suite().version().standardName()});
        parameters.setNamedGroups(new String[] {terms.group().standardName()});
        parameters.setEndpointIdentificationAlgorithm("HTTPS");
    }

    /**
     * Opens a server.
     *
     * @param provider the name of the provider
     * @param noDelay whether both ends set TCP_NODELAY, which SunJSSE does not do by itself
     */
    public static ProviderSockets open(String provider, Terms terms, boolean noDelay) throws IOException {
        try {
            Provider sun = Security.getProvider("SunJSSE");
            Provider tested = provider.equals(ParkTlsProvider.NAME) ? new ParkTlsProvider() : sun;
            Pki pki = Pki.of(terms.key());
            SSLContext client = SSLContext.getInstance("TLS", tested);
            client.init(null, pki.trustManagers(sun), null);
            SSLContext server = SSLContext.getInstance("TLS", tested);
            server.init(pki.keyManagers("SunX509", sun), null, null);
            SSLServerSocket listening = (SSLServerSocket)
                    server.getServerSocketFactory().createServerSocket(0, 0, InetAddress.getLoopbackAddress());
            ProviderSockets sockets = new ProviderSockets(client, listening, terms, noDelay);
            Thread.ofVirtual().name("server").start(sockets::serve);
            return sockets;
        } catch (GeneralSecurityException e) {
            throw new IOException("cannot open the sockets of " + provider, e);
        }
    }

    private void serve() {
        try {
            while (!server.isClosed()) {
                handshakes.put(acceptOne());
            }
        } catch (InterruptedException e) {
            // Nobody interrupts this thread.
            Thread.currentThread().interrupt();
        }
    }

    private Optional<IOException> acceptOne() {
        try (SSLSocket socket = (SSLSocket) server.accept()) {
            socket.setTcpNoDelay(noDelay || socket.getTcpNoDelay());
            socket.setSoLinger(true, 0);
            socket.startHandshake();
            return Optional.empty();
        } catch (IOException e) {
            return Optional.of(e);
        }
    }

    /**
     * Connects and performs a full handshake on both ends. The connection is then reset, so that no port waits for its
     * end.
     */
    public SSLSession handshake() throws IOException {
        try (SSLSocket socket = (SSLSocket) clients.createSocket()) {
            socket.connect(address);
            socket.setTcpNoDelay(noDelay || socket.getTcpNoDelay());
            socket.setSSLParameters(parameters);
            socket.startHandshake();
            Optional<IOException> outcome = handshakes.take();
            if (outcome.isPresent()) {
                throw new IOException("the server's handshake failed", outcome.get());
            }
            socket.setSoLinger(true, 0);
            return socket.getSession();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while the server handshakes");
        }
    }

    @Override
    public void close() throws IOException {
        server.close();
        // The thread of the server may wait for a client that takes the outcome.
        handshakes.poll();
    }
}
