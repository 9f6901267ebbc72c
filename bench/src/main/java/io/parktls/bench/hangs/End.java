package io.parktls.bench.hangs;

import java.io.Closeable;
import java.io.IOException;
import java.time.Duration;

/** One end of a TLS connection over TCP, of either stack, with the operations that the trials need. */
interface End extends Closeable {
    void handshake() throws IOException;

    /** Like {@link java.io.InputStream#read(byte[])}. */
    int read(byte[] bytes) throws IOException;

    void write(byte[] bytes) throws IOException;

    void shutdownOutput() throws IOException;

    /** Sets a timeout for the handshake, or the nearest thing that the stack has. */
    void limitHandshake(Duration limit) throws IOException;

    /** Sets a timeout for writes, or the nearest thing that the stack has. */
    void limitWrite(Duration limit) throws IOException;

    /** Makes the buffers of TCP small, so that writes block soon when the peer does not read. */
    void useSmallBuffers() throws IOException;

    /** Writes until a write fails. */
    default void writeForever() throws IOException {
        byte[] bytes = new byte[65_536];
        while (true) {
            write(bytes);
        }
    }

    /** Reads to the end and returns the number of bytes. */
    default long drain() throws IOException {
        byte[] bytes = new byte[65_536];
        long all = 0;
        for (int n; (n = read(bytes)) >= 0; ) {
            all += n;
        }
        return all;
    }

    /** Reads that many bytes. */
    default void readFully(long count) throws IOException {
        byte[] bytes = new byte[65_536];
        for (long left = count; left > 0; ) {
            int n = read(left < bytes.length ? new byte[(int) left] : bytes);
            if (n < 0) {
                throw new IOException("the stream has ended " + left + " bytes too early");
            }
            left -= n;
        }
    }
}
