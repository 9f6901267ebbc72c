package io.parktls.bio;

import java.io.IOException;
import java.nio.ByteBuffer;

/** Delivers a given number of bytes, then the end of the stream or a failure, whatever the peer sends after them. */
public final class CuttingBio extends WrappedBio {
    private final boolean fails;
    private long left;

    private CuttingBio(Bio inner, long bytes, boolean fails) {
        super(inner);
        this.left = bytes;
        this.fails = fails;
    }

    /** Returns a pipe that ends after that many bytes, as if the peer had closed it. */
    public static CuttingBio endingAfter(Bio inner, long bytes) {
        return new CuttingBio(inner, bytes, false);
    }

    /** Returns a pipe that fails after that many bytes, as if the peer had reset the connection. */
    public static CuttingBio failingAfter(Bio inner, long bytes) {
        return new CuttingBio(inner, bytes, true);
    }

    @Override
    public int read(ByteBuffer dst) throws IOException {
        if (left == 0) {
            if (fails) {
                throw new IOException("Connection reset");
            }
            return -1;
        }
        int n = limited(dst, left, inner::read);
        left -= Math.max(n, 0);
        return n;
    }
}
