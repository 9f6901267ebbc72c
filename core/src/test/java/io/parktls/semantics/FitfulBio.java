package io.parktls.semantics;

import io.parktls.bio.Bio;
import io.parktls.bio.WrappedBio;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Random;

/** A pipe that transfers a random number of bytes with each call, and sometimes none. */
final class FitfulBio extends WrappedBio {
    private final Random random;
    private final int mostBytes;
    private final double refusals;
    private long moved;

    FitfulBio(Bio inner, Random random, int mostBytes, double refusals) {
        super(inner);
        this.random = random;
        this.mostBytes = mostBytes;
        this.refusals = refusals;
    }

    @Override
    public int read(ByteBuffer dst) throws IOException {
        return fitfully(dst, inner::read);
    }

    @Override
    public int write(ByteBuffer src) throws IOException {
        return fitfully(src, inner::write);
    }

    private int fitfully(ByteBuffer buffer, Transfer transfer) throws IOException {
        if (random.nextDouble() < refusals) {
            return 0;
        }
        int n = limited(buffer, random.nextInt(mostBytes) + 1L, transfer);
        moved += Math.max(n, 0);
        return n;
    }

    /** Returns the number of bytes transferred in both directions. */
    long moved() {
        return moved;
    }
}
