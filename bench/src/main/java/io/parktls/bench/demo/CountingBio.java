package io.parktls.bench.demo;

import io.parktls.bio.Bio;
import java.io.IOException;
import java.nio.ByteBuffer;

/** A pipe that counts the bytes. For one thread. */
final class CountingBio implements Bio {
    private final Bio bio;

    private long bytesRead;
    private long bytesWritten;

    CountingBio(Bio bio) {
        this.bio = bio;
    }

    long bytesRead() {
        return bytesRead;
    }

    long bytesWritten() {
        return bytesWritten;
    }

    @Override
    public int read(ByteBuffer dst) throws IOException {
        int n = bio.read(dst);
        bytesRead += Math.max(n, 0);
        return n;
    }

    @Override
    public int write(ByteBuffer src) throws IOException {
        int n = bio.write(src);
        bytesWritten += n;
        return n;
    }

    @Override
    public void shutdownOutput() throws IOException {
        bio.shutdownOutput();
    }

    @Override
    public void close() throws IOException {
        bio.close();
    }
}
