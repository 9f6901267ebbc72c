package io.parktls.bio;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.ByteChannel;

/**
 * A byte pipe with two directions, after OpenSSL's {@code bio(7)}.
 *
 * <p>A <em>blocking</em> pipe waits, so its {@link #read} and {@link #write} never return 0. A <em>non-blocking</em>
 * pipe returns 0 when it would have to wait. There is no other difference between the two.
 *
 * {@snippet :
 * Bio socket = Bio.of(socketChannel);        // blocking or non-blocking, as the channel is
 * Bio streams = Bio.of(in, out);             // blocking
 * Bio[] ends = Bio.pair(16_384);             // in memory, non-blocking
 * Bio tunnel = connection.asBio();           // TLS in TLS
 * }
 *
 * <p><b>Threads.</b> One thread may read while another writes. Any thread may call {@link #close()} at any time.
 */
public interface Bio extends Closeable {
    /**
     * Reads the available bytes, as far as {@code dst} has room.
     *
     * @param dst receives the bytes; has room for at least one
     * @return the number of bytes read; 0 if none are available yet; -1 at the end of the stream, also in every later
     *     call
     * @throws IOException if the pipe is broken or this end of it is closed
     */
    int read(ByteBuffer dst) throws IOException;

    /**
     * Writes as many bytes as the pipe accepts.
     *
     * @param src the bytes to write; at least one
     * @return the number of bytes accepted; 0 if the pipe has no room
     * @throws IOException if the pipe is broken, or this end of it is closed or shut down for writing
     */
    int write(ByteBuffer src) throws IOException;

    /**
     * Closes the outgoing direction. The other end reads the bytes in transit and then the end of the stream. The
     * incoming direction stays open. The default implementation does nothing, for pipes that cannot close a single
     * direction.
     *
     * @throws IOException if the pipe is broken or this end of it is closed
     */
    default void shutdownOutput() throws IOException {}

    /** Closes both directions. The other end reads the bytes in transit and then the end of the stream. */
    @Override
    void close() throws IOException;

    /**
     * Creates a non-blocking in-memory pipe and returns its two ends. Each end may be used by a different thread. Both
     * are {@link NotifyingBio}s, which report when to try again.
     *
     * @param capacity how many bytes each direction buffers; at least 1
     * @return the two ends, in an array of length 2
     * @throws IllegalArgumentException if {@code capacity} is less than 1
     */
    static Bio[] pair(int capacity) {
        return PairBio.pair(capacity);
    }

    /**
     * {@return a pipe over a channel} The pipe is blocking if the channel is in blocking mode. Closing the pipe closes
     * the channel.
     *
     * @param channel the channel
     */
    static Bio of(ByteChannel channel) {
        return new ChannelBio(channel);
    }

    /**
     * {@return a blocking pipe over two streams} Closing the pipe closes both streams.
     *
     * @param in the stream to read from; its reads may return fewer bytes than requested
     * @param out the stream to write to; it is flushed after each write
     */
    static Bio of(InputStream in, OutputStream out) {
        return new StreamBio(in, out);
    }
}
