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

/** Waits for a channel, which the {@link Poller} watches. */
final class ChannelParking extends Parking {
    private static final int INPUT = SelectionKey.OP_READ | SelectionKey.OP_ACCEPT;
    private static final int OUTPUT = SelectionKey.OP_WRITE | SelectionKey.OP_CONNECT;

    private final SelectableChannel channel;
    private final Poller poller;
    private final SelectionKey key;

    /** Written once, by the thread that makes the owner. */
    private volatile @Nullable ChannelCleaner cleaner;

    private ChannelParking(SelectableChannel channel) throws IOException {
        channel.configureBlocking(false);
        this.channel = channel;
        this.poller = Poller.shared();
        this.key = poller.register(channel, this);
    }

    /** Makes the channel non-blocking, and closes it if that fails. */
    static ChannelParking orClose(SelectableChannel channel) throws IOException {
        try {
            return new ChannelParking(channel);
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
    }

    /**
     * Has the channel closed if the object through which it is used becomes unreachable: the selector keeps the channel and
     * this object reachable.
     *
     * @param owner neither the channel nor this object refers to it, except from the stacks of threads that use it
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

    /** Called by the poller. See there for the order of things. */
    void ready(SelectionKey readyKey) {
        int operations = readyKey.readyOps();
        int output = operations & OUTPUT;
        if (output != 0) {
            // There is room nearly always: interest in it is for one time.
            readyKey.interestOpsAnd(~output);
            wakeWriter();
        }
        int input = operations & INPUT;
        if (input != 0 && !wakeReader()) {
            readyKey.interestOpsAnd(~input);
            wakeReader();
        }
    }

    /** Selection is level-triggered. */
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
