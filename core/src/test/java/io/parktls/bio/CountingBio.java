package io.parktls.bio;

import java.io.IOException;
import java.nio.ByteBuffer;

/** Counts calls and bytes. One thread may use each direction; read the counts afterwards. */
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

    /** Returns the number of calls of {@link #read}. */
    public int reads() {
        return reads;
    }

    /** Returns the number of calls of {@link #write}. */
    public int writes() {
        return writes;
    }

    /** Returns the number of bytes read. */
    public long bytesRead() {
        return bytesRead;
    }

    /** Returns the number of bytes written. */
    public long bytesWritten() {
        return bytesWritten;
    }

    /** Returns all four counts as text, to be compared with a later result. */
    public String activity() {
        return reads + " reads of " + bytesRead + " bytes, " + writes + " writes of " + bytesWritten + " bytes";
    }
}
