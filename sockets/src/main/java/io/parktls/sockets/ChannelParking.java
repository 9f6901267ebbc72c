package io.parktls.sockets;

import io.parktls.Interest;
import io.parktls.sockets.internal.ChannelCleaner;
import java.io.IOException;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.CancelledKeyException;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import org.jspecify.annotations.Nullable;

/** Parks threads for a channel that a {@link Poller} watches. */
final class ChannelParking extends Parking {
    private static final int INPUT = SelectionKey.OP_READ | SelectionKey.OP_ACCEPT;
    private static final int OUTPUT = SelectionKey.OP_WRITE | SelectionKey.OP_CONNECT;

    private final SelectableChannel channel;
    private final Poller poller;
    private final SelectionKey key;

    /** Written once, by the thread that creates the owner. */
    private volatile @Nullable ChannelCleaner cleaner;

    private ChannelParking(SelectableChannel channel, Pollers pollers) throws IOException {
        channel.configureBlocking(false);
        this.channel = channel;
        this.poller = pollers.next();
        this.key = poller.register(channel, this);
    }

    /** Puts the channel into non-blocking mode and registers it with a poller. Closes the channel if that fails. */
    static ChannelParking orClose(SelectableChannel channel) throws IOException {
        return orClose(channel, Pollers.shared());
    }

    static ChannelParking orClose(SelectableChannel channel, Pollers pollers) throws IOException {
        try {
            return new ChannelParking(channel, pollers);
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
    }

    /**
     * Arranges that the channel is closed if its owner becomes unreachable. The channel and this object themselves
     * never become unreachable, since the selector refers to them.
     *
     * @param owner the object through which the channel is used; neither the channel nor this object may refer to it,
     *     except from the stacks of threads that use it
     */
    void closeAfter(Object owner) {
        cleaner = ChannelCleaner.register(owner, this::closeUnreachable);
    }

    private void closeUnreachable() throws IOException {
        if (beginClose()) {
            try {
                channel.close();
            } finally {
                close();
            }
        }
    }

    @Override
    boolean arm(Waiter waiter, Interest interest) throws IOException {
        int wanted = operations(interest);
        try {
            if ((key.interestOps() & wanted) != wanted) {
                key.interestOpsOr(wanted);
                poller.wake();
            }
        } catch (CancelledKeyException e) {
            AsynchronousCloseException closed = new AsynchronousCloseException();
            closed.initCause(e);
            throw closed;
        }
        return true;
    }

    private int operations(Interest interest) {
        int operations = 0;
        if (interest.includesRead()) {
            operations = INPUT;
        }
        if (interest.includesWrite()) {
            boolean connecting = channel instanceof SocketChannel socket && socket.isConnectionPending();
            operations |= connecting ? SelectionKey.OP_CONNECT : SelectionKey.OP_WRITE;
        }
        return operations & channel.validOps();
    }

    /**
     * Wakes the threads for which the channel is ready. Called by the {@link Poller}, which explains the order of
     * steps.
     */
    void ready(SelectionKey readyKey) {
        int operations = readyKey.readyOps();
        int output = operations & OUTPUT;
        if (output != 0) {
            // A channel is nearly always writable, so interest in that must be one-shot.
            readyKey.interestOpsAnd(~output);
            wakeWriter();
        }
        int input = operations & INPUT;
        if (input != 0 && !wakeReader()) {
            readyKey.interestOpsAnd(~input);
            wakeReader();
        }
    }

    /** Returns true, since selection is level-triggered. */
    @Override
    boolean seesArrivals() {
        return true;
    }

    @Override
    void release() {
        ChannelCleaner registered = cleaner;
        if (registered != null) {
            registered.cancel();
        }
        poller.forget();
    }
}
