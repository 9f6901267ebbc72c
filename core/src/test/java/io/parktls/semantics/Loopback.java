package io.parktls.semantics;

import io.parktls.bio.Bio;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;

/** Two sockets that are connected to each other. */
record Loopback(SocketChannel client, SocketChannel server) implements AutoCloseable {
    static Loopback open(boolean blocking) {
        try (ServerSocketChannel listener =
                ServerSocketChannel.open().bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))) {
            SocketChannel client = SocketChannel.open(listener.getLocalAddress());
            SocketChannel server = listener.accept();
            client.configureBlocking(blocking);
            server.configureBlocking(blocking);
            return new Loopback(client, server);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    Bio[] bios() {
        return new Bio[] {Bio.of(client), Bio.of(server)};
    }

    @Override
    public void close() throws IOException {
        client.close();
        server.close();
    }
}
