package io.parktls.sockets;

import io.parktls.Interest;
import io.parktls.TlsContext;
import java.io.Closeable;
import java.io.IOException;
import java.lang.ref.Reference;
import java.net.SocketAddress;
import java.net.SocketTimeoutException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Listens for connections and hands them out as {@link TlsSocket}s, their handshakes still to be done.
 *
 * <p>Thread-safe: any number of threads may accept, and any thread may close. One that is dropped without having been closed is
 * closed once it is unreachable.
 */
public final class TlsServerSocket implements Closeable {
    private final TlsContext context;
    private final ServerSocketChannel channel;
    private final SocketAddress localAddress;
    private final ChannelParking parking;

    /** Held while accepting, also while parked. */
    private final ReentrantLock acceptLock = new ReentrantLock();

    /** Nanoseconds; 0 for none. */
    private volatile long acceptTimeout;

    private TlsServerSocket(TlsContext context, ServerSocketChannel channel, ChannelParking parking)
            throws IOException {
        this.context = context;
        this.channel = channel;
        this.parking = parking;
        this.localAddress = channel.getLocalAddress();
    }

    /** {@link #open(TlsContext, SocketAddress, int)} with the system's choice of a backlog. */
    public static TlsServerSocket open(TlsContext context, SocketAddress address) throws IOException {
        return open(context, address, 0);
    }

    /**
     * Listens on an address.
     *
     * @param address a TCP address, with port 0 for any free one, or a {@link UnixDomainSocketAddress}, whose file must
     *     not exist yet and is left to the caller to delete
     * @param backlog how many connections may wait to be accepted; 0 or less for the system's choice
     * @throws IOException if the address is not to be had
     */
    public static TlsServerSocket open(TlsContext context, SocketAddress address, int backlog) throws IOException {
        ServerSocketChannel channel = address instanceof UnixDomainSocketAddress
                ? ServerSocketChannel.open(StandardProtocolFamily.UNIX)
                : ServerSocketChannel.open();
        ChannelParking parking = ChannelParking.orClose(channel);
        try {
            channel.bind(address, backlog);
            TlsServerSocket socket = new TlsServerSocket(context, channel, parking);
            parking.closeAfter(socket);
            return socket;
        } catch (IOException | RuntimeException e) {
            channel.close();
            parking.close();
            throw e;
        }
    }

    /** {@link #accept(TlsContext)} with the context this was opened with. */
    public TlsSocket accept() throws IOException {
        return accept(context);
    }

    /**
     * Waits for a connection. Whatever a failed {@code accept} of the system reports (for instance that there are no more
     * file descriptors) is thrown and leaves the server socket as it is: the caller may go on.
     *
     * @param choice what this connection is made from
     * @return a server's socket; its handshake has not begun and will time out as {@link TlsSocket#server} says
     * @throws SocketTimeoutException if {@link #acceptTimeout(Duration)} has passed
     * @throws java.io.InterruptedIOException if the thread was interrupted; the flag stays set
     * @throws AsynchronousCloseException if another thread closed this meanwhile
     * @throws ClosedChannelException if it is closed
     */
    public TlsSocket accept(TlsContext choice) throws IOException {
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
            return TlsSocket.server(choice, accepted);
        } finally {
            acceptLock.unlock();
            // A thread that accepts keeps the channel open.
            Reference.reachabilityFence(this);
        }
    }

    /**
     * How long {@link #accept} waits; by default for ever.
     *
     * @param limit null or zero for ever
     */
    public void acceptTimeout(@Nullable Duration limit) {
        this.acceptTimeout = TimeLimits.nanos(limit);
    }

    /** Where it listens; with the port that was chosen. */
    public SocketAddress localAddress() {
        return localAddress;
    }

    /** What its connections are made from. */
    public TlsContext context() {
        return context;
    }

    /** Whether it is not closed. */
    public boolean isOpen() {
        return parking.isOpen();
    }

    /** Stops listening, and wakes who accepts. Sockets that were accepted are not touched. */
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
