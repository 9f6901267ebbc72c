package io.parktls.sockets;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * Connects pairs of channels on one platform thread, since the JDK's own connect and accept do not return on virtual
 * threads while other virtual threads are busy (H14).
 */
final class ChannelPairs implements AutoCloseable {
    private final ExecutorService connector =
            Executors.newSingleThreadExecutor(Thread.ofPlatform().daemon().factory());

    private final Path directory = Files.createTempDirectory("parktls");
    private final ServerSocketChannel tcp = ServerSocketChannel.open().bind(Transport.loopback());
    private final ServerSocketChannel unix = ServerSocketChannel.open(StandardProtocolFamily.UNIX)
            .bind(UnixDomainSocketAddress.of(directory.resolve("socket")));

    ChannelPairs() throws IOException {}

    /** Returns the two ends of a TCP or Unix-domain connection, first the end that connected. */
    SocketChannel[] open(boolean byTcp) throws InterruptedException, ExecutionException {
        ServerSocketChannel listener = byTcp ? tcp : unix;
        return connector
                .submit(() -> new SocketChannel[] {SocketChannel.open(listener.getLocalAddress()), listener.accept()})
                .get();
    }

    @Override
    public void close() throws IOException {
        connector.shutdown();
        tcp.close();
        unix.close();
        Files.deleteIfExists(directory.resolve("socket"));
        Files.delete(directory);
    }
}
