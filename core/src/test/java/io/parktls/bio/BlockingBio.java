package io.parktls.bio;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;

/** A blocking pipe over a {@link NotifyingBio}. Its reads and writes never return 0. */
public final class BlockingBio implements Bio {
    private final Bio inner;
    private final Set<Thread> waiters = ConcurrentHashMap.newKeySet();

    /**
     * @param source the pipe that notifies of changes
     * @param inner the pipe to read and write: {@code source} or a wrapper of it
     */
    public BlockingBio(NotifyingBio source, Bio inner) {
        this.inner = inner;
        Runnable wake = () -> waiters.forEach(LockSupport::unpark);
        source.onChange(wake, wake);
    }

    /** Returns the two ends of a blocking in-memory pipe. */
    public static Bio[] pair(int capacity) {
        Bio[] ends = Bio.pair(capacity);
        for (int i = 0; i < ends.length; i++) {
            ends[i] = new BlockingBio((NotifyingBio) ends[i], ends[i]);
        }
        return ends;
    }

    @Override
    public int read(ByteBuffer dst) throws IOException {
        return untilProgress(() -> inner.read(dst));
    }

    @Override
    public int write(ByteBuffer src) throws IOException {
        return untilProgress(() -> inner.write(src));
    }

    private interface Attempt {
        int run() throws IOException;
    }

    private int untilProgress(Attempt attempt) throws IOException {
        Thread self = Thread.currentThread();
        int n = attempt.run();
        if (n != 0) {
            return n;
        }
        waiters.add(self);
        try {
            // Registering before the attempt means that a change in between leaves a permit, so park returns at once.
            while ((n = attempt.run()) == 0) {
                LockSupport.park(this);
                if (self.isInterrupted()) {
                    throw new InterruptedIOException("interrupted");
                }
            }
            return n;
        } finally {
            waiters.remove(self);
        }
    }

    @Override
    public void shutdownOutput() throws IOException {
        inner.shutdownOutput();
    }

    @Override
    public void close() throws IOException {
        inner.close();
    }
}
