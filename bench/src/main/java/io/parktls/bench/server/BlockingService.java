package io.parktls.bench.server;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ByteChannel;
import java.util.function.IntFunction;

/** Serves one connection on the thread that calls it, for all servers whose sockets block. */
final class BlockingService {
    private BlockingService() {}

    /**
     * Serves until the client closes the connection.
     *
     * @param buffers allocates buffers of the kind that is fastest with the channel
     */
    static void serve(ByteChannel channel, IntFunction<ByteBuffer> buffers) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(ServiceRequest.BYTES);
        while (bytes.hasRemaining()) {
            if (channel.read(bytes) < 0) {
                return;
            }
        }
        ServiceRequest request = ServiceRequest.of(bytes.flip());
        ByteBuffer buffer = buffers.apply(request.bufferSize());
        switch (request.service()) {
            case ECHO -> echo(channel, buffer);
            case SEND -> send(channel, buffer);
            case RECEIVE -> receive(channel, buffer);
        }
    }

    private static void echo(ByteChannel channel, ByteBuffer buffer) throws IOException {
        while (channel.read(buffer.clear()) >= 0) {
            writeAll(channel, buffer.flip());
        }
    }

    /** Ends when a write fails because the client has closed the connection. */
    private static void send(ByteChannel channel, ByteBuffer buffer) throws IOException {
        for (; ; ) {
            writeAll(channel, buffer.clear());
        }
    }

    private static void receive(ByteChannel channel, ByteBuffer buffer) throws IOException {
        while (channel.read(buffer.clear()) >= 0) {}
    }

    private static void writeAll(ByteChannel channel, ByteBuffer buffer) throws IOException {
        while (buffer.hasRemaining()) {
            channel.write(buffer);
        }
    }
}
