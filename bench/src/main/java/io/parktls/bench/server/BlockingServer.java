package io.parktls.bench.server;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ByteChannel;
import java.util.concurrent.ThreadFactory;
import java.util.function.IntFunction;

/** Accepts on a platform thread, and starts a thread for each connection, which also does the handshake. */
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

    /** @param buffers allocates buffers of the kind that is fastest with the channels */
    static void start(Acceptor acceptor, ThreadFactory threads, IntFunction<ByteBuffer> buffers) {
        BlockingServer server = new BlockingServer(acceptor, threads, buffers);
        Thread.ofPlatform().daemon().name("accept").start(server::run);
    }

    private void run() {
        for (; ; ) {
            ByteChannel accepted;
            try {
                accepted = acceptor.accept();
            } catch (IOException e) {
                // The client has closed the connection already. If the listener has failed, the clients notice.
                continue;
            }
            threads.newThread(() -> serve(accepted)).start();
        }
    }

    private void serve(ByteChannel accepted) {
        try (accepted) {
            BlockingService.serve(accepted, buffers);
        } catch (IOException e) {
            // Clients reset their connections when a measurement ends. Any other failure is one for the client too.
        }
    }
}
