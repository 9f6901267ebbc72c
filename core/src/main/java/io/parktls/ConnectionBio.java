package io.parktls;

import io.parktls.bio.Bio;
import java.io.IOException;
import java.nio.ByteBuffer;

/** A connection as the pipe of something else: what is written comes out encrypted. {@code BIO_f_ssl(3)}. */
final class ConnectionBio implements Bio {
    private final TlsConnection connection;

    /**
     * Used by the writer: bytes that the connection has taken, but not handed on as a whole. They are reported as written once
     * they are, for nobody else would see to it; until then the writer offers them again.
     */
    private int onTheirWay;

    ConnectionBio(TlsConnection connection) {
        this.connection = connection;
    }

    @Override
    public int read(ByteBuffer dst) throws IOException {
        int before = dst.position();
        TlsStatus status = connection.read(dst);
        return status == TlsStatus.CLOSED ? -1 : dst.position() - before;
    }

    @Override
    public int write(ByteBuffer src) throws IOException {
        int before = src.position();
        TlsStatus status;
        if (onTheirWay == 0) {
            status = connection.write(src);
            onTheirWay = src.position() - before;
        } else {
            status = connection.flush(Waiting.NEVER);
        }
        int written = status == TlsStatus.OK ? onTheirWay : 0;
        src.position(before + written);
        onTheirWay -= written;
        return written;
    }

    @Override
    public void shutdownOutput() throws IOException {
        connection.shutdownOutput(Waiting.NEVER);
    }

    @Override
    public void close() throws IOException {
        connection.close();
    }

    @Override
    public String toString() {
        return connection.toString();
    }
}
