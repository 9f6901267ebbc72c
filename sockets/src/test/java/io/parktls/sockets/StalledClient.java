package io.parktls.sockets;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.parktls.TestContexts;
import io.parktls.TlsConnection;
import io.parktls.TlsStatus;
import io.parktls.bio.Bio;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;

/** A client that sends its ClientHello and then reads nothing until it is resumed. */
final class StalledClient implements AutoCloseable {
    private final TlsSocket socket;
    private final DeafBio bio;

    private StalledClient(TlsSocket socket, DeafBio bio) {
        this.socket = socket;
        this.bio = bio;
    }

    static StalledClient of(TlsServer server) throws IOException {
        SocketChannel channel = SocketChannel.open(server.localAddress());
        DeafBio bio = new DeafBio(Bio.of(channel));
        TlsConnection connection = Servers.client().connect(bio, TestContexts.HOST, 0);
        TlsSocket socket = TlsSocket.over(connection, channel);
        assertEquals(TlsStatus.WANT_READ, connection.doHandshake());
        return new StalledClient(socket, bio);
    }

    /** Makes the client read again. */
    TlsSocket resume() {
        bio.deaf = false;
        return socket;
    }

    @Override
    public void close() throws IOException {
        socket.abort();
    }

    private static final class DeafBio implements Bio {
        private final Bio inner;
        private volatile boolean deaf = true;

        DeafBio(Bio inner) {
            this.inner = inner;
        }

        @Override
        public int read(ByteBuffer dst) throws IOException {
            return deaf ? 0 : inner.read(dst);
        }

        @Override
        public int write(ByteBuffer src) throws IOException {
            return inner.write(src);
        }

        @Override
        public void close() throws IOException {
            inner.close();
        }
    }
}
