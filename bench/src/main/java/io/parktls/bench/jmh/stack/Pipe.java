package io.parktls.bench.jmh.stack;

import io.parktls.bio.Bio;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** A buffer for the bytes of one direction. For one thread. */
final class Pipe {
    /** The unread bytes are between 0 and the position. */
    private final ByteBuffer bytes;

    private @Nullable ByteArrayOutputStream recording;

    /** Receives a copy of the first bytes; null if none is kept. */
    private @Nullable ByteBuffer start;

    /** @param bytes an empty buffer, which determines the capacity */
    Pipe(ByteBuffer bytes) {
        this.bytes = bytes;
    }

    /** Discards the unread bytes. */
    void reset() {
        bytes.clear();
    }

    boolean isEmpty() {
        return bytes.position() == 0;
    }

    /** The buffer to write to. {@link #added} has to be called afterwards. */
    ByteBuffer toFill() {
        return bytes;
    }

    void added(int count) {
        ByteArrayOutputStream record = recording;
        if (record != null && count > 0) {
            byte[] copy = new byte[count];
            bytes.get(bytes.position() - count, copy);
            record.writeBytes(copy);
        }
        ByteBuffer first = start;
        if (first != null && count > 0 && first.hasRemaining()) {
            int copied = Math.min(count, first.remaining());
            first.put(first.position(), bytes, bytes.position() - count, copied);
            first.position(first.position() + copied);
        }
    }

    /** Copies the first bytes that are written from now on to that buffer, until it is full. */
    void keepStart(ByteBuffer copy) {
        start = copy.clear();
    }

    /** The buffer to read from, from its position on. {@link #taken} has to be called afterwards. */
    ByteBuffer toTake() {
        return bytes.flip();
    }

    void taken() {
        bytes.compact();
    }

    /** Starts to keep a copy of all bytes that are written. */
    void startRecording() {
        recording = new ByteArrayOutputStream();
    }

    byte[] stopRecording() {
        ByteArrayOutputStream record = recording;
        recording = null;
        return record == null ? new byte[0] : record.toByteArray();
    }

    /** One end of two pipes. Closing it has no effect, since the pipes are used by several connections. */
    static Bio bio(Pipe incoming, Pipe outgoing) {
        return new Bio() {
            @Override
            public int read(ByteBuffer dst) {
                int count = move(incoming.toTake(), dst);
                incoming.taken();
                return count;
            }

            @Override
            public int write(ByteBuffer src) {
                int count = move(src, outgoing.toFill());
                outgoing.added(count);
                return count;
            }

            @Override
            public void close() {}
        };
    }

    private static int move(ByteBuffer from, ByteBuffer to) {
        int count = Math.min(from.remaining(), to.remaining());
        to.put(to.position(), from, from.position(), count);
        from.position(from.position() + count);
        to.position(to.position() + count);
        return count;
    }
}
