package io.parktls.sockets;

import io.parktls.Interest;
import io.parktls.TlsContext;
import io.parktls.sockets.internal.Listeners;
import java.io.Closeable;
import java.io.IOException;
import java.lang.ref.Reference;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.SocketTimeoutException;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * A listening socket that accepts connections as {@link TlsSocket}s, whose handshakes have not begun.
 *
 * <p>It is for applications that start their own threads. {@link TlsServer} runs a virtual thread for each connection.
 *
 * {@snippet :
 * try (TlsServerSocket server = TlsServerSocket.open(context, new InetSocketAddress(8443))) {
 *     while (true) {
 *         TlsSocket socket = server.accept();
 *         Thread.startVirtualThread(() -> serve(socket));
 *     }
 * }
 * }
 *
 * <p>Thread-safe: any number of threads may accept, and any thread may close. A server socket that is dropped without
 * being closed is closed once it is unreachable.
 */
public final class TlsServerSocket implements Closeable {
    private final TlsContext context;
    private final ServerSocketChannel channel;
    private final SocketAddress localAddress;
    private final ChannelParking parking;

    /** Held by the thread that accepts, also while it is parked. */
    private final ReentrantLock acceptLock = new ReentrantLock();

    /** In nanoseconds; 0 for none. */
    private volatile long acceptTimeout;

    private TlsServerSocket(TlsContext context, ServerSocketChannel channel, ChannelParking parking)
            throws IOException {
        this.context = context;
        this.channel = channel;
        this.parking = parking;
        this.localAddress = channel.getLocalAddress();
    }

    /**
     * Listens on an address like {@link #open(TlsContext, SocketAddress, int)}, with the default backlog.
     *
     * @param context the context of accepted connections
     * @param address as for {@link #open(TlsContext, SocketAddress, int)}
     * @return an open server socket
     * @throws IOException if the address cannot be bound
     */
    public static TlsServerSocket open(TlsContext context, SocketAddress address) throws IOException {
        return open(context, address, 0);
    }

    /**
     * Listens on an address.
     *
     * @param context the context of accepted connections
     * @param address a TCP address, with port 0 for any free port, or a {@link UnixDomainSocketAddress}, whose file
     *     must not exist yet; the caller deletes it
     * @param backlog how many connections may wait to be accepted; 0 or less for 1,024. The system may have a
     *     lower limit
     * @return an open server socket
     * @throws IOException if the address cannot be bound
     */
    public static TlsServerSocket open(TlsContext context, SocketAddress address, int backlog) throws IOException {
        return over(context, Listeners.open(address, backlog));
    }

    /**
     * Creates a server socket over a bound channel, for instance one whose options were set before. The server socket
     * takes ownership of the channel: it puts the channel into non-blocking mode and closes it. The channel is also
     * closed if this method fails.
     *
     * @param context the context of accepted connections
     * @param channel a bound channel
     * @return an open server socket
     * @throws IOException if the channel cannot be configured, for instance because it is closed
     */
    public static TlsServerSocket over(TlsContext context, ServerSocketChannel channel) throws IOException {
        ChannelParking parking = ChannelParking.orClose(channel);
        try {
            TlsServerSocket socket = new TlsServerSocket(context, channel, parking);
            parking.closeAfter(socket);
            return socket;
        } catch (IOException | RuntimeException e) {
            channel.close();
            parking.close();
            throw e;
        }
    }

    /**
     * Accepts a connection like {@link #accept(TlsContext)}, with the context of this server socket.
     *
     * @return as {@link #accept(TlsContext)}
     * @throws IOException as {@link #accept(TlsContext)}
     */
    public TlsSocket accept() throws IOException {
        return accept(context);
    }

    /**
     * Waits for a connection and accepts it.
     *
     * @param connectionContext the context of this connection
     * @return a socket whose handshake has not begun, with the handshake timeout of {@link TlsSocket#server}
     * @throws SocketTimeoutException if {@link #acceptTimeout(Duration)} has expired
     * @throws java.io.InterruptedIOException if the thread was interrupted; its interrupt flag stays set
     * @throws AsynchronousCloseException if another thread closed the server socket during the call
     * @throws ClosedChannelException if the server socket is closed
     * @throws IOException if the system's {@code accept} fails, for instance because there are no more file
     *     descriptors; the server socket stays open, and the caller may try again
     */
    public TlsSocket accept(TlsContext connectionContext) throws IOException {
        return TlsSocket.server(connectionContext, acceptChannel());
    }

    /**
     * Waits for a connection and accepts its channel, from which the caller makes a socket later. The channel is in
     * blocking mode.
     *
     * @return the channel, which the caller closes
     * @throws IOException as {@link #accept(TlsContext)}
     */
    public SocketChannel acceptChannel() throws IOException {
        if (!parking.isOpen()) {
            throw new ClosedChannelException();
        }
        Waiter waiter = Waiter.of(parking, "accept", acceptTimeout);
        waiter.acquire(acceptLock);
        try {
            SocketChannel accepted = channel.accept();
            while (accepted == null) {
                waiter.await(Interest.READ);
                accepted = channel.accept();
            }
            return accepted;
        } finally {
            acceptLock.unlock();
            // Keeps the cleaner from closing the channel while a thread accepts.
            Reference.reachabilityFence(this);
        }
    }

    /**
     * Sets how long {@link #accept} waits. The default is no timeout.
     *
     * @param timeout null or zero for none
     * @throws IllegalArgumentException if the timeout is negative
     */
    public void acceptTimeout(@Nullable Duration timeout) {
        this.acceptTimeout = TimeLimits.nanos(timeout);
    }

    /** {@return the address this server socket listens on, with the actual port} */
    public SocketAddress localAddress() {
        return localAddress;
    }

    /** {@return the TCP port this server socket listens on; -1 if it listens on a Unix-domain socket} */
    public int port() {
        return localAddress instanceof InetSocketAddress address ? address.getPort() : -1;
    }

    /** {@return the context of accepted connections} */
    public TlsContext context() {
        return context;
    }

    /** {@return whether the server socket was not closed} */
    public boolean isOpen() {
        return parking.isOpen();
    }

    /** Stops listening and wakes the threads that accept. Accepted sockets stay open. */
    @Override
    public void close() throws IOException {
        parking.beginClose();
        try {
            channel.close();
        } finally {
            parking.close();
        }
    }

    @Override
    public String toString() {
        return "TlsServerSocket[" + localAddress + (isOpen() ? "]" : ", closed]");
    }
}
