package io.parktls.bench.jmh.stack;

import io.parktls.bio.Bio;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** Bytes on their way in one direction. For one thread. */
final class Pipe {
    /** What is on its way lies between 0 and the position. */
    private final ByteBuffer bytes;

    private @Nullable ByteArrayOutputStream recording;

    /** A pipe that holds as much as this empty buffer. */
    Pipe(ByteBuffer bytes) {
        this.bytes = bytes;
    }

    /** Drops what is on its way. */
    void reset() {
        bytes.clear();
    }

    boolean isEmpty() {
        return bytes.position() == 0;
    }

    /** Where to put more; tell {@link #added} how much it was. */
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
    }

    /** What is there, to be taken from its position on; {@link #taken} must follow. */
    ByteBuffer toTake() {
        return bytes.flip();
    }

    void taken() {
        bytes.compact();
    }

    /** Keeps a copy of all that is put from now on. */
    void startRecording() {
        recording = new ByteArrayOutputStream();
    }

    byte[] stopRecording() {
        ByteArrayOutputStream record = recording;
        recording = null;
        return record == null ? new byte[0] : record.toByteArray();
    }

    /** An end of two pipes. Closing it does nothing: the pipes outlive connections. */
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
