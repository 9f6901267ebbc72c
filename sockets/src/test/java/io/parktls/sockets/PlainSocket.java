package io.parktls.sockets;

import io.parktls.Interest;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;

/** A plain TCP connection that waits like a {@link TlsSocket}. */
record PlainSocket(SocketChannel channel, ChannelParking parking) {
    static PlainSocket[] pair() throws IOException {
        return pair(Pollers.shared());
    }

    static PlainSocket[] pair(Pollers pollers) throws IOException {
        try (ServerSocketChannel listener = ServerSocketChannel.open().bind(Transport.loopback())) {
            SocketChannel client = SocketChannel.open(listener.getLocalAddress());
            return new PlainSocket[] {of(client, pollers), of(listener.accept(), pollers)};
        }
    }

    private static PlainSocket of(SocketChannel channel, Pollers pollers) throws IOException {
        return new PlainSocket(channel, ChannelParking.orClose(channel, pollers));
    }

    void readFully(int length) throws IOException {
        Waiter waiter = Waiter.of(parking, "read", 0);
        ByteBuffer buffer = ByteBuffer.allocate(Math.min(length, 65_536));
        for (int left = length; left > 0; ) {
            int n = channel.read(buffer.clear().limit(Math.min(left, buffer.capacity())));
            if (n < 0) {
                throw new EOFException();
            }
            if (n == 0) {
                waiter.await(Interest.READ);
            }
            left -= n;
        }
    }

    void write(ByteBuffer src) throws IOException {
        Waiter waiter = Waiter.of(parking, "write", 0);
        while (src.hasRemaining()) {
            if (channel.write(src) == 0) {
                waiter.await(Interest.WRITE);
            }
        }
    }

    void close() throws IOException {
        channel.close();
        parking.close();
    }
}
