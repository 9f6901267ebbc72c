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
 * <p>A <em>blocking</em> Bio is one whose {@link #read} and {@link #write} never return 0; a <em>non-blocking</em> one
 * returns 0 when it would have to wait. Nothing else tells the two apart.
 *
 * <p>One thread may read while another writes. {@link #close()} may be called by any thread at any time.
 */
public interface Bio extends Closeable {
    /**
     * Reads what is there, up to what {@code dst} has room for.
     *
     * @param dst where to put the bytes; has room for at least one
     * @return how many bytes were read; 0 if none are there yet; -1 at the end of the stream, now and ever after
     * @throws IOException if the pipe is broken or this end of it closed
     */
    int read(ByteBuffer dst) throws IOException;

    /**
     * Writes as much as the pipe takes.
     *
     * @param src the bytes; at least one
     * @return how many bytes were taken; 0 if there is no room
     * @throws IOException if the pipe is broken, this end of it closed, or shut for writing
     */
    int write(ByteBuffer src) throws IOException;

    /**
     * Ends the outgoing direction: the other end reads what is on its way and then the end of the stream. The incoming
     * direction goes on. A pipe that cannot do this does nothing.
     */
    default void shutdownOutput() throws IOException {}

    /** Closes both directions. The other end reads what is on its way and then the end of the stream. */
    @Override
    void close() throws IOException;

    /**
     * The two ends of an in-memory pipe, non-blocking. Each end may be used by a thread of its own, and tells when to try
     * again ({@link NotifyingBio}).
     *
     * @param capacity how many bytes may be on their way in each direction; at least 1
     */
    static Bio[] pair(int capacity) {
        return PairBio.pair(capacity);
    }

    /**
     * A pipe over a channel, blocking or not as the channel is. A channel in blocking mode never returns 0.
     *
     * <p>Closing the pipe closes the channel.
     */
    static Bio of(ByteChannel channel) {
        return new ChannelBio(channel);
    }

    /**
     * A blocking pipe over two streams. Closing it closes both.
     *
     * @param in what to read; its reads may return fewer bytes than asked for
     * @param out what to write; flushed after each write
     */
    static Bio of(InputStream in, OutputStream out) {
        return new StreamBio(in, out);
    }
}
