package io.parktls.sockets;

import io.parktls.Interest;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.channels.SocketChannel;
import org.jspecify.annotations.Nullable;

/** Opens TCP connections, waiting like everything else here does. */
final class Connector {
    private Connector() {}

    /** A connected channel, and where to wait for it. */
    record Connected(SocketChannel channel, ChannelParking parking) {}

    /**
     * Connects to the first of a host's addresses that answers.
     *
     * @param limit in nanoseconds, for all addresses together: each gets an equal share of what is left; 0 for none
     */
    static Connected connect(String host, int port, long limit) throws IOException {
        InetAddress[] addresses = InetAddress.getAllByName(host);
        long start = System.nanoTime();
        IOException failure = null;
        for (int i = 0; i < addresses.length; i++) {
            long share = limit / addresses.length;
            if (i > 0 && limit != 0) {
                share = Math.max(1, (limit - (System.nanoTime() - start)) / (addresses.length - i));
            }
            try {
                return connect(new InetSocketAddress(addresses[i], port), share);
            } catch (IOException e) {
                failure = both(failure, e);
                if (Thread.currentThread().isInterrupted()) {
                    break;
                }
            }
        }
        throw failure == null ? new UnknownHostException(host) : failure;
    }

    private static Connected connect(InetSocketAddress address, long limit) throws IOException {
        SocketChannel channel = SocketChannel.open();
        ChannelParking parking = ChannelParking.orClose(channel);
        try {
            Waiter waiter = Waiter.of(parking, "connect to " + address, limit);
            boolean connected = channel.connect(address);
            while (!connected) {
                waiter.await(Interest.WRITE);
                connected = channel.finishConnect();
            }
        } catch (IOException | RuntimeException e) {
            channel.close();
            parking.close();
            if (e instanceof ConnectException refused) {
                throw named(refused, address);
            }
            throw e;
        }
        return new Connected(channel, parking);
    }

    /** The JDK's message does not tell which address refused. */
    private static ConnectException named(ConnectException refused, InetSocketAddress address) {
        ConnectException named = new ConnectException(refused.getMessage() + ": " + address);
        named.initCause(refused);
        return named;
    }

    private static IOException both(@Nullable IOException first, IOException second) {
        if (first == null) {
            return second;
        }
        first.addSuppressed(second);
        return first;
    }
}
