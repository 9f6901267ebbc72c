package io.parktls.sockets;

import io.parktls.bio.Bio;
import io.parktls.bio.NotifyingBio;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** One end of a pair of pipes, whose writes would block while the gate is shut. */
final class GatedBio implements NotifyingBio {
    private final NotifyingBio inner;

    private volatile boolean shut;
    private volatile @Nullable Runnable listener;

    GatedBio(Bio inner) {
        this.inner = (NotifyingBio) inner;
    }

    void shut() {
        shut = true;
    }

    void open() {
        shut = false;
        Runnable told = listener;
        if (told != null) {
            told.run();
        }
    }

    @Override
    public int read(ByteBuffer dst) throws IOException {
        return inner.read(dst);
    }

    @Override
    public int write(ByteBuffer src) throws IOException {
        return shut ? 0 : inner.write(src);
    }

    @Override
    public void onChange(@Nullable Runnable readable, @Nullable Runnable writable) {
        listener = writable;
        inner.onChange(readable, writable);
    }

    @Override
    public void close() throws IOException {
        inner.close();
    }
}
