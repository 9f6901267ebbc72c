package io.parktls.bio;

import java.io.IOException;
import java.nio.ByteBuffer;

/** A pipe that moves few bytes with each call, and regularly none. Each direction counts its own calls. */
public final class ChoppyBio extends WrappedBio {
    private final int readChunk;
    private final int writeChunk;
    private final int refuseEvery;
    private int reads;
    private int writes;

    /** Creates a pipe that moves at most {@code chunk} bytes with each call, in either direction. */
    public ChoppyBio(Bio inner, int chunk) {
        this(inner, chunk, chunk, 0);
    }

    /**
     * @param readChunk the maximum number of bytes that one read returns
     * @param writeChunk the maximum number of bytes that one write accepts
     * @param refuseEvery every call of this number moves nothing: 2 for every second call, 0 for none
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
