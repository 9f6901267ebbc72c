package io.parktls.sockets;

import io.parktls.bio.Bio;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** A pipe that delivers bytes which were already read from the underlying pipe, and then the rest of that pipe. */
final class PrefixedBio implements Bio {
    private final Bio bio;

    /** The bytes to deliver first; null once they are delivered. Used by the reader only. */
    private @Nullable ByteBuffer prefix;

    PrefixedBio(ByteBuffer prefix, Bio bio) {
        this.prefix = prefix;
        this.bio = bio;
    }

    @Override
    public int read(ByteBuffer dst) throws IOException {
        ByteBuffer first = prefix;
        if (first == null) {
            return bio.read(dst);
        }
        int length = Math.min(first.remaining(), dst.remaining());
        dst.put(first.slice(first.position(), length));
        first.position(first.position() + length);
        if (!first.hasRemaining()) {
            prefix = null;
        }
        return length;
    }

    @Override
    public int write(ByteBuffer src) throws IOException {
        return bio.write(src);
    }

    @Override
    public void shutdownOutput() throws IOException {
        bio.shutdownOutput();
    }

    @Override
    public void close() throws IOException {
        bio.close();
    }

    @Override
    public String toString() {
        return bio.toString();
    }
}
