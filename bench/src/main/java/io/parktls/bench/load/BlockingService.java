package io.parktls.bench.load;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ByteChannel;
import java.util.function.IntFunction;

/** What a thread does for its connection: the same for every server whose sockets block. */
final class BlockingService {
    private BlockingService() {}

    /**
     * Serves until the client has gone.
     *
     * @param buffers makes the kind of buffer that the channel likes best
     */
    static void serve(ByteChannel channel, IntFunction<ByteBuffer> buffers) throws IOException {
        ByteBuffer opening = ByteBuffer.allocate(Opening.BYTES);
        while (opening.hasRemaining()) {
            if (channel.read(opening) < 0) {
                return;
            }
        }
        Opening wanted = Opening.of(opening.flip());
        ByteBuffer buffer = buffers.apply(wanted.bufferSize());
        switch (wanted.service()) {
            case ECHO -> echo(channel, buffer);
            case SEND -> send(channel, buffer);
            case TAKE -> take(channel, buffer);
        }
    }

    private static void echo(ByteChannel channel, ByteBuffer buffer) throws IOException {
        while (channel.read(buffer.clear()) >= 0) {
            writeAll(channel, buffer.flip());
        }
    }

    /** Ends by the failure to write. */
    private static void send(ByteChannel channel, ByteBuffer buffer) throws IOException {
        for (; ; ) {
            writeAll(channel, buffer.clear());
        }
    }

    private static void take(ByteChannel channel, ByteBuffer buffer) throws IOException {
        while (channel.read(buffer.clear()) >= 0) {}
    }

    private static void writeAll(ByteChannel channel, ByteBuffer buffer) throws IOException {
        while (buffer.hasRemaining()) {
            channel.write(buffer);
        }
    }
}
