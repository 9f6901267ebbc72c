package io.parktls.bio;

import java.io.IOException;
import java.nio.ByteBuffer;

/** Forwards every call; the base class of pipes that inject faults. */
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

    /** Limits {@code buffer} to at most {@code n} bytes during a call. */
    protected static int limited(ByteBuffer buffer, long n, Transfer transfer) throws IOException {
        int limit = buffer.limit();
        try {
            return transfer.run(buffer.limit(buffer.position() + (int) Math.min(n, buffer.remaining())));
        } finally {
            buffer.limit(limit);
        }
    }

    /** A read or a write of the inner pipe. */
    protected interface Transfer {
        int run(ByteBuffer buffer) throws IOException;
    }
}
