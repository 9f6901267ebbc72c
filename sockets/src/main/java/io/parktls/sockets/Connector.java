package io.parktls.sockets;

import io.parktls.Interest;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.channels.SocketChannel;
import org.jspecify.annotations.Nullable;

/** Opens TCP connections, parking the calling thread like the other operations of this package. */
final class Connector {
    private Connector() {}

    /** A connected channel with its parking. */
    record Connected(SocketChannel channel, ChannelParking parking) {}

    /**
     * Connects to the first of a host's addresses that accepts the connection.
     *
     * @param timeout in nanoseconds, for all addresses together: each address gets an equal share of the time left; 0
     *     for none
     */
    static Connected connect(String host, int port, long timeout) throws IOException {
        InetAddress[] addresses = InetAddress.getAllByName(host);
        long start = System.nanoTime();
        IOException failure = null;
        for (int i = 0; i < addresses.length; i++) {
            long share = timeout / addresses.length;
            if (i > 0 && timeout != 0) {
                share = Math.max(1, (timeout - (System.nanoTime() - start)) / (addresses.length - i));
            }
            try {
                return connect(new InetSocketAddress(addresses[i], port), share);
            } catch (IOException e) {
                failure = combine(failure, e);
                if (Thread.currentThread().isInterrupted()) {
                    break;
                }
            }
        }
        throw failure == null ? new UnknownHostException(host) : failure;
    }

    private static Connected connect(InetSocketAddress address, long timeout) throws IOException {
        SocketChannel channel = SocketChannel.open();
        ChannelParking parking = ChannelParking.orClose(channel);
        try {
            Waiter waiter = Waiter.of(parking, "connect to " + address, timeout);
            boolean connected = channel.connect(address);
            while (!connected) {
                waiter.await(Interest.WRITE);
                connected = channel.finishConnect();
            }
        } catch (IOException | RuntimeException e) {
            channel.close();
            parking.close();
            if (e instanceof ConnectException refused) {
                throw withAddress(refused, address);
            }
            throw e;
        }
        return new Connected(channel, parking);
    }

    /** Adds the address to the message, since the JDK's message does not contain it. */
    private static ConnectException withAddress(ConnectException refused, InetSocketAddress address) {
        ConnectException failure = new ConnectException(refused.getMessage() + ": " + address);
        failure.initCause(refused);
        return failure;
    }

    private static IOException combine(@Nullable IOException first, IOException second) {
        if (first == null) {
            return second;
        }
        first.addSuppressed(second);
        return first;
    }
}
