package io.parktls.bio;

import java.io.IOException;
import java.nio.ByteBuffer;

/** Delivers so many bytes and then the end of the stream, or a failure, whatever the peer may still send. */
public final class CuttingBio extends WrappedBio {
    private final boolean fails;
    private long left;

    private CuttingBio(Bio inner, long bytes, boolean fails) {
        super(inner);
        this.left = bytes;
        this.fails = fails;
    }

    /** Ends after that many bytes, as if the peer had closed. */
    public static CuttingBio endingAfter(Bio inner, long bytes) {
        return new CuttingBio(inner, bytes, false);
    }

    /** Fails after that many bytes, as if the peer had reset. */
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
