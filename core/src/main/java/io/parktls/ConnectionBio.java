package io.parktls;

import io.parktls.bio.Bio;
import java.io.IOException;
import java.nio.ByteBuffer;

/** A pipe over a connection: it encrypts what is written to it. The counterpart of OpenSSL's {@code BIO_f_ssl(3)}. */
final class ConnectionBio implements Bio {
    private final TlsConnection connection;

    /**
     * How many bytes the connection has consumed but not yet sent in full. A write reports them only when they are
     * sent, so that the caller repeats the write until then. Used only by the writing thread.
     */
    private int unreported;

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
        if (unreported == 0) {
            status = connection.write(src);
            unreported = src.position() - before;
        } else {
            status = connection.flush(Waiting.NEVER);
        }
        int written = status == TlsStatus.OK ? unreported : 0;
        src.position(before + written);
        unreported -= written;
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
