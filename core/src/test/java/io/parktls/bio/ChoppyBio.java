package io.parktls.bio;

import java.io.IOException;
import java.nio.ByteBuffer;

/** Moves few bytes with each call, and now and then none. Both directions keep count for themselves. */
public final class ChoppyBio extends WrappedBio {
    private final int readChunk;
    private final int writeChunk;
    private final int refuseEvery;
    private int reads;
    private int writes;

    /** At most {@code chunk} bytes with each call, in either direction. */
    public ChoppyBio(Bio inner, int chunk) {
        this(inner, chunk, chunk, 0);
    }

    /**
     * @param readChunk bytes that one read delivers, at most
     * @param writeChunk bytes that one write takes, at most
     * @param refuseEvery moves nothing at each call of that number: 2 for every second; 0 for never
     */
    public ChoppyBio(Bio inner, int readChunk, int writeChunk, int refuseEvery) {
        super(inner);
        this.readChunk = readChunk;
        this.writeChunk = writeChunk;
        this.refuseEvery = refuseEvery;
    }

    @Override
    public int read(ByteBuffer dst) throws IOException {
        return refuses(++reads) ? 0 : limited(dst, readChunk, inner::read);
    }

    @Override
    public int write(ByteBuffer src) throws IOException {
        return refuses(++writes) ? 0 : limited(src, writeChunk, inner::write);
    }

    private boolean refuses(int call) {
        return refuseEvery > 0 && call % refuseEvery == 0;
    }
}
