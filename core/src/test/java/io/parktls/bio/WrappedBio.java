package io.parktls.bio;

import java.io.IOException;
import java.nio.ByteBuffer;

/** Passes everything on; the base of pipes that spoil something. */
public class WrappedBio implements Bio {
    protected final Bio inner;

    public WrappedBio(Bio inner) {
        this.inner = inner;
    }

    @Override
    public int read(ByteBuffer dst) throws IOException {
        return inner.read(dst);
    }

    @Override
    public int write(ByteBuffer src) throws IOException {
        return inner.write(src);
    }

    @Override
    public void shutdownOutput() throws IOException {
        inner.shutdownOutput();
    }

    @Override
    public void close() throws IOException {
        inner.close();
    }

    /** Moves {@code buffer}'s limit so that it offers at most {@code n} bytes, for the time of a call. */
    protected static int limited(ByteBuffer buffer, long n, Transfer transfer) throws IOException {
        int limit = buffer.limit();
        try {
            return transfer.run(buffer.limit(buffer.position() + (int) Math.min(n, buffer.remaining())));
        } finally {
            buffer.limit(limit);
        }
    }

    /** A read or a write. */
    protected interface Transfer {
        int run(ByteBuffer buffer) throws IOException;
    }
}
