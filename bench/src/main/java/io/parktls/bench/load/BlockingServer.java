package io.parktls.bench.load;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ByteChannel;
import java.util.concurrent.ThreadFactory;
import java.util.function.IntFunction;

/** Accepts on a platform thread and gives each connection a thread of its own, which is also the one that shakes hands. */
final class BlockingServer {
    /** Accepts one connection. */
    interface Acceptor {
        ByteChannel accept() throws IOException;
    }

    private final Acceptor acceptor;
    private final ThreadFactory threads;
    private final IntFunction<ByteBuffer> buffers;

    private BlockingServer(Acceptor acceptor, ThreadFactory threads, IntFunction<ByteBuffer> buffers) {
        this.acceptor = acceptor;
        this.threads = threads;
        this.buffers = buffers;
    }

    /**
     * Starts one.
     *
     * @param buffers makes the kind of buffer that the channels like best
     */
    static Listening start(int port, Acceptor acceptor, ThreadFactory threads, IntFunction<ByteBuffer> buffers) {
        BlockingServer server = new BlockingServer(acceptor, threads, buffers);
        Thread.ofPlatform().daemon().name("accept").start(server::run);
        return new Listening(port);
    }

    private void run() {
        for (; ; ) {
            ByteChannel accepted;
            try {
                accepted = acceptor.accept();
            } catch (IOException e) {
                // The client is gone before it was served; should the listener be, the generator will say so.
                continue;
            }
            threads.newThread(() -> serve(accepted)).start();
        }
    }

    private void serve(ByteChannel accepted) {
        try (accepted) {
            BlockingService.serve(accepted, buffers);
        } catch (IOException e) {
            // The client is gone, as they are when they have measured enough. What else fails, fails for the client
            // too.
        }
    }
}
