package io.parktls.bio;

import java.io.IOException;
import java.nio.ByteBuffer;

/** Counts calls and bytes. For one thread in each direction, and whoever looks afterwards. */
public final class CountingBio extends WrappedBio {
    private volatile int reads;
    private volatile int writes;
    private volatile long bytesRead;
    private volatile long bytesWritten;

    public CountingBio(Bio inner) {
        super(inner);
    }

    @Override
    public int read(ByteBuffer dst) throws IOException {
        reads++;
        int n = inner.read(dst);
        bytesRead += Math.max(n, 0);
        return n;
    }

    @Override
    public int write(ByteBuffer src) throws IOException {
        writes++;
        int n = inner.write(src);
        bytesWritten += n;
        return n;
    }

    /** Calls of {@link #read}. */
    public int reads() {
        return reads;
    }

    /** Calls of {@link #write}. */
    public int writes() {
        return writes;
    }

    /** Bytes that came in. */
    public long bytesRead() {
        return bytesRead;
    }

    /** Bytes that went out. */
    public long bytesWritten() {
        return bytesWritten;
    }

    /** All four numbers, to compare with later ones. */
    public String activity() {
        return reads + " reads of " + bytesRead + " bytes, " + writes + " writes of " + bytesWritten + " bytes";
    }
}
