package io.parktls.bio;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.io.TempDir;

/** Tests pipes over channels and streams. */
class ChannelBioTest {
    @Nested
    @DisplayName("a non-blocking TCP channel")
    class Tcp extends BioContract {
        @Override
        protected Bio[] open() throws IOException {
            return connected(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), false);
        }

        @Override
        protected boolean blocks() {
            return false;
        }
    }

    @Nested
    @DisplayName("a blocking TCP channel")
    class BlockingTcp extends BioContract {
        @Override
        protected Bio[] open() throws IOException {
            return connected(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), true);
        }

        @Override
        protected boolean blocks() {
            return true;
        }
    }

    @Nested
    @DisplayName("a non-blocking Unix domain channel")
    class UnixDomain extends BioContract {
        @TempDir
        private Path directory;

        @Override
        protected Bio[] open() throws IOException {
            Path path = directory.resolve("s");
            try {
                return connected(UnixDomainSocketAddress.of(path), false);
            } finally {
                Files.deleteIfExists(path);
            }
        }

        @Override
        protected boolean blocks() {
            return false;
        }
    }

    @Nested
    @DisplayName("the streams of a socket")
    class Streams extends BioContract {
        @Override
        protected Bio[] open() throws IOException {
            try (ServerSocket listener = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
                Socket near = new Socket(listener.getInetAddress(), listener.getLocalPort());
                return new Bio[] {over(near), over(listener.accept())};
            }
        }

        private static Bio over(Socket socket) throws IOException {
            return Bio.of(socket.getInputStream(), socket.getOutputStream());
        }

        @Override
        protected boolean blocks() {
            return true;
        }

        @Override
        protected boolean halfCloses() {
            return false;
        }
    }

    private static Bio[] connected(SocketAddress address, boolean blocking) throws IOException {
        try (ServerSocketChannel listener = address instanceof UnixDomainSocketAddress
                ? ServerSocketChannel.open(StandardProtocolFamily.UNIX)
                : ServerSocketChannel.open()) {
            listener.bind(address);
            SocketChannel near = SocketChannel.open(listener.getLocalAddress());
            SocketChannel far = listener.accept();
            near.configureBlocking(blocking);
            far.configureBlocking(blocking);
            return new Bio[] {Bio.of(near), Bio.of(far)};
        }
    }
}
