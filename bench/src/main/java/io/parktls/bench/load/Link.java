package io.parktls.bench.load;

import io.parktls.Interest;
import io.parktls.TlsConnection;
import io.parktls.TlsSession;
import io.parktls.TlsStatus;
import io.parktls.bio.Bio;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import org.jspecify.annotations.Nullable;

/** The generator's end of a connection, non-blocking, with or without TLS. */
interface Link {
    TlsStatus handshake() throws IOException;

    /** The session; null without TLS. */
    @Nullable
    TlsSession session();

    TlsStatus read(ByteBuffer dst) throws IOException;

    TlsStatus write(ByteBuffer src) throws IOException;

    /** Reads as {@link #read} does, but throws an exception at the end of the stream. */
    default TlsStatus receive(ByteBuffer dst) throws IOException {
        TlsStatus status = read(dst);
        if (status == TlsStatus.CLOSED) {
            throw new IOException("the server has closed the connection");
        }
        return status;
    }

    /** The event that the latest operation waits for. */
    Interest waitingFor();

    /** A connection with TLS. */
    record Tls(TlsConnection connection) implements Link {
        @Override
        public TlsStatus handshake() throws IOException {
            return connection.doHandshake();
        }

        @Override
        public TlsSession session() {
            return connection.session();
        }

        @Override
        public TlsStatus read(ByteBuffer dst) throws IOException {
            return connection.read(dst);
        }

        @Override
        public TlsStatus write(ByteBuffer src) throws IOException {
            return connection.write(src);
        }

        @Override
        public Interest waitingFor() {
            return connection.waitingFor().orElse(Interest.READ);
        }
    }

    /** A connection without TLS. For one thread. */
    final class Plain implements Link {
        private final Bio bio;
        private Interest wanted = Interest.READ;

        Plain(SocketChannel channel) {
            this.bio = Bio.of(channel);
        }

        @Override
        public TlsStatus handshake() {
            return TlsStatus.OK;
        }

        @Override
        public @Nullable TlsSession session() {
            return null;
        }

        @Override
        public TlsStatus read(ByteBuffer dst) throws IOException {
            int n = bio.read(dst);
            wanted = Interest.READ;
            return n > 0 ? TlsStatus.OK : n == 0 ? TlsStatus.WANT_READ : TlsStatus.CLOSED;
        }

        @Override
        public TlsStatus write(ByteBuffer src) throws IOException {
            while (src.hasRemaining()) {
                if (bio.write(src) == 0) {
                    wanted = Interest.WRITE;
                    return TlsStatus.WANT_WRITE;
                }
            }
            wanted = Interest.READ;
            return TlsStatus.OK;
        }

        @Override
        public Interest waitingFor() {
            return wanted;
        }
    }
}
