package io.parktls.sockets.internal;

import java.io.IOException;
import java.net.BindException;
import java.net.SocketAddress;
import java.net.SocketException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;

/** Opens channels that listen. Stateless. */
public final class Listeners {
    /**
     * The backlog of a listener whose user sets none.
     *
     * <p>A burst of clients exceeds the JDK's own default of 50. Linux does not answer clients beyond the backlog, so
     * they try again after 1, 3, 7, ... seconds. With SYN cookies, a client may even regard itself as connected although
     * the server does not know the connection (listen(2), tcp(7)).
     */
    public static final int DEFAULT_BACKLOG = 1_024;

    private Listeners() {}

    /**
     * Opens a channel that listens on an address.
     *
     * @param address a TCP address or a {@link UnixDomainSocketAddress}
     * @param backlog how many connections may wait to be accepted; 0 or less for the default
     * @throws BindException if the address is in use or not one of this machine
     * @throws IOException if the address cannot be bound for another reason
     */
    public static ServerSocketChannel open(SocketAddress address, int backlog) throws IOException {
        ServerSocketChannel listener = address instanceof UnixDomainSocketAddress
                ? ServerSocketChannel.open(StandardProtocolFamily.UNIX)
                : ServerSocketChannel.open();
        try {
            return listener.bind(address, orDefault(backlog));
        } catch (SocketException e) {
            listener.close();
            throw withAddress(e, address);
        } catch (IOException | RuntimeException e) {
            listener.close();
            throw e;
        }
    }

    /** Returns the backlog, or the default if it is 0 or less. */
    public static int orDefault(int backlog) {
        return backlog > 0 ? backlog : DEFAULT_BACKLOG;
    }

    /** Adds the address to the message, since the JDK's message does not contain it. */
    private static SocketException withAddress(SocketException refused, SocketAddress address) {
        String message = "cannot listen on " + address + ": " + refused.getMessage();
        SocketException failure =
                refused instanceof BindException ? new BindException(message) : new SocketException(message);
        failure.initCause(refused);
        return failure;
    }
}
