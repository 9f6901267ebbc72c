package io.parktls.sockets;

import java.io.IOException;
import java.io.InputStream;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousCloseException;
import org.jspecify.annotations.Nullable;

/**
 * The incoming direction of a {@link LayeredSocket}: reads a blocking stream without blocking the caller. While the
 * stream has no bytes, a virtual thread waits for them:
 *
 * <pre>
 *   IDLE ---&gt; READING ---&gt; READY ---&gt; IDLE
 *                    '---&gt; ENDED
 * </pre>
 *
 * <p>That thread reads only when the connection has asked for input, and keeps what it has read until the connection
 * asks again, so a read that times out or is interrupted loses nothing.
 *
 * <p>One thread at a time calls {@link #read}; any thread may call the other methods.
 */
final class LayeredInput {
    private enum State {
        IDLE,
        READING,
        READY,
        ENDED
    }

    /** The buffer of a wait. It is small, because it stays allocated for as long as the peer is silent. */
    private static final int SMALL = 2_048;

    /** The buffer of a wait after the previous one was filled. */
    private static final int LARGE = 16_384;

    private static final byte[] NOTHING = {};

    private final LayeredSocket owner;
    private final InputStream in;

    /** Null if the input may be read beyond the current record. */
    private final @Nullable RecordBoundary boundary;

    /** Whether a read of no more than the available bytes never waits and ignores interrupts. */
    private final boolean direct;

    /** Written by the reader and the helper, each in the states that are its own. */
    private volatile State state = State.IDLE;

    /** The thread that waits for input; null if there is none. Written by the reader and that thread. */
    private volatile @Nullable Thread helper;

    // Used by the helper while the state is READING, otherwise by the reader.

    private byte[] chunk = NOTHING;

    /** The bytes that the reader has not taken are from {@code position} to {@code limit}. */
    private int position;

    private int limit;
    private boolean filled;
    private @Nullable IOException failure;

    LayeredInput(LayeredSocket owner, InputStream in, boolean recordByRecord, boolean direct) {
        this.owner = owner;
        this.in = in;
        this.boundary = recordByRecord ? new RecordBoundary() : null;
        this.direct = direct;
    }

    /** Reads like {@link io.parktls.bio.Bio#read}. */
    int read(ByteBuffer dst) throws IOException {
        return switch (state) {
            case IDLE -> begin(dst);
            case READING -> 0;
            case READY -> take(dst);
            case ENDED -> -1;
        };
    }

    private int take(ByteBuffer dst) throws IOException {
        IOException failed = failure;
        int n = Math.min(limit - position, dst.remaining());
        dst.put(chunk, position, n);
        position += n;
        if (position == limit) {
            chunk = NOTHING;
            position = 0;
            limit = 0;
            failure = null;
            state = State.IDLE;
        }
        if (failed != null) {
            throw failed;
        }
        return n;
    }

    private int begin(ByteBuffer dst) throws IOException {
        int wanted = boundary == null ? dst.remaining() : Math.min(dst.remaining(), boundary.allowed());
        if (direct) {
            int n = readAvailable(dst, wanted);
            if (n > 0) {
                return n;
            }
        }
        chunk = new byte[Math.min(wanted, filled ? LARGE : SMALL)];
        state = State.READING;
        try {
            Thread reader = LayeredSocket.unstarted("parktls-layered-read", this::fill);
            helper = reader;
            reader.start();
        } catch (RuntimeException | Error e) {
            helper = null;
            state = State.IDLE;
            throw e;
        }
        return 0;
    }

    /** Reads bytes that have arrived, in the calling thread. */
    private int readAvailable(ByteBuffer dst, int wanted) throws IOException {
        try {
            int available = in.available();
            if (available <= 0) {
                return 0;
            }
            byte[] bytes = dst.hasArray() ? dst.array() : new byte[Math.min(wanted, LARGE)];
            int at = dst.hasArray() ? dst.arrayOffset() + dst.position() : 0;
            int n = in.read(bytes, at, Math.min(Math.min(wanted, available), bytes.length - at));
            if (n > 0) {
                advance(bytes, at, n);
                if (dst.hasArray()) {
                    dst.position(dst.position() + n);
                } else {
                    dst.put(bytes, 0, n);
                }
            }
            return n;
        } catch (IOException e) {
            throw owner.isClosed() ? closed(e) : e;
        }
    }

    private static AsynchronousCloseException closed(IOException cause) {
        AsynchronousCloseException closed = new AsynchronousCloseException();
        closed.initCause(cause);
        return closed;
    }

    private void advance(byte[] bytes, int offset, int count) {
        if (boundary != null) {
            boundary.advance(bytes, offset, count);
        }
    }

    /** Waits for input. Runs in the helper. */
    @SuppressWarnings("CatchingUnchecked") // the stream may be the application's; the reader gets the failure
    private void fill() {
        int n = 0;
        try {
            n = readSome();
            if (n > 0) {
                advance(chunk, 0, n);
                owner.sliceReads();
            }
        } catch (IOException e) {
            failure = e;
        } catch (Exception | Error e) {
            failure = new IOException("the socket underneath failed: " + e, e);
        }
        limit = Math.max(n, 0);
        filled = n == chunk.length;
        helper = null;
        state = n < 0 ? State.ENDED : State.READY;
        owner.notifyReadable();
    }

    private int readSome() throws IOException {
        while (!owner.isClosed()) {
            try {
                return in.read(chunk, 0, chunk.length);
            } catch (SocketTimeoutException e) {
                // The socket underneath has a timeout for each read: no bytes have arrived yet.
                if (e.bytesTransferred > 0) {
                    return e.bytesTransferred;
                }
            }
        }
        return 0;
    }

    /** Returns the thread that waits for input; null if there is none. */
    @Nullable
    Thread helper() {
        return helper;
    }

    /** Returns whether the stream has ended or failed. */
    boolean isEnded() {
        return state == State.ENDED;
    }
}
