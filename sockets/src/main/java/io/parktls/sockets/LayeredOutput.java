package io.parktls.sockets;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * The outgoing direction of a {@link LayeredSocket}: writes to a blocking stream without blocking the caller. A virtual
 * thread writes a copy of the bytes:
 *
 * <pre>
 *   IDLE ---&gt; WRITING ---&gt; WRITTEN ---&gt; IDLE
 * </pre>
 *
 * <p>A call of {@link #write} that starts the thread accepts nothing. The call that follows the end of the write
 * accepts the bytes, which must still be the first of its buffer, as with {@code SSL_write(3)}. So bytes count as
 * written only once the socket underneath has taken them.
 *
 * <p>One thread at a time calls {@link #write}; any thread may call the other methods.
 */
final class LayeredOutput {
    private enum State {
        IDLE,
        WRITING,
        WRITTEN
    }

    /** How many bytes are copied and written at a time. */
    private static final int CHUNK = 1 << 16;

    private static final byte[] NOTHING = {};

    private final LayeredSocket owner;
    private final OutputStream out;
    /** Written by the writer and the helper, each in the states that are its own. */
    private volatile State state = State.IDLE;

    /** The thread that writes; null if there is none. Written by the writer and that thread. */
    private volatile @Nullable Thread helper;

    // Used by the helper while the state is WRITING, otherwise by the writer.

    private byte[] chunk = NOTHING;
    private @Nullable IOException failure;

    /** How many bytes the next call accepts once the write has ended. Used by the writer only. */
    private int unaccepted;

    LayeredOutput(LayeredSocket owner, OutputStream out) {
        this.owner = owner;
        this.out = out;
    }

    /** Writes like {@link io.parktls.bio.Bio#write}. */
    int write(ByteBuffer src) throws IOException {
        State now = state;
        if (now == State.WRITING) {
            return 0;
        }
        if (now == State.WRITTEN) {
            IOException failed = failure;
            int accepted = unaccepted;
            failure = null;
            unaccepted = 0;
            state = State.IDLE;
            if (failed != null) {
                throw failed;
            }
            if (accepted > 0) {
                src.position(src.position() + accepted);
                return accepted;
            }
        }
        return begin(src);
    }

    private int begin(ByteBuffer src) {
        int n = Math.min(src.remaining(), CHUNK);
        chunk = new byte[n];
        src.get(src.position(), chunk);
        state = State.WRITING;
        try {
            Thread writer = LayeredSocket.unstarted("parktls-layered-write", this::drain);
            helper = writer;
            writer.start();
        } catch (RuntimeException | Error e) {
            helper = null;
            state = State.IDLE;
            throw e;
        }
        if (Thread.currentThread().isInterrupted()) {
            // An interrupted thread cannot wait for the helper, but must be able to write as long as there is room.
            src.position(src.position() + n);
            return n;
        }
        unaccepted = n;
        return 0;
    }

    /** Writes the chunk. Runs in the helper. */
    @SuppressWarnings("CatchingUnchecked") // the stream may be the application's; the writer gets the failure
    private void drain() {
        try {
            out.write(chunk);
            out.flush();
        } catch (IOException e) {
            failure = e;
        } catch (Exception | Error e) {
            failure = new IOException("the socket underneath failed: " + e, e);
        }
        chunk = NOTHING;
        helper = null;
        state = State.WRITTEN;
        owner.notifyWritable();
    }

    /** Returns the thread that writes; null if there is none. */
    @Nullable
    Thread helper() {
        return helper;
    }
}
