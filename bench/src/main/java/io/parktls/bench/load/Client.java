package io.parktls.bench.load;

import io.parktls.Interest;
import io.parktls.TlsStatus;
import java.io.IOException;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A connection of the generator: connects, shakes hands, says what it wants, and does its work. For one loop's thread. */
final class Client implements EventLoop.Ready {
    private enum State {
        NEW,
        CONNECTING,
        HANDSHAKE,
        OPENING,
        WORKING,
        CLOSED
    }

    /** Is told how things went, by the loop's thread. */
    interface Observer {
        /** Connected, and done with the handshake. */
        void established(Client client) throws IOException;

        /** Done with its work, and closed. */
        void done(Client client);

        /** It failed, and is closed. */
        void failed(Client client, IOException failure);
    }

    private final EventLoop loop;
    private final Target target;
    private final ByteBuffer opening;
    private final Work work;
    private final Observer observer;
    private State state = State.NEW;
    private @Nullable SocketChannel channel;
    private @Nullable Link link;
    private @Nullable SelectionKey key;

    Client(EventLoop loop, Target target, Opening opening, Work work, Observer observer) {
        this.loop = loop;
        this.target = target;
        this.opening = opening.bytes();
        this.work = work;
        this.observer = observer;
    }

    Work work() {
        return work;
    }

    EventLoop loop() {
        return loop;
    }

    @Override
    public void ready() throws IOException {
        switch (advance()) {
            case OK -> loop.turn(this);
            case CLOSED -> {
                close();
                observer.done(this);
            }
            case WANT_READ, WANT_WRITE -> watch(requireLink().waitingFor());
        }
    }

    private TlsStatus advance() throws IOException {
        for (; ; ) {
            TlsStatus status = switch (state) {
                case NEW -> connect();
                case CONNECTING -> connected();
                case HANDSHAKE -> handshake();
                case OPENING -> requireLink().write(opening);
                case WORKING -> work.advance(requireLink());
                // An event that was on its way when this was closed.
                case CLOSED -> TlsStatus.WANT_READ;
            };
            if (status != TlsStatus.OK || state == State.WORKING) {
                return status;
            }
            state = State.values()[state.ordinal() + 1];
        }
    }

    private TlsStatus connect() throws IOException {
        SocketChannel made = SocketChannel.open();
        channel = made;
        made.configureBlocking(false);
        made.setOption(StandardSocketOptions.TCP_NODELAY, true);
        // Closed by a reset: else the ports that wait for stragglers (RFC 9293 3.3.2, TIME-WAIT) run out.
        made.setOption(StandardSocketOptions.SO_LINGER, 0);
        link = target.link(made);
        made.connect(target.address());
        key = loop.register(made, 0, this);
        return TlsStatus.OK;
    }

    private TlsStatus connected() throws IOException {
        if (!requireChannel().finishConnect()) {
            requireKey().interestOps(SelectionKey.OP_CONNECT);
            return TlsStatus.WANT_WRITE;
        }
        return TlsStatus.OK;
    }

    private TlsStatus handshake() throws IOException {
        TlsStatus status = requireLink().handshake();
        if (status == TlsStatus.OK) {
            target.requireAgreed(requireLink());
            observer.established(this);
        }
        return status;
    }

    private void watch(Interest interest) {
        if (state == State.CLOSED || state == State.CONNECTING) {
            return;
        }
        int operations = (interest.includesRead() ? SelectionKey.OP_READ : 0)
                | (interest.includesWrite() ? SelectionKey.OP_WRITE : 0);
        SelectionKey watched = requireKey();
        if (watched.interestOps() != operations) {
            watched.interestOps(operations);
        }
    }

    /** Closes the connection without a word. To be called by the loop's thread. */
    void close() {
        state = State.CLOSED;
        try {
            if (channel != null) {
                channel.close();
            }
        } catch (IOException e) {
            // It is of no use any more, closed or not.
        }
    }

    @Override
    public void failed(IOException failure) {
        if (state != State.CLOSED) {
            close();
            observer.failed(this, failure);
        }
    }

    private SocketChannel requireChannel() {
        return Objects.requireNonNull(channel, "channel");
    }

    private Link requireLink() {
        return Objects.requireNonNull(link, "link");
    }

    private SelectionKey requireKey() {
        return Objects.requireNonNull(key, "key");
    }
}
