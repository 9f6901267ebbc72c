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
 * Connects channels to each other, all on one platform thread: the JDK's own connect and accept do not come back on virtual
 * threads while others are busy (H14).
 */
final class ChannelPairs implements AutoCloseable {
    private final ExecutorService connector =
            Executors.newSingleThreadExecutor(Thread.ofPlatform().daemon().factory());

    private final Path directory = Files.createTempDirectory("parktls");
    private final ServerSocketChannel tcp = ServerSocketChannel.open().bind(Transport.loopback());
    private final ServerSocketChannel unix = ServerSocketChannel.open(StandardProtocolFamily.UNIX)
            .bind(UnixDomainSocketAddress.of(directory.resolve("socket")));

    ChannelPairs() throws IOException {}

    /** The two ends of a connection by TCP or a Unix-domain socket, the one that connected first. */
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
