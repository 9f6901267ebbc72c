package io.parktls.bench.hangs;

import java.io.Closeable;
import java.io.IOException;
import java.time.Duration;

/** One end of a TLS connection over TCP, of either stack, with what the trials do to it. */
interface End extends Closeable {
    void handshake() throws IOException;

    /** As {@link java.io.InputStream#read(byte[])}. */
    int read(byte[] bytes) throws IOException;

    void write(byte[] bytes) throws IOException;

    void shutdownOutput() throws IOException;

    /** As far as the stack has such a limit: one that has not waits for ever. */
    void limitHandshake(Duration limit) throws IOException;

    /** See {@link #limitHandshake}. */
    void limitWrite(Duration limit) throws IOException;

    /** Gives TCP little room, so that a peer that does not read is noticed soon. */
    void narrow() throws IOException;

    /** Reads to the end and gives the number of bytes. */
    default long drain() throws IOException {
        byte[] bytes = new byte[65_536];
        long all = 0;
        for (int n; (n = read(bytes)) >= 0; ) {
            all += n;
        }
        return all;
    }

    /** Reads so many bytes. */
    default void readFully(long count) throws IOException {
        byte[] bytes = new byte[65_536];
        for (long left = count; left > 0; ) {
            int n = read(left < bytes.length ? new byte[(int) left] : bytes);
            if (n < 0) {
                throw new IOException("ended " + left + " bytes too early");
            }
            left -= n;
        }
    }
}
