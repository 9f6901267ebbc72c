package io.parktls.bench.load;

import io.parktls.TlsContext;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.channels.SelectionKey;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;

/**
 * A server without a thread for each connection: a few event loops share them. What blocks in {@link BlockingService} is a
 * state in {@link LoopConnection}; the {@link io.parktls.TlsConnection} is the same.
 */
final class LoopServer implements EventLoop.Ready {
    private final TlsContext context;
    private final ServerSocketChannel listener;
    private final EventLoop[] loops;

    /** Accepted so far. Used by the first loop only. */
    private int accepted;

    private LoopServer(TlsContext context, ServerSocketChannel listener, EventLoop[] loops) {
        this.context = context;
        this.listener = listener;
        this.loops = loops;
    }

    /** Starts one with as many loops as there are processors. */
    static Listening start(TlsContext context) throws IOException {
        ServerSocketChannel listener = ServerSocketChannel.open().bind(Listening.anyPort(), Listening.BACKLOG);
        listener.configureBlocking(false);
        EventLoop[] loops = new EventLoop[Runtime.getRuntime().availableProcessors()];
        for (int i = 0; i < loops.length; i++) {
            loops[i] = EventLoop.start("loop-" + i);
        }
        LoopServer server = new LoopServer(context, listener, loops);
        loops[0].execute(server::listen);
        return new Listening(((InetSocketAddress) listener.getLocalAddress()).getPort());
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
            LoopConnection connection = new LoopConnection(loop, channel, context);
            loop.turn(connection);
        }
    }

    @Override
    public void failed(IOException failure) {
        throw new IllegalStateException("cannot listen", failure);
    }
}
