package io.parktls.bench.server;

import io.parktls.TlsContext;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.channels.SelectionKey;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;

/**
 * A server whose connections share a few event loops. Where {@link BlockingService} blocks, {@link LoopConnection}
 * keeps a state; the {@link io.parktls.TlsConnection} is the same.
 */
final class LoopServer implements EventLoop.Handler {
    private final TlsContext context;
    private final ServerSocketChannel listener;
    private final EventLoop[] loops;

    /** The number of accepted connections. Used by the thread of the first loop only. */
    private int accepted;

    private LoopServer(TlsContext context, ServerSocketChannel listener, EventLoop[] loops) {
        this.context = context;
        this.listener = listener;
        this.loops = loops;
    }

    /**
     * Starts a server with as many loops as there are processors.
     *
     * @return its port
     */
    static int start(TlsContext context) throws IOException {
        ServerSocketChannel listener = ServerSocketChannel.open().bind(ServerKind.anyPort(), ServerKind.BACKLOG);
        listener.configureBlocking(false);
        EventLoop[] loops = new EventLoop[Runtime.getRuntime().availableProcessors()];
        for (int i = 0; i < loops.length; i++) {
            loops[i] = EventLoop.start("loop-" + i);
        }
        LoopServer server = new LoopServer(context, listener, loops);
        loops[0].execute(server::listen);
        return ((InetSocketAddress) listener.getLocalAddress()).getPort();
    }

    private void listen() {
        try {
            loops[0].register(listener, SelectionKey.OP_ACCEPT, this);
        } catch (IOException e) {
            failed(e);
        }
    }

    @Override
    public void ready() throws IOException {
        for (SocketChannel channel = listener.accept(); channel != null; channel = listener.accept()) {
            EventLoop loop = loops[accepted++ % loops.length];
            loop.schedule(new LoopConnection(loop, channel, context));
        }
    }

    @Override
    public void failed(IOException failure) {
        throw new IllegalStateException("cannot accept connections", failure);
    }
}
